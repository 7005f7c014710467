"""A finding: one sentence on what is wrong and one on what mends it, and how grave it is.

unsafe    somebody may read, change or lose records
weak      one thing less stands in their way
fine      the rule holds
unseen    nobody could look: the database does not answer
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from server.doctor.facts import Facts

Severity = Literal["unsafe", "weak", "fine", "unseen"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one rule.

    Attributes:
        code: which rule; docs/operations/doctor.md has them all.
        severity: how grave it is.
        what: what is so. No secret, no PHI.
        mend: what to do about it; empty where there is nothing to do.
    """

    code: str
    severity: Severity
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Broken:
    """What a rule says when it does not hold; see `Finding`."""

    severity: Literal["unsafe", "weak"]
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that should hold.

    Attributes:
        code: its name.
        holds: what is so while it does, as a sentence.
        judge: returns what is wrong; None: it holds.
        asks_database: without the database's answer nobody can tell.
    """

    code: str
    holds: str
    judge: Callable[[Facts], Broken | None]
    asks_database: bool = False


def unsafe(facts: Facts, what: str, mend: str) -> Broken:
    """Return what is unsafe; in a trial it is only weak, where nobody can be harmed."""
    return Broken("weak" if facts.is_a_trial else "unsafe", what, mend)


def weak(what: str, mend: str) -> Broken:
    """Return what is weak."""
    return Broken("weak", what, mend)

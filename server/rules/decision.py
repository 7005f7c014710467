"""What a decision is: the form of exam, why, what comes first, and until when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.rules.rulebook import Citation
from server.rules.words import Outcome, Profession, RuleId, TreatmentClass
from signaling.identifiers import Instant

STALE_RULES: Final = "stale_rules"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired.

    Attributes:
        rule: of the decision table.
        outcome: what it makes of the case; None if it decides nothing by itself.
        text: a sentence or two for a person; begins with the word for it if there is one.
        citations: what it rests on; none where it is the product's own rule.
    """

    rule: RuleId
    outcome: Outcome | None
    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """What a practitioner must have to be asked; only where a decision was made without one.

    Attributes:
        professions: one of them.
        jurisdictions: a verified, active authority in each.
        dea_registered: required.
    """

    professions: tuple[Profession, ...]
    jurisdictions: tuple[str, ...]
    dea_registered: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one case.

    Attributes:
        outcome: the form of exam, or why there is none.
        requires: what must be done before it starts, in the words of the vocabulary.
        reasons: every rule that fired, in the order of the table.
        rules_version: of the rules that were asked; None if there were none.
        valid_until: when it must be made again although nothing was changed.
        pool: what a practitioner must have, where none was named.
        conditions: codes that the law ties to this exam, evidenced or not.
        approved_unavailable: classes with an absolute contraindication.
    """

    outcome: Outcome
    requires: tuple[str, ...]
    reasons: tuple[Reason, ...]
    rules_version: str | None
    valid_until: Instant
    pool: Pool | None = None
    conditions: frozenset[str] = frozenset()
    approved_unavailable: frozenset[TreatmentClass] = frozenset()

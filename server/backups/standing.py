"""Where a log stands against what others have seen of it.

    theirs is larger               ROLLED_BACK    entries that were in the log are not here
    of one size, other root        FORKED         two logs under one name
    theirs is smaller, other root  FORKED
    theirs is smaller, same root   CONTINUES      this log goes on where they saw it last
    of one size, same root         SAME

Of a larger tree nobody can tell whether it continues this one without having it: a rollback may
hide a fork, and a fork of the same size hides no rollback. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.tlog.checkpoints import TreeHead


class Verdict(StrEnum):
    """How one log stands against another view of it."""

    SAME = "same"
    CONTINUES = "continues"
    ROLLED_BACK = "rolled_back"
    FORKED = "forked"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of comparing with one view.

    Attributes:
        who: whose view.
        verdict: how this log stands against it.
        ours: leaves of this log.
        theirs: leaves that they have seen; None when they did not answer.
        reason: why they did not, in a word.
    """

    who: str
    verdict: Verdict
    ours: int
    theirs: int | None = None
    reason: str = ""

    @property
    def lost(self) -> int:
        """Return how many entries were in the log and are not here, at least."""
        return max(0, (self.theirs or 0) - self.ours)

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        match self.verdict:
            case Verdict.SAME:
                return f"{self.who}: has seen the same {self.ours} entries"
            case Verdict.CONTINUES:
                return f"{self.who}: has seen the first {self.theirs} of {self.ours} entries"
            case Verdict.ROLLED_BACK:
                return (
                    f"{self.who}: ROLLBACK. {self.theirs} entries were in the log, {self.ours} "
                    f"are here: {self.lost} are lost"
                )
            case Verdict.FORKED:
                return (
                    f"{self.who}: FORK. Other entries were in the log than are here, "
                    f"within the first {min(self.ours, self.theirs or 0)}"
                )
            case Verdict.UNHEARD:
                return f"{self.who}: no answer ({self.reason})"


def judge(who: str, ours: TreeHead, theirs: TreeHead, root_then: bytes | None) -> Finding:
    """Compare this log with a checkpoint of it that somebody kept.

    Args:
        who: kept it.
        ours: this log.
        theirs: what they kept; its signature was verified.
        root_then: root of this log at their size; None when it was never that large.
    """
    if root_then is None:
        return Finding(who, Verdict.ROLLED_BACK, ours.size, theirs.size)
    if root_then != theirs.root:
        return Finding(who, Verdict.FORKED, ours.size, theirs.size)
    verdict = Verdict.SAME if theirs.size == ours.size else Verdict.CONTINUES
    return Finding(who, verdict, ours.size, theirs.size)


_WORST: Final = (Verdict.FORKED, Verdict.ROLLED_BACK, Verdict.UNHEARD, Verdict.CONTINUES)


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst of some verdicts; nobody asked is the best."""
    found = {one.verdict for one in findings}
    return next((one for one in _WORST if one in found), Verdict.SAME)

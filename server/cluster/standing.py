"""By what messages between nodes go now, since when, and what went wrong: to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

By = Literal["redis", "rows"]


@dataclass(slots=True)
class Standing:
    """What a carrier has seen.

    Attributes:
        by: what carries now.
        since_s: elapsed seconds of the clock when that began.
        failures: calls of Redis that failed.
        unheard: messages that Redis had nobody to hand to; they went by rows.
        dropped: messages that were not carried at all: too many, or too large.
    """

    by: By
    since_s: float
    failures: int = 0
    unheard: int = 0
    dropped: int = 0

    def carried_by(self, by: By, now_s: float) -> bool:
        """Note what carries from now on, and return whether that is news."""
        if by == self.by:
            return False
        self.by, self.since_s = by, now_s
        return True

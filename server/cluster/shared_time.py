"""The database's clock, as far as one node knows it: the one clock that all nodes have.

    asked --(statement: it is D)--> answered     D was somewhere in between
    D + what the steady clock says has passed since

The wall clocks of nodes differ, and jump. Pure: time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KEPT_S: Final = 60.0  # steady clocks drift less in it than a look is unsure by


@dataclass(slots=True)
class SharedTime:
    """What was heard of the database's clock, and what that makes it now."""

    _heard_us: int = 0
    _at_s: float = 0.0
    _unsure_s: float = float("inf")
    _last_us: int = 0

    def heard(self, clock_us: int, *, asked_s: float, answered_s: float) -> None:
        """Take what the database's clock said, unless better is known of late.

        Args:
            clock_us: microseconds UTC.
            asked_s: on this node's steady clock, before.
            answered_s: the same, after.
        """
        unsure_s = answered_s - asked_s
        if unsure_s <= self._unsure_s or answered_s - self._at_s > KEPT_S:
            self._heard_us, self._unsure_s = clock_us, unsure_s
            self._at_s = (asked_s + answered_s) / 2

    def now_us(self, elapsed_s: float) -> int:
        """Return the database's time, microseconds UTC; later than whatever was returned.

        Args:
            elapsed_s: on this node's steady clock.
        """
        known_us = self._heard_us + round((elapsed_s - self._at_s) * 1_000_000)
        self._last_us = max(known_us, self._last_us + 1)
        return self._last_us

"""How often each of many may ask: one number for each, and not many of them.

    key -> the instant at which its budget is whole again     (GCRA, ITU-T I.371, Annex A)

Whoever asks moves that instant on by the time that one request takes to come back; who would
move it too far is refused, and moves nothing. A budget that is whole again says nothing that no
row would not say too, so its row is swept away: what is kept is who asked lately. Pure; the
time is an argument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

KEPT_MAX: Final = 65_536
SWEPT: Final = 2  # rows looked at for each new one
MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_s` a second."""

    per_s: float
    burst: float

    @property
    def each_us(self) -> float:
        """Return the microseconds after which one request has come back."""
        return MICROSECONDS / self.per_s

    def times(self, number: int) -> Rate:
        """Return the rate of so many."""
        return Rate(self.per_s * number, self.burst * number)


class Spent:
    """What has been spent of many budgets."""

    def __init__(self, *, kept_max: int = KEPT_MAX) -> None:
        """Start with nothing spent; of more than `kept_max` the longest kept is forgotten."""
        self._kept_max = kept_max
        self._whole_at: dict[bytes, float] = {}

    def __len__(self) -> int:
        """Return how many are remembered."""
        return len(self._whole_at)

    def wait_s(self, key: bytes, rate: Rate, now: int) -> int:
        """Return in how many whole seconds `key` may ask; 0: now (microseconds UTC)."""
        ahead = self._whole_at.get(key, now) - now - (rate.burst - 1) * rate.each_us
        return 0 if ahead <= 0 else math.ceil(ahead / MICROSECONDS)

    def take(self, key: bytes, rate: Rate, now: int) -> None:
        """Spend one request of `key`, which may ask."""
        before = self._whole_at.pop(key, None)
        if before is None:
            self._make_room(now)
        self._whole_at[key] = max(before or now, now) + rate.each_us

    def _make_room(self, now: int) -> None:
        """Sweep rows that say nothing any more; who is held back is kept, and looked at later.

        Each new row has two old ones looked at, so rows cannot come faster than they go: of a
        flood from a million addresses only those of the last milliseconds are there.
        """
        for _ in range(min(SWEPT, len(self._whole_at))):
            oldest = next(iter(self._whole_at))
            whole_at = self._whole_at.pop(oldest)
            if whole_at > now:
                self._whole_at[oldest] = whole_at
        if len(self._whole_at) >= self._kept_max:
            del self._whole_at[next(iter(self._whole_at))]

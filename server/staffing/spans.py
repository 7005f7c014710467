"""Stretches of time, from an instant until just before another. Pure.

Not shifts: a shift is somebody's and has a row. Microseconds UTC, like everything that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MINUTE_US: Final = 60 * 1_000_000
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `starts_at` until just before `ends_at`."""

    starts_at: int
    ends_at: int

    def contains(self, instant: int) -> bool:
        """Tell whether an instant is in it."""
        return self.starts_at <= instant < self.ends_at

    def overlaps(self, other: Span) -> bool:
        """Tell whether they share an instant; back to back they do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the same instants in as few spans as possible, in order.

    Two shifts back to back are one stretch: nobody goes home between them.
    """
    together: list[Span] = []
    for span in sorted(spans):
        if together and span.starts_at <= together[-1].ends_at:
            before = together[-1]
            together[-1] = Span(before.starts_at, max(before.ends_at, span.ends_at))
        else:
            together.append(span)
    return together


def end_of_stretch(spans: Iterable[Span], instant: int) -> int | None:
    """Return when the stretch that contains an instant ends; None when none does."""
    found = (one.ends_at for one in joined(spans) if one.contains(instant))
    return next(found, None)

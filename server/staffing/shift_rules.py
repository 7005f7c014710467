"""What a shift may be: 15 minutes to 24 hours long, at most 366 days ahead, not over. Pure.

Not whether it lies over another one: that only the rows say (`rostering`, `importing`).
"""

from __future__ import annotations

from typing import Final

from server.errors import GoodfaithError
from server.staffing.refusals import ShiftOver, ShiftTooFar, ShiftTooLong, ShiftTooShort
from server.staffing.spans import DAY_US, MINUTE_US, Span

SHORTEST_US: Final = 15 * MINUTE_US
LONGEST_US: Final = DAY_US
AHEAD_US: Final = 366 * DAY_US
OF_PRACTITIONER_MAX: Final = 1_200  # three a day for longer than one may plan
OF_NETWORK_MAX: Final = 100_000


def fault_of(span: Span, *, now: int) -> GoodfaithError | None:
    """Return why a shift cannot be so; None when it can."""
    length = span.ends_at - span.starts_at
    if length < SHORTEST_US:
        return ShiftTooShort()
    if length > LONGEST_US:
        return ShiftTooLong()
    if span.starts_at > now + AHEAD_US:
        return ShiftTooFar()
    if span.ends_at <= now:
        return ShiftOver()
    return None

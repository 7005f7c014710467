"""Days of a network's files: from and until midnight where the network keeps its time."""

from __future__ import annotations

from datetime import date, datetime, time

from server.staffing.local_times import microseconds, zone


def midnight(day: date, time_zone: str) -> int:
    """Return when a day begins in a time zone, microseconds UTC.

    Raises:
        OverflowError: the calendar has no such day there.
    """
    return microseconds(datetime.combine(day, time(), zone(time_zone)))

"""Days of a network's files: from and until midnight where the network keeps its time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from server.staffing.local_times import EPOCH, microseconds, zone


def midnight(day: date, time_zone: str) -> int:
    """Return when a day begins in a time zone, microseconds UTC.

    Raises:
        OverflowError: the calendar has no such day there.
    """
    return microseconds(datetime.combine(day, time(), zone(time_zone)))


def today_began(now: int, time_zone: str) -> int:
    """Return when the day began in a time zone that it is there now, microseconds UTC."""
    moment = (EPOCH + timedelta(microseconds=now)).astimezone(zone(time_zone))
    return midnight(moment.date(), time_zone)

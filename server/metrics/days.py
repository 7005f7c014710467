"""Days and half hours of a network, in its time zone.

A day runs from one local midnight to the next: 23 or 25 hours when the clocks change. A half
hour is one of UTC, and belongs to the day in which it begins: that is exact wherever the zone's
offset is a multiple of half an hour, as everywhere in the United States.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.metrics.staffing import HALF_HOUR_US
from signaling.identifiers import Instant

SECOND: Final = 1_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: `since` is included, `until` is not; microseconds UTC."""

    date: date
    since: Instant
    until: Instant

    def half_hours(self) -> range:
        """Return when its half hours begin."""
        first = -(-self.since // HALF_HOUR_US) * HALF_HOUR_US
        return range(first, self.until, HALF_HOUR_US)


def day_at(instant: int, zone: ZoneInfo) -> Day:
    """Return the local day of an instant."""
    moment = EPOCH + timedelta(microseconds=instant)
    return day_of(moment.astimezone(zone).date(), zone)


def day_of(local: date, zone: ZoneInfo) -> Day:
    """Return a local day."""
    return Day(local, _midnight(local, zone), _midnight(local + timedelta(days=1), zone))


def _midnight(local: date, zone: ZoneInfo) -> Instant:
    moment = datetime(local.year, local.month, local.day, tzinfo=zone)
    return Instant((moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1))

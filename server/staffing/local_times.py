"""A date and a time on somebody's wall clock, as an instant. Pure but for the zone's data.

Twice a year a wall clock lies: in spring an hour does not exist, in autumn one comes twice.
A time that does not exist is refused, of one that comes twice the first is taken and said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

ZONE_CHARS_MAX: Final = 64
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ZoneUnknown(ValueError):
    """No such time zone."""


class TimeDoesNotExist(ValueError):
    """The clocks were put forward over it."""


@dataclass(frozen=True, slots=True)
class LocalInstant:
    """What a wall clock's time comes to.

    Attributes:
        instant: microseconds UTC.
        comes_twice: the clocks are put back over it; this is the first time.
    """

    instant: int
    comes_twice: bool


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, such as America/Phoenix.

    Raises:
        ZoneUnknown: there is none.
    """
    if not name or len(name) > ZONE_CHARS_MAX:
        raise ZoneUnknown
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError is one
        raise ZoneUnknown from None


def microseconds(moment: datetime) -> int:
    """Return an aware moment in microseconds UTC, exactly."""
    passed = moment - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def instant_of(day: date, at: time, where: ZoneInfo) -> LocalInstant:
    """Return when a wall clock shows a date and time.

    Raises:
        TimeDoesNotExist: it never shows it.
    """
    wall = datetime.combine(day, at)
    first = wall.replace(tzinfo=where, fold=0)
    second = wall.replace(tzinfo=where, fold=1)
    instant = microseconds(first)
    if first.astimezone(UTC).astimezone(where).replace(tzinfo=None, fold=0) != wall:
        raise TimeDoesNotExist
    return LocalInstant(instant, comes_twice=first.utcoffset() != second.utcoffset())

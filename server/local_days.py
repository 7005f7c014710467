"""Days where a licence counts: from and until midnight, local to its jurisdiction.

A board prints days. In a jurisdiction with two time zones a day begins at the later midnight
and ends at the earlier one, so that nobody is a licensee an hour too long anywhere in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from signaling.identifiers import MICROSECONDS_PER_SECOND

EASTERN: Final = ("America/New_York",)
CENTRAL: Final = ("America/Chicago",)
MOUNTAIN: Final = ("America/Denver",)
PACIFIC: Final = ("America/Los_Angeles",)

TIME_ZONES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(["CT", "DC", "DE", "GA", "MA", "MD", "ME", "NC", "NH"], EASTERN),
    **dict.fromkeys(["NJ", "NY", "OH", "PA", "RI", "SC", "VA", "VT", "WV"], EASTERN),
    **dict.fromkeys(["AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"], CENTRAL),
    **dict.fromkeys(["CO", "MT", "NM", "UT", "WY"], MOUNTAIN),
    **dict.fromkeys(["CA", "WA"], PACIFIC),
    **dict.fromkeys(["KS", "ND", "NE", "SD", "TX"], CENTRAL + MOUNTAIN),
    **dict.fromkeys(["FL", "KY", "TN"], EASTERN + CENTRAL),
    "AK": ("America/Anchorage", "America/Adak"),
    "AZ": ("America/Phoenix", "America/Denver"),  # Denver: the Navajo Nation
    "HI": ("Pacific/Honolulu",),
    "ID": ("America/Boise", *PACIFIC),
    "IN": ("America/Indiana/Indianapolis", *CENTRAL),
    "MI": ("America/Detroit", *CENTRAL),
    "NV": PACIFIC + MOUNTAIN,
    "OR": PACIFIC + MOUNTAIN,
}
"""Every time zone that is kept in a jurisdiction (tz database)."""


def begins(jurisdiction: str, day: date) -> int:
    """Return when a day has begun everywhere in a jurisdiction, microseconds UTC."""
    return max(_midnights(jurisdiction, day))


def ends(jurisdiction: str, day: date) -> int:
    """Return when it is that day's midnight anywhere in a jurisdiction, microseconds UTC."""
    return min(_midnights(jurisdiction, day))


def first_day(jurisdiction: str, instant: int) -> date:
    """Return the day that `begins` at an instant, or goes on."""
    return min(_days(jurisdiction, instant))


def last_midnight(jurisdiction: str, instant: int) -> date:
    """Return the day whose midnight `ends` at an instant, or came before."""
    return max(_days(jurisdiction, instant))


def _midnights(jurisdiction: str, day: date) -> list[int]:
    return [
        round(datetime.combine(day, time(), zone).timestamp()) * MICROSECONDS_PER_SECOND
        for zone in _zones(jurisdiction)
    ]


def _days(jurisdiction: str, instant: int) -> list[date]:
    moment = datetime.fromtimestamp(instant / MICROSECONDS_PER_SECOND, UTC)
    return [moment.astimezone(zone).date() for zone in _zones(jurisdiction)]


def _zones(jurisdiction: str) -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in TIME_ZONES[jurisdiction]]

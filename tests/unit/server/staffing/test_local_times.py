"""Wall clocks, over both changes of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.staffing.local_times import (
    TimeDoesNotExist,
    ZoneUnknown,
    instant_of,
    microseconds,
    zone,
)

DENVER = zone("America/Denver")
PHOENIX = zone("America/Phoenix")
SPRING = date(2026, 3, 8)  # 02:00 becomes 03:00
AUTUMN = date(2026, 11, 1)  # 02:00 becomes 01:00
HOUR = 3_600 * 1_000_000
ZONES = ("America/Denver", "America/New_York", "America/Phoenix", "Pacific/Honolulu", "UTC")


def utc(*parts: int) -> int:
    return microseconds(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]


def test_a_time_in_winter_and_one_in_summer() -> None:
    winter = instant_of(date(2026, 1, 5), time(8), DENVER)
    summer = instant_of(date(2026, 7, 5), time(8), DENVER)
    assert winter.instant == utc(2026, 1, 5, 15)
    assert summer.instant == utc(2026, 7, 5, 14)
    assert not winter.comes_twice


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_time_that_the_clocks_skip_does_not_exist(minute: int) -> None:
    with pytest.raises(TimeDoesNotExist):
        instant_of(SPRING, time(2, minute), DENVER)


def test_the_edges_of_the_gap_exist() -> None:
    before = instant_of(SPRING, time(1, 59), DENVER)
    after = instant_of(SPRING, time(3, 0), DENVER)
    assert after.instant - before.instant == HOUR // 60
    assert not before.comes_twice
    assert not after.comes_twice


def test_of_a_time_that_comes_twice_the_first_is_taken_and_said_so() -> None:
    found = instant_of(AUTUMN, time(1, 30), DENVER)
    assert found.comes_twice
    assert found.instant == utc(2026, 11, 1, 7, 30)  # still daylight saving time, UTC-6
    assert not instant_of(AUTUMN, time(2, 0), DENVER).comes_twice


def test_where_clocks_stay_nothing_is_skipped() -> None:
    assert instant_of(SPRING, time(2, 30), PHOENIX).instant == utc(2026, 3, 8, 9, 30)
    assert not instant_of(AUTUMN, time(1, 30), PHOENIX).comes_twice


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "/etc", "America", "x" * 65]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        zone(name)


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    at=st.times().map(lambda it: it.replace(second=0, microsecond=0)),
    name=st.sampled_from(ZONES),
)
def test_an_instant_shows_the_time_that_was_asked_for(day: date, at: time, name: str) -> None:
    where = zone(name)
    try:
        found = instant_of(day, at, where)
    except TimeDoesNotExist:
        wall = datetime.combine(day, at, where)
        assert wall.astimezone(UTC).astimezone(where).replace(tzinfo=None) != wall.replace(
            tzinfo=None
        )
        return
    shown = datetime.fromtimestamp(found.instant / 1_000_000, where)
    assert (shown.date(), shown.time()) == (day, at)
    again = datetime.fromtimestamp(found.instant / 1_000_000 + 3_600, where)
    assert found.comes_twice == ((again.date(), again.time()) == (day, at))

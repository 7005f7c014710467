"""A licence begins and ends at midnight where it counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.jurisdictions import JURISDICTIONS
from server.local_days import TIME_ZONES, begins, ends, first_day, last_midnight

DAY = date(2027, 4, 1)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def utc(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant / 1_000_000, UTC):%Y-%m-%d %H:%M}"


def test_every_jurisdiction_has_its_time_zones() -> None:
    assert set(TIME_ZONES) == set(JURISDICTIONS)


@pytest.mark.parametrize(
    ("jurisdiction", "begin", "end"),
    [
        ("NY", "2027-04-01 04:00", "2027-04-01 04:00"),
        ("TX", "2027-04-01 06:00", "2027-04-01 05:00"),  # El Paso an hour later
        ("AZ", "2027-04-01 07:00", "2027-04-01 06:00"),  # the Navajo Nation in summer time
        ("HI", "2027-04-01 10:00", "2027-04-01 10:00"),
        ("FL", "2027-04-01 05:00", "2027-04-01 04:00"),
    ],
)
def test_a_day_begins_at_the_later_midnight_and_ends_at_the_earlier(
    jurisdiction: str, begin: str, end: str
) -> None:
    assert utc(begins(jurisdiction, DAY)) == begin
    assert utc(ends(jurisdiction, DAY)) == end


@given(jurisdiction=st.sampled_from(sorted(TIME_ZONES)), day=days)
def test_what_was_entered_is_shown_again(jurisdiction: str, day: date) -> None:
    assert first_day(jurisdiction, begins(jurisdiction, day)) == day
    assert last_midnight(jurisdiction, ends(jurisdiction, day)) == day


@given(jurisdiction=st.sampled_from(sorted(TIME_ZONES)), day=days)
def test_a_licence_of_one_day_lasts_about_a_day_whatever_the_clocks_do(
    jurisdiction: str, day: date
) -> None:
    lasts_h = (ends(jurisdiction, day + timedelta(days=1)) - begins(jurisdiction, day)) / 3.6e9
    assert 22 <= lasts_h <= 25

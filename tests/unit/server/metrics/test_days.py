from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from server.metrics.day_figures import figures, of_jurisdiction
from server.metrics.days import day_at, day_of
from server.metrics.staffing import HALF_HOUR_US, StaffTime
from tests.unit.server.metrics.test_service_level import visit

NEW_YORK = ZoneInfo("America/New_York")


def utc(year: int, month: int, day: int, hour: int, minute: int) -> int:
    moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    return round(moment.timestamp()) * 1_000_000


def test_a_day_begins_at_local_midnight() -> None:
    day = day_at(utc(2026, 11, 28, 3, 0), NEW_YORK)
    assert day.date == date(2026, 11, 27)
    assert day.since == utc(2026, 11, 27, 5, 0)
    assert day.until == utc(2026, 11, 28, 5, 0)
    assert len(day.half_hours()) == 48


def test_days_on_which_clocks_change_have_23_and_25_hours() -> None:
    spring, autumn = day_of(date(2026, 3, 8), NEW_YORK), day_of(date(2026, 11, 1), NEW_YORK)
    assert len(spring.half_hours()) == 46
    assert len(autumn.half_hours()) == 50


def test_every_instant_belongs_to_one_day() -> None:
    before = day_of(date(2026, 3, 7), NEW_YORK)
    after = day_of(date(2026, 3, 8), NEW_YORK)
    assert before.until == after.since
    assert day_at(before.until - 1, NEW_YORK) == before
    assert day_at(before.until, NEW_YORK) == after


def test_a_half_hour_belongs_to_the_day_in_which_it_begins() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")  # 5 h 45 min ahead: no half hour begins at midnight
    halves = {
        at for day in (1, 2, 3) for at in day_of(date(2026, 5, day), kathmandu).half_hours()
    }
    assert len(halves) == 3 * 48


def test_visits_and_time_on_duty_meet_in_their_half_hour() -> None:
    day = day_of(date(2026, 11, 27), NEW_YORK)
    staff = {day.since + HALF_HOUR_US: StaffTime(1_000, 0, 500, 0)}
    early = visit(10)
    made = figures(day, [early], [], staff)
    assert [one.service.arrived for one in made.half_hours] == [1, 0]
    assert made.whole.staff.occupancy == 0.5
    assert made.whole.service.answered == 1


def test_one_jurisdiction_or_all() -> None:
    assert len(of_jurisdiction(None, [visit(1)])) == 1
    assert len(of_jurisdiction("AZ", [visit(1)])) == 1
    assert of_jurisdiction("NV", [visit(1)]) == ()

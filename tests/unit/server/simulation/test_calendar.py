from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from server.simulation.arrivals import instants
from server.simulation.calendar import STEP_S, Calendar
from server.simulation.demand import Demand
from server.simulation.staff import staff
from server.simulation.streams import Streams
from tests.unit.server.simulation.small import scenario

HOUR_S = 3_600.0
WINTER = date(2026, 1, 5)
BUSY_AT_NINE = [1.0 if hour == 9 else 0.0 for hour in range(24)]


def test_midnight_comes_later_in_the_west() -> None:
    calendar = Calendar(WINTER, "America/New_York")
    assert calendar.midnight_s(0) == 0
    assert calendar.midnight_s(0, "America/Los_Angeles") == 3 * HOUR_S
    assert calendar.midnight_s(1) == 24 * HOUR_S


def test_a_day_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    calendar = Calendar(date(2026, 3, 8), "America/New_York")
    assert calendar.midnight_s(1) == 23 * HOUR_S


def test_a_profile_follows_the_local_hour() -> None:
    calendar = Calendar(WINTER, "America/New_York")
    factors = calendar.factors(BUSY_AT_NINE, "America/Chicago", 24 * HOUR_S)
    busy = [step * STEP_S / HOUR_S for step, factor in enumerate(factors) if factor]
    assert busy == [10.0, 10.25, 10.5, 10.75]


def test_patients_come_when_the_profile_lets_them() -> None:
    day = scenario(
        arrivals={"CA": {"rate": 0.05, "profile": BUSY_AT_NINE, "time_zone": "UTC"}},
        horizon_s=2 * 86_400,
    )
    found = [second for second, _ in instants(day, Streams.seeded(1, 0))]
    assert {int(second % 86_400 // HOUR_S) for second in found} == {9}
    assert len(found) == pytest.approx(2 * HOUR_S * 0.05, rel=0.2)


def test_a_flat_day_has_the_rates_of_the_file() -> None:
    day = scenario(arrivals={"CA": 0.03, "NY": 0.01}, horizon_s=400_000)
    found = [which for _, which in instants(day, Streams.seeded(1, 0))]
    assert len(found) == pytest.approx(16_000, rel=0.03)
    assert found.count(0) / len(found) == pytest.approx(0.75, rel=0.03)


def test_demand_says_how_many_come_now_and_when_that_changes() -> None:
    arrivals = {"CA": {"rate": 2, "profile": BUSY_AT_NINE}, "NY": 1}
    demand = Demand(scenario(arrivals=arrivals, horizon_s=86_400))
    assert demand.at(0.0) == {"CA": 0.0, "NY": 1.0}
    assert demand.at(9.5 * HOUR_S) == {"CA": 2.0, "NY": 1.0}
    assert demand.changes_after(0.0) == 9 * HOUR_S
    assert demand.changes_after(9 * HOUR_S) == 10 * HOUR_S
    assert demand.changes_after(10 * HOUR_S) is None


def test_daily_shifts_come_again_and_are_cut_at_the_horizon() -> None:
    night = {"jurisdictions": ["CA"], "shifts": [[22 * HOUR_S, 30 * HOUR_S]]}
    (one,) = staff(scenario(practitioners=[night], horizon_s=36 * HOUR_S))
    hours = [(start / HOUR_S, end / HOUR_S) for start, end in one.shifts]
    assert hours == [(0, 6), (22, 30)]


def test_shifts_that_do_not_repeat_are_as_written() -> None:
    once = {"jurisdictions": ["CA"], "shifts": [[0, 10], [200_000, 200_010]], "repeat": "never"}
    (one,) = staff(scenario(practitioners=[once], horizon_s=300_000))
    assert one.shifts == ((0, 10), (200_000, 200_010))


def test_shifts_are_in_the_time_zone_of_whoever_works_them() -> None:
    west = {"jurisdictions": ["CA"], "shifts": [[0, HOUR_S]], "time_zone": "America/Denver"}
    (one,) = staff(scenario(practitioners=[west], horizon_s=86_400))
    assert one.shifts == ((7 * HOUR_S, 8 * HOUR_S),)


def test_practitioners_who_are_alike_are_several() -> None:
    three = staff(scenario(practitioners=[{"jurisdictions": ["CA"], "count": 3}]))
    assert len({one.practitioner_id for one in three}) == 3


def test_a_stream_does_not_depend_on_how_much_of_another_was_used() -> None:
    used, fresh = Streams.seeded(3, 0), Streams.seeded(3, 0)
    list(islice(iter(used.service.random, None), 100))
    assert used.arrivals.random() == fresh.arrivals.random()
    assert fresh.arrivals.random() != Streams.seeded(3, 1).arrivals.random()

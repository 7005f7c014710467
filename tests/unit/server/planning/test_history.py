from __future__ import annotations

from datetime import date

import pytest

from server.planning.demand import Expected
from server.planning.history import DAY_S, mean_day, midnight
from server.planning.refusals import PlanRefused

MONDAY = date(2026, 3, 2)
NINE_S = 9 * 3_600


def came(days_ago: int, patients: float, at_s: int = NINE_S) -> Expected:
    return Expected(midnight(MONDAY) - days_ago * DAY_S + at_s, "AZ", patients)


def test_a_quiet_day_counts_as_a_day() -> None:
    past = [came(4, 6.0), came(1, 2.0)]  # and nobody on the two days between
    planned = mean_day(past, today=MONDAY, planned=MONDAY, same_weekday=False)
    (half_hour,) = planned.intervals
    assert half_hour.starts_at == midnight(MONDAY) + NINE_S
    assert half_hour.arrivals == {"AZ": 2.0}


def test_only_days_of_the_same_weekday_count_when_that_is_wanted() -> None:
    past = [came(14, 5.0), came(7, 7.0), came(6, 100.0)]
    planned = mean_day(past, today=MONDAY, planned=date(2026, 3, 9), same_weekday=True)
    (half_hour,) = planned.intervals
    assert half_hour.starts_at == midnight(date(2026, 3, 9)) + NINE_S
    assert half_hour.arrivals == {"AZ": 6.0}


def test_today_is_not_over_and_does_not_count() -> None:
    with pytest.raises(PlanRefused, match="no whole day"):
        mean_day([came(0, 6.0)], today=MONDAY, planned=MONDAY, same_weekday=False)


def test_a_history_without_that_weekday_is_refused() -> None:
    with pytest.raises(PlanRefused, match="no whole day"):
        mean_day([came(2, 6.0)], today=MONDAY, planned=MONDAY, same_weekday=True)

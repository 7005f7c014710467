from __future__ import annotations

import pytest

from server.planning.effort import COLLEAGUES, COMPARED, SCREENED, Effort, Window
from tests.unit.server.planning.staffing import expected


@pytest.mark.parametrize("patients", [1.0, 40.0, 200.0])
def test_a_plan_stays_near_its_budget(patients: float) -> None:
    planned = expected(*[{"AZ": patients}] * 48)
    effort = Effort(90_000)
    window = effort.window(planned, [1.0] * 48)
    stretch = window.of(planned)
    simulated = (
        effort.base_days(planned) * planned.patients
        + effort.screen_days(stretch) * (SCREENED + COLLEAGUES) * stretch.patients
        + effort.compared_days(stretch) * COMPARED * stretch.patients
    )
    assert simulated <= 1.2 * 90_000


def test_a_quiet_day_is_compared_whole() -> None:
    planned = expected(*[{"AZ": 3.0}] * 48)
    assert Effort(90_000).window(planned, [1.0] * 48) == Window(0, 48, 0)


def test_of_a_busy_day_the_hours_with_most_waiting_are_compared() -> None:
    planned = expected(*[{"AZ": 200.0}] * 48)
    waited = [1.0] * 20 + [9.0] * 4 + [2.0] * 24
    window = Effort(90_000).window(planned, waited)
    assert window.first == 20
    assert window.last > 23
    assert window.warmup == 2
    assert len(window.of(planned).intervals) == window.last - 18
    assert window.of(planned).starts_at == planned.intervals[18].starts_at


def test_there_is_no_warm_up_before_the_first_half_hour() -> None:
    planned = expected(*[{"AZ": 900.0}] * 8)
    window = Effort(10_000).window(planned, [9.0, 5.0, *[1.0] * 6])
    assert (window.first, window.warmup) == (0, 0)

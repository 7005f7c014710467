"""Little's law: the line that was counted is the waits that were summed, to the microsecond."""

from __future__ import annotations

from typing import Final

import pytest

from server.simulation.disciplines import DISCIPLINES
from server.simulation.figures import figures
from server.simulation.observations import Observations
from server.simulation.replications import observe
from server.simulation.scenario import Scenario

ROUGH_DAY: Final = {
    "practitioners": [
        {"jurisdictions": ["CA"], "count": 3},
        {"jurisdictions": ["CA", "NY"], "count": 3, "shifts": [[3_600, 30_000]]},
        {"jurisdictions": ["NY"], "shifts": [[0, 14_400], [18_000, 43_200]]},
    ],
    "arrivals": {"CA": 0.008, "NY": 0.006},
    "service": {"distribution": "lognormal", "mean_s": 400, "cv": 0.7},
    "wrap_up": 30,
    "offer": {"accept_s": 5, "no_answer": 0.05, "decline": 0.05},
    "patience": 600,
    "disconnects": {"patients_per_hour": 2, "practitioners_per_hour": 0.3, "back_s": 45},
    "horizon_s": 43_200,
}


def scenario(**other: object) -> Scenario:
    return Scenario.model_validate({**ROUGH_DAY, **other}, strict=False)


def day(policy: str, **other: object) -> Observations:
    return observe(scenario(**other), DISCIPLINES[policy], seed=5)


@pytest.mark.parametrize("policy", DISCIPLINES)
def test_the_line_is_the_sum_of_all_waits(policy: str) -> None:
    seen = day(policy)
    assert sum(seen.line_us) == sum(seen.waited)
    assert len(seen.waited) == seen.patients


def test_the_mean_line_is_arrivals_per_second_times_the_mean_wait() -> None:
    seen = day("scarcest", horizon_s=400_000, warmup_s=40_000)
    found = figures(seen)
    arrivals_per_s = found.ready / 360_000
    # Those who came before the window and waited into it are in the line, not in the waits.
    assert found.line == pytest.approx(arrivals_per_s * found.mean_s, rel=0.02)


def test_everybody_who_came_was_served_or_left_or_waits() -> None:
    found = figures(day("scarcest"))
    assert found.ready == found.served + found.left + found.still_waiting
    assert min(found.served, found.left) > 50
    assert found.missed > 0

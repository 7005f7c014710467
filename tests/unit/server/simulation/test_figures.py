from __future__ import annotations

from math import isnan

import pytest

from server.simulation.figures import figures, percentile, slices
from server.simulation.observations import SLICES, Ending, Observations
from signaling.identifiers import Instant

SECOND = 1_000_000


def observed(*waits_s: float, ending: Ending = Ending.SERVED) -> Observations:
    seen = Observations(("CA", "NY"), Instant(0), Instant(200 * SECOND))
    for at, waited_s in enumerate(waits_s):
        arrived = Instant(at * SECOND)
        until = Instant(arrived + round(waited_s * SECOND))
        seen.settle(at % 2, arrived, until, ending)
    return seen


def test_the_figures_of_five_waits() -> None:
    found = figures(observed(0, 31, 31.5, 10, 50))
    assert found.mean_s == pytest.approx(24.5)
    assert (found.p50_s, found.p90_s, found.p95_s) == (31, 50, 50)
    assert found.over_goal == pytest.approx(2 / 5)
    assert found.waited == pytest.approx(4 / 5)
    assert found.by_jurisdiction == {
        "CA": pytest.approx((0 + 31.5 + 50) / 3),
        "NY": pytest.approx((31 + 10) / 2),
    }
    assert (found.ready, found.served, found.left, found.still_waiting) == (5, 5, 0, 0)


def test_those_who_left_are_in_the_mean_but_were_not_served() -> None:
    seen = observed(10, 20)
    seen.settle(0, Instant(SECOND), Instant(61 * SECOND), Ending.LEFT)
    found = figures(seen)
    assert found.mean_s == pytest.approx(30)
    assert found.served_mean_s == pytest.approx(15)
    assert found.abandonment == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 2), (0.51, 3), (0.75, 3), (0.9, 4), (1.0, 4), (0.0, 1)]
)
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(
    share: float, expected: int
) -> None:
    assert percentile([1, 2, 3, 4], share) == expected


def test_of_nobody_nothing_is_known() -> None:
    found = figures(observed())
    assert isnan(found.mean_s)
    assert isnan(found.p50_s)
    assert isnan(found.occupancy)
    assert found.by_jurisdiction == {}


def test_time_is_spread_over_the_slices_in_which_it_was() -> None:
    seen = observed()
    seen.busy(Instant(5 * SECOND), Instant(25 * SECOND))
    assert seen.busy_us[:4] == [5 * SECOND, 10 * SECOND, 5 * SECOND, 0]
    seen.busy(Instant(195 * SECOND), Instant(900 * SECOND))
    assert seen.busy_us[-1] == 5 * SECOND
    seen.busy(Instant(900 * SECOND), Instant(950 * SECOND))
    assert sum(seen.busy_us) == 25 * SECOND


def test_every_instant_is_in_the_slice_that_counts_it_when_the_window_is_uneven() -> None:
    seen = Observations(("CA",), Instant(7), Instant(7 + 1_003))
    for at in range(7, 1_010):
        seen.busy(Instant(at), Instant(at + 1))
    whole = Observations(("CA",), Instant(7), Instant(7 + 1_003))
    whole.busy(Instant(0), Instant(5_000))
    assert seen.busy_us == whole.busy_us
    assert sum(whole.busy_us) == 1_003


def test_a_slice_has_its_own_patients() -> None:
    seen = observed(*([10.0] * 10), *([20.0] * 10))
    first, second, third = slices(seen)[:3]
    assert (first.mean_s, second.mean_s) == (10, 20)
    assert isnan(third.mean_s)
    assert len(slices(seen)) == SLICES


def test_patients_from_before_the_window_are_not_observed() -> None:
    seen = Observations(("CA",), Instant(10), Instant(20))
    seen.settle(0, Instant(9), Instant(12), Ending.SERVED)
    assert len(seen.waited) == 0

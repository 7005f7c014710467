from __future__ import annotations

import pytest

from server.planning.ratios import Sums, difference, ratio


def test_the_ratio_is_that_of_the_sums() -> None:
    found = ratio([Sums(10.0, 1.0), Sums(0.0, 3.0)])
    assert found is not None
    assert found.value == 2.5


def test_a_replication_in_which_nobody_came_does_no_harm() -> None:
    found = ratio([Sums(10.0, 5.0), Sums(0.0, 0.0), Sums(12.0, 6.0)])
    assert found is not None
    assert found.value == pytest.approx(2.0)
    assert found.half_width == pytest.approx(0.0)


def test_of_nothing_there_is_no_ratio() -> None:
    assert ratio([Sums(0.0, 0.0)]) is None
    assert ratio([]) is None
    assert difference([Sums(0.0, 0.0)], [Sums(1.0, 1.0)]) is None


def test_one_replication_has_no_interval() -> None:
    found = ratio([Sums(3.0, 2.0)])
    assert found is not None
    assert (found.value, found.half_width) == (1.5, None)


def test_what_varies_together_does_not_blur_the_difference() -> None:
    before = [Sums(100.0 * day, 10.0) for day in range(1, 6)]
    after = [Sums(100.0 * day - 20.0, 10.0) for day in range(1, 6)]
    alone, apart = ratio(before), difference(before, after)
    assert alone is not None
    assert apart is not None
    assert apart.value == pytest.approx(2.0)
    assert apart.half_width == pytest.approx(0.0, abs=1e-9)
    assert alone.half_width is not None
    assert alone.half_width > 10.0

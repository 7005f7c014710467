from __future__ import annotations

from random import Random

import pytest

from server.simulation.intervals import estimate, student_t


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (9, 2.2622),
        (10, 2.2281),
        (19, 2.0930),
        (120, 1.9799),
    ],
)
def test_student_t_is_that_of_the_tables(degrees: int, expected: float) -> None:
    assert student_t(0.95, degrees) == pytest.approx(expected, abs=5e-5)


def test_one_value_has_no_interval() -> None:
    one = estimate([3.0])
    assert (one.value, one.low, one.high) == (3.0, None, None)
    assert not one.covers(3.0)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    random = Random(1)
    covered = sum(
        estimate([random.gauss(5, 2) for _ in range(4)]).covers(5.0) for _ in range(2_000)
    )
    assert covered / 2_000 == pytest.approx(0.95, abs=0.015)

from __future__ import annotations

from random import Random
from statistics import fmean, pstdev

import pytest

from server.simulation.distributions import (
    Deterministic,
    Distribution,
    Exponential,
    Lognormal,
    Uniform,
)

DRAWS = 20_000


@pytest.mark.parametrize(
    ("distribution", "mean_s", "cv"),
    [
        (Deterministic(mean_s=5), 5, 0),
        (Exponential(mean_s=480), 480, 1),
        (Lognormal(mean_s=480, cv=0.7), 480, 0.7),
        (Lognormal(mean_s=480, cv=0), 480, 0),
        (Uniform(low_s=2, high_s=8), 5, 6 / 12**0.5 / 5),
    ],
    ids=str,
)
def test_draws_have_the_mean_and_the_variation_that_were_asked_for(
    distribution: Distribution, mean_s: float, cv: float
) -> None:
    draw = distribution.draws(Random(1))
    values = [draw() for _ in range(DRAWS)]
    assert distribution.mean_s == mean_s
    assert fmean(values) == pytest.approx(mean_s, rel=0.03)
    assert pstdev(values) / mean_s == pytest.approx(cv, rel=0.05, abs=1e-9)
    assert min(values) >= 0


def test_the_same_seed_draws_the_same() -> None:
    one, other = (Lognormal(mean_s=9, cv=1).draws(Random(7)) for _ in range(2))
    assert [one() for _ in range(5)] == [other() for _ in range(5)]

from __future__ import annotations

import random

from tests.ranks import rank_sum_z


def lot(seed: int, *, shift: float = 0.0) -> list[float]:
    chance = random.Random(seed)
    return [chance.gauss(20.0 + shift, 1.0) for _ in range(300)]


def test_what_is_alike_cannot_be_told_apart() -> None:
    assert all(abs(rank_sum_z(lot(seed), lot(seed + 100))) < 4 for seed in range(50))
    assert rank_sum_z([1.0] * 30, [1.0] * 30) == 0


def test_half_a_millisecond_in_twenty_is_told_apart() -> None:
    assert all(rank_sum_z(lot(seed, shift=0.5), lot(seed + 100)) > 4 for seed in range(50))
    assert rank_sum_z([1.0] * 30, [2.0] * 30) < -6

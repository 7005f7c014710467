from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.planning.breaks import worked
from server.planning.roster import Shift


@given(st.integers(600, 90_000), st.floats(0.0, 0.9), st.integers(0, 99))
def test_breaks_take_exactly_their_share_of_a_shift(
    length: int, shrinkage: float, seed: int
) -> None:
    spans = list(worked(Shift(1_000, 1_000 + length), shrinkage, Random(seed)))
    assert sum(end - start for start, end in spans) == pytest.approx(
        length * (1.0 - shrinkage), abs=1.0
    )
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert edges[0] >= 1_000
    assert edges[-1] <= 1_000 + length + 1e-6


def test_without_shrinkage_a_shift_is_worked_through() -> None:
    assert list(worked(Shift(0, 28_800), 0.0, Random(1))) == [(0.0, 28_800.0)]


def test_a_tenth_of_eight_hours_is_two_breaks() -> None:
    assert len(list(worked(Shift(0, 28_800), 0.1, Random(1)))) == 3

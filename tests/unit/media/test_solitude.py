"""A relay that nobody controls ends: soon when nobody needs it, later in any case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.solitude import Solitude, SolitudeLimits

SECOND = 1_000_000
LIMITS = SolitudeLimits(idle_s=30, most_s=600)


def test_one_that_carries_nothing_ends_after_the_short_time() -> None:
    alone = Solitude(LIMITS, now=0)
    assert not alone.over(29 * SECOND, controlled=False, used=False)
    assert alone.over(30 * SECOND, controlled=False, used=False)


def test_one_that_is_used_stays_for_the_long_time_and_no_longer() -> None:
    alone = Solitude(LIMITS, now=0)
    assert not alone.over(599 * SECOND, controlled=False, used=True)
    assert alone.over(600 * SECOND, controlled=False, used=True)


def test_whoever_comes_back_begins_its_time_anew() -> None:
    alone = Solitude(LIMITS, now=0)
    assert not alone.over(29 * SECOND, controlled=True, used=False)
    assert not alone.over(40 * SECOND, controlled=False, used=False)
    assert not alone.over(69 * SECOND, controlled=False, used=False)
    assert alone.over(70 * SECOND, controlled=False, used=False)


def test_one_whose_last_call_ends_later_than_the_short_time_ends_then() -> None:
    alone = Solitude(LIMITS, now=0)
    assert not alone.over(100 * SECOND, controlled=False, used=True)
    assert alone.over(101 * SECOND, controlled=False, used=False)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.booleans()), max_size=60))
def test_nobody_is_ended_within_the_short_time_of_being_controlled(
    steps: list[tuple[int, bool, bool]],
) -> None:
    alone, now, last = Solitude(LIMITS, now=0), 0, 0
    for seconds, controlled, used in steps:
        now += seconds * SECOND
        if controlled:
            last = now
        if alone.over(now, controlled=controlled, used=used):
            assert not controlled
            assert now - last >= 30 * SECOND


@pytest.mark.parametrize(("idle_s", "most_s"), [(0, 1), (-1, 1), (2, 1)])
def test_times_that_make_no_sense_are_refused(idle_s: float, most_s: float) -> None:
    with pytest.raises(ValueError, match="alone"):
        SolitudeLimits(idle_s, most_s)

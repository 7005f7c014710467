from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.smoothing import closed, opened, runs


def line(text: str) -> list[bool]:
    return [mark == "x" for mark in text]


def test_a_short_hole_is_filled_and_a_long_one_is_not() -> None:
    assert closed(line("xx.xx..xx"), 1, [True] * 9) == line("xxxxx..xx")


def test_a_hole_is_filled_only_where_it_may_be() -> None:
    assert closed(line("x...x"), 3, line(".x.x.")) == line("xx.xx")


def test_what_lies_outside_of_the_first_and_the_last_run_is_no_hole() -> None:
    assert closed(line(".x.x."), 5, [True] * 5) == line(".xxx.")


def test_a_short_run_is_removed() -> None:
    assert opened(line("x.xx.xxx"), 3) == line(".....xxx")


def test_runs_are_told_with_their_places() -> None:
    assert list(runs(line("xx."))) == [(True, 0, 2), (False, 2, 3)]
    assert list(runs([])) == []


@given(st.lists(st.tuples(st.booleans(), st.booleans())), st.integers(0, 5), st.integers(0, 5))
def test_taking_away_never_adds(
    pairs: list[tuple[bool, bool]], hole_max: int, run_min: int
) -> None:
    more = [one for one, _ in pairs]
    less = [one and other for one, other in pairs]
    everywhere = [True] * len(pairs)
    after = opened(closed(less, hole_max, everywhere), run_min)
    before = opened(closed(more, hole_max, everywhere), run_min)
    assert all(was for is_now, was in zip(after, before, strict=True) if is_now)

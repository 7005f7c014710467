from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.staffing.spans import Span, end_of_stretch, joined

spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda it: Span(it[0], sum(it))),
    max_size=12,
)


def test_shifts_back_to_back_are_one_stretch() -> None:
    assert joined([Span(4, 8), Span(0, 4), Span(9, 10)]) == [Span(0, 8), Span(9, 10)]
    assert end_of_stretch([Span(0, 4), Span(4, 8)], 1) == 8
    assert end_of_stretch([Span(0, 4)], 4) is None


def test_what_begins_where_another_ends_does_not_overlap_it() -> None:
    assert not Span(0, 4).overlaps(Span(4, 8))
    assert Span(0, 5).overlaps(Span(4, 8))
    assert Span(4, 8).overlaps(Span(0, 5))


@given(spans)
def test_joining_keeps_every_instant_and_adds_none(some: list[Span]) -> None:
    together = joined(some)
    for instant in range(90):
        inside = any(one.contains(instant) for one in some)
        assert any(one.contains(instant) for one in together) == inside


@given(spans)
def test_joined_spans_lie_apart_and_in_order(some: list[Span]) -> None:
    together = joined(some)
    assert all(before.ends_at < after.starts_at for before, after in pairwise(together))

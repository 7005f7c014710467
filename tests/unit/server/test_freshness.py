"""For how long a proof counts as fresh."""

from __future__ import annotations

import pytest

from server.freshness import as_of, fresh_until, is_fresh

PROVED = 1_790_000_000_000_000
FIVE_MINUTES_US = 300_000_000


def test_a_proof_is_fresh_for_five_minutes_and_not_a_microsecond_longer() -> None:
    until = fresh_until(PROVED, fresh_s=300)
    assert until == PROVED + FIVE_MINUTES_US
    assert is_fresh(PROVED, now=PROVED, fresh_s=300)
    assert is_fresh(PROVED, now=until - 1, fresh_s=300)
    assert not is_fresh(PROVED, now=until, fresh_s=300)


@pytest.mark.parametrize(("ahead_us", "fresh"), [(1, True), (FIVE_MINUTES_US, False)])
def test_a_node_whose_clock_is_a_little_ahead_proves_as_much_and_no_more(
    ahead_us: int, *, fresh: bool
) -> None:
    assert is_fresh(PROVED + ahead_us, now=PROVED, fresh_s=300) is fresh


@pytest.mark.parametrize(
    ("ago_us", "counts_ago_us"),
    [
        (None, FIVE_MINUTES_US),
        (-1, 0),
        (0, 0),
        (FIVE_MINUTES_US - 1, FIVE_MINUTES_US - 1),
        (FIVE_MINUTES_US, FIVE_MINUTES_US),
        (86_400_000_000, FIVE_MINUTES_US),
    ],
)
def test_a_proof_that_somebody_else_saw_counts_as_of_then_and_never_of_later(
    ago_us: int | None, counts_ago_us: int
) -> None:
    """One of a day ago is stale and no more: sessions outlive their end in a call by it."""
    told = None if ago_us is None else PROVED - ago_us
    counts = as_of(told, now=PROVED, fresh_s=300)
    assert counts == PROVED - counts_ago_us
    assert is_fresh(counts, now=PROVED, fresh_s=300) is (counts_ago_us < FIVE_MINUTES_US)

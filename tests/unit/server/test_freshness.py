"""For how long a proof counts as fresh."""

from __future__ import annotations

import pytest

from server.freshness import fresh_until, is_fresh

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

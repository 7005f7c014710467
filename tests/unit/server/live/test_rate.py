"""A connection may talk in bursts, and then only so fast."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.live.rate import TokenBucket

SECOND = 1_000_000


def full(now: int = 0) -> TokenBucket:
    return TokenBucket.full(per_s=40, burst=80, now=now)


def test_a_burst_is_let_through_and_the_next_message_is_not() -> None:
    bucket = full()
    assert all(bucket.take(0) for _ in range(80))
    assert not bucket.take(0)


def test_tokens_come_back_with_time() -> None:
    bucket = full()
    for _ in range(80):
        bucket.take(0)
    assert sum(bucket.take(SECOND) for _ in range(80)) == 40


def test_a_pause_never_saves_up_more_than_the_burst() -> None:
    bucket = full()
    assert sum(bucket.take(3_600 * SECOND) for _ in range(200)) == 80


def test_a_clock_that_stands_still_gives_nothing() -> None:
    bucket = full(now=5 * SECOND)
    for _ in range(80):
        bucket.take(5 * SECOND)
    assert not bucket.take(4 * SECOND)


@given(st.lists(st.integers(0, 2 * SECOND), max_size=200))
def test_no_pattern_of_messages_beats_the_rate(gaps: list[int]) -> None:
    bucket, now, taken = full(), 0, 0
    for gap in gaps:
        now += gap
        taken += bucket.take(now)
    assert taken <= 80 + 40 * now / SECOND + 1

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.limits import Limits
from media.rates import StrangerRates, TokenBucket

SECOND = 1_000_000


def test_a_bucket_begins_full_and_fills_again() -> None:
    bucket = TokenBucket(2.0, 3, now=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(SECOND // 2 - 1)
    assert bucket.take(SECOND // 2)
    assert [bucket.take(100 * SECOND) for _ in range(4)] == [True, True, True, False]


def test_looking_takes_nothing() -> None:
    bucket = TokenBucket(1.0, 1, now=0)
    assert bucket.has(0)
    assert bucket.has(0)
    assert bucket.take(0)
    assert not bucket.has(0)


@given(st.lists(st.integers(0, 10 * SECOND), min_size=1, max_size=200))
def test_never_more_than_the_burst_and_the_rate_allow(times: list[int]) -> None:
    bucket = TokenBucket(5.0, 10, now=0)
    taken = sum(bucket.take(now) for now in sorted(times))
    assert taken <= 10 + 5 * max(times) / SECOND + 1e-6


def test_a_clock_that_stands_still_gives_nothing_away() -> None:
    bucket = TokenBucket(1000.0, 1, now=SECOND)
    assert bucket.take(SECOND)
    assert not bucket.take(0)
    assert not bucket.take(SECOND)


def test_one_network_cannot_use_up_what_another_is_told() -> None:
    limits = Limits(strangers_burst_max=5, strangers_all_burst_max=100)
    rates = StrangerRates(limits, now=0)
    assert sum(rates.admit(("192.0.2.1", port), 0) for port in range(50)) == 5
    assert rates.admit(("192.0.2.2", 1), 0)


def test_a_subscriber_is_one_whatever_the_address_in_the_64() -> None:
    rates = StrangerRates(Limits(strangers_burst_max=5), now=0)
    admitted = sum(rates.admit((f"2001:db8::{host:x}", 1, 0, 0), 0) for host in range(50))
    assert admitted == 5
    assert len(rates) == 1
    assert rates.admit(("2001:db8:0:1::1", 1, 0, 0), 0)


def test_all_together_are_limited_and_the_table_is_bounded() -> None:
    limits = Limits(strangers_max=100, strangers_all_per_s=10.0, strangers_all_burst_max=150)
    rates = StrangerRates(limits, now=0)
    admitted = 0
    for host in range(10_000):
        admitted += rates.admit((f"10.0.{host >> 8}.{host & 255}", 1), 0)
        assert len(rates) <= 100
    assert admitted == 150

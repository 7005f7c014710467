"""Whoever asks lately is remembered, and a flood of others makes nobody forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.http.rates import Rate, Spent

SECOND = 1_000_000
RATE = Rate(per_s=20, burst=40)


def asked(spent: Spent, key: bytes, now: int, rate: Rate = RATE) -> bool:
    if spent.wait_s(key, rate, now):
        return False
    spent.take(key, rate, now)
    return True


def test_a_burst_is_let_through_and_the_next_request_is_not() -> None:
    spent = Spent()
    assert all(asked(spent, b"a", 0) for _ in range(40))
    assert not asked(spent, b"a", 0)
    assert asked(spent, b"b", 0)


def test_requests_come_back_one_by_one_and_never_more_than_the_burst() -> None:
    spent = Spent()
    for _ in range(40):
        assert asked(spent, b"a", 0)
    assert not asked(spent, b"a", SECOND // 20 - 1)
    assert sum(asked(spent, b"a", SECOND) for _ in range(80)) == 20
    assert sum(asked(spent, b"a", 3_600 * SECOND) for _ in range(80)) == 40


def test_who_is_refused_is_told_after_how_many_seconds_it_is_worth_another_try() -> None:
    slow = Rate(per_s=0.5, burst=1)
    spent = Spent()
    spent.take(b"a", slow, 0)
    assert spent.wait_s(b"a", slow, 0) == 2
    assert spent.wait_s(b"a", slow, SECOND) == 1
    assert spent.wait_s(b"a", slow, 2 * SECOND - 1) == 1
    assert spent.wait_s(b"a", slow, 2 * SECOND) == 0


def test_who_asks_and_asks_in_vain_is_not_held_back_the_longer_for_it() -> None:
    spent = Spent()
    for at in range(0, SECOND, 1_000):
        asked(spent, b"a", at)
    assert asked(spent, b"a", SECOND + SECOND // 20)


@given(st.lists(st.integers(0, 2 * SECOND), max_size=200))
def test_no_pattern_of_requests_beats_the_rate(gaps: list[int]) -> None:
    spent, now, taken = Spent(), 0, 0
    for gap in gaps:
        now += gap
        taken += asked(spent, b"a", now)
    assert taken <= 40 + 20 * now / SECOND + 1


def test_a_clock_that_goes_back_gives_nothing() -> None:
    spent = Spent()
    for _ in range(40):
        assert asked(spent, b"a", 5 * SECOND)
    assert not asked(spent, b"a", 4 * SECOND)


def test_a_flood_of_others_forgets_nobody_who_is_held_back() -> None:
    spent, fast = Spent(), Rate(per_s=200, burst=2_000)
    for _ in range(40):
        assert asked(spent, b"held back", 0)
    for number in range(50_000):  # 25,000 strangers a second, for as long as it is held back
        spent.take(number.to_bytes(8), fast, number * 40)
    assert not asked(spent, b"held back", SECOND // 20 - 1)
    assert len(spent) < 1_000


def test_there_are_never_more_rows_than_there_may_be() -> None:
    spent = Spent(kept_max=100)
    for number in range(10_000):
        spent.take(number.to_bytes(8), Rate(per_s=0.001, burst=1), 0)
        assert len(spent) <= 100

from __future__ import annotations

from server.delivery.schedule import (
    ATTEMPTS_MAX,
    FAILING_S,
    SECOND,
    is_failing,
    next_attempt,
)

NOW = 1_750_000_000_000_000


def pause_s(attempts: int, chance: float = 0.0, asked_s: int | None = None) -> float:
    due = next_attempt(attempts, NOW, chance=chance, asked_s=asked_s)
    assert due is not None
    return (due - NOW) / SECOND


def test_the_pauses_are_those_of_the_specification() -> None:
    hour = 3_600
    assert [pause_s(attempts) for attempts in range(1, 10)] == [
        5,
        300,
        1_800,
        2 * hour,
        5 * hour,
        10 * hour,
        14 * hour,
        20 * hour,
        24 * hour,
    ]


def test_the_tenth_failure_is_the_last() -> None:
    assert ATTEMPTS_MAX == 10
    assert next_attempt(10, NOW, chance=0.5) is None
    assert next_attempt(11, NOW, chance=0.5) is None


def test_chance_makes_a_pause_longer_and_never_shorter() -> None:
    assert (pause_s(2, 0.0), pause_s(2, 0.5), pause_s(2, 1.0)) == (300, 330, 360)


def test_a_receiver_may_ask_for_more_time_within_bounds_and_never_for_less() -> None:
    assert pause_s(1, asked_s=60) == 60
    assert pause_s(1, asked_s=10**6) == 3_600
    assert pause_s(1, asked_s=1) == 5
    assert pause_s(1, asked_s=0) == 5


def test_an_endpoint_is_failing_after_three_days_without_a_success() -> None:
    assert not is_failing(None, NOW)
    assert not is_failing(NOW - FAILING_S * SECOND + 1, NOW)
    assert is_failing(NOW - FAILING_S * SECOND, NOW)

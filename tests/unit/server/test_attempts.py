from __future__ import annotations

from server.attempts import pause_s


def test_guesses_get_slower_before_there_are_too_many() -> None:
    pauses = [pause_s(count, 4.0) for count in range(1, 11)]
    assert pauses == [0, 0, 0.25, 0.5, 1, 2, 4, 4, 4, 4]


def test_nobody_waits_longer_than_is_set() -> None:
    assert pause_s(1_000, 4.0) == 4.0
    assert pause_s(1_000, 0.0) == 0.0

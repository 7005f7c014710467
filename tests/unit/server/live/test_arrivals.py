from __future__ import annotations

from server.live.arrivals import BURST, PER_S, Arrivals

SECOND = 1_000_000


def test_a_session_that_comes_again_and_again_is_refused_and_let_in_later() -> None:
    arrivals = Arrivals()
    assert all(arrivals.admit("rogue", 0) for _ in range(BURST))
    assert not arrivals.admit("rogue", 0)
    assert arrivals.admit("other", 0)
    later = round(SECOND / PER_S)
    assert arrivals.admit("rogue", later)
    assert not arrivals.admit("rogue", later)


def test_a_session_that_came_least_lately_is_forgotten_when_there_are_too_many() -> None:
    arrivals = Arrivals(kept_max=2)
    for _ in range(BURST):
        arrivals.admit("rogue", 0)
    arrivals.admit("second", 0)
    arrivals.admit("rogue", 0)
    arrivals.admit("third", 0)
    assert not arrivals.admit("rogue", 0)
    arrivals.admit("fourth", 0)
    arrivals.admit("fifth", 0)
    assert arrivals.admit("rogue", 0)

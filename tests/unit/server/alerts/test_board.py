from __future__ import annotations

from dataclasses import replace

from server.alerts.board import Board
from server.alerts.conditions import AlertCode, Measured
from signaling.identifiers import Instant

HOLDS = Measured(AlertCode.OLDEST_WAIT, "AZ", True, False, 3, Instant(1))  # noqa: FBT003
BETWEEN = replace(HOLDS, holds=False, count=2)
OVER = replace(HOLDS, holds=False, over=True, count=0, since=None)


def at(seconds: float) -> Instant:
    return Instant(round(seconds * 1_000_000))


def test_an_alert_is_raised_once_however_long_it_holds() -> None:
    board = Board(clear_hold_s=15)
    told = [alert for second in range(600) for alert in board.look([HOLDS], at(second))]
    assert [(one.raised_at, one.cleared_at) for one in told] == [(at(0), None)]
    assert [one.count for one in board.raised()] == [3]


def test_it_is_cleared_once_after_it_was_over_for_a_while() -> None:
    board = Board(clear_hold_s=15)
    board.look([HOLDS], at(0))
    told = [alert for second in range(1, 60) for alert in board.look([OVER], at(second))]
    assert [(one.raised_at, one.cleared_at) for one in told] == [(at(0), at(16))]
    assert board.raised() == ()


def test_a_value_at_the_edge_does_not_flap() -> None:
    board = Board(clear_hold_s=15)
    told = []
    for second in range(0, 300, 10):
        told += board.look([HOLDS if second % 20 == 0 else OVER], at(second))
    assert len(told) == 1


def test_in_between_it_stays_as_it_is() -> None:
    board = Board(clear_hold_s=15)
    assert board.look([BETWEEN], at(0)) == []
    board.look([HOLDS], at(1))
    assert [board.look([BETWEEN], at(second)) for second in range(2, 100)] == [[]] * 98
    assert board.raised()[0].count == 2, "what it counts is shown as it is now"


def test_a_calm_that_was_broken_begins_anew() -> None:
    board = Board(clear_hold_s=15)
    board.look([HOLDS], at(0))
    board.look([OVER], at(1))
    board.look([BETWEEN], at(10))
    board.look([OVER], at(11))
    assert board.look([OVER], at(20)) == []
    assert len(board.look([OVER], at(26))) == 1


def test_jurisdictions_and_conditions_are_alerts_of_their_own() -> None:
    board = Board(clear_hold_s=15)
    nevada = replace(HOLDS, jurisdiction="NV")
    missed = replace(HOLDS, code=AlertCode.MISSED_OFFERS, jurisdiction=None)
    assert len(board.look([HOLDS, nevada, missed], at(0))) == 3
    assert [one.jurisdiction for one in board.raised()] == [None, "AZ", "NV"]


def test_after_it_was_cleared_it_can_be_raised_again() -> None:
    board = Board(clear_hold_s=0)
    board.look([HOLDS], at(0))
    board.look([OVER], at(1))
    (again,) = board.look([HOLDS], at(2))
    assert again.raised_at == at(2)


def test_what_counts_each_time_is_told_each_time_it_comes() -> None:
    board = Board(clear_hold_s=15)
    one = replace(
        HOLDS, code=AlertCode.EMERGENCY_ACCESS, jurisdiction=None, count=1, newest=at(1)
    )
    more = replace(one, count=2, newest=at(7))
    told = [
        (alert.raised_at, alert.count)
        for second in range(1, 30)
        for alert in board.look([one if second < 8 else more], at(second))
    ]
    assert told == [(at(1), 1), (at(8), 2)]
    assert [one.count for one in board.raised()] == [2], "one alert, told twice"
    less = replace(more, count=1, newest=at(1))
    assert board.look([less], at(30)) == [], "a review of the newer one is no news"

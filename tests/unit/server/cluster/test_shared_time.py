from __future__ import annotations

from server.cluster.shared_time import KEPT_S, SharedTime

NOON_US = 1_800_000_000_000_000


def test_it_is_what_the_database_said_and_what_has_passed_since() -> None:
    shared = SharedTime()
    shared.heard(NOON_US, asked_s=10.0, answered_s=10.2)
    assert shared.now_us(10.1) == NOON_US
    assert shared.now_us(12.1) == NOON_US + 2_000_000


def test_of_two_nodes_none_is_ahead_by_more_than_they_are_unsure() -> None:
    quick, slow = SharedTime(), SharedTime()
    quick.heard(NOON_US, asked_s=500.0, answered_s=500.002)
    slow.heard(NOON_US, asked_s=3.0, answered_s=3.4)
    ahead_us = quick.now_us(501.001) - slow.now_us(4.2)
    assert abs(ahead_us) <= 200_000


def test_an_answer_that_took_long_is_not_believed_while_a_better_one_is_young() -> None:
    shared = SharedTime()
    shared.heard(NOON_US, asked_s=0.0, answered_s=0.0)
    shared.heard(NOON_US, asked_s=1.0, answered_s=3.0)
    assert shared.now_us(3.0) == NOON_US + 3_000_000
    shared.heard(NOON_US, asked_s=KEPT_S, answered_s=KEPT_S + 2)
    assert shared.now_us(KEPT_S + 11) == NOON_US + 10_000_000


def test_what_came_later_on_one_node_is_later() -> None:
    shared = SharedTime()
    shared.heard(NOON_US, asked_s=0.0, answered_s=1.0)
    first = shared.now_us(2.0)
    shared.heard(NOON_US - 5_000_000, asked_s=2.0, answered_s=2.1)
    assert first < shared.now_us(2.1) < shared.now_us(2.1)

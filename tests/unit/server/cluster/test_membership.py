from __future__ import annotations

from server.cluster.membership import ABSENT_S, GONE_S, LEFT_S, Judgement
from server.storage.database import Limits
from server.storage.nodes import Node


def seen(**silent_s: float) -> list[Node]:
    return [Node(name, name, "web", silent_s=silent) for name, silent in silent_s.items()]


def steady(until_s: float = 10.0) -> Judgement:
    judgement = Judgement()
    now_s = 0.0
    while now_s <= until_s:
        judgement.heard(now_s)
        judgement.look(seen(a=0, b=0), now_s)
        now_s += 1.0
    return judgement


def test_a_node_that_was_silent_for_too_long_is_gone_once() -> None:
    judgement = steady()
    judgement.heard(11)
    assert judgement.look(seen(a=0, b=GONE_S), 11) == []
    judgement.heard(12)
    assert judgement.look(seen(a=0, b=GONE_S + 0.5), 12) == ["b"]
    assert judgement.look(seen(a=0, b=GONE_S + 1.5), 13) == []
    assert judgement.gone == {"b"}


def test_a_node_that_left_is_gone_at_once() -> None:
    judgement = steady()
    judgement.heard(11)
    assert judgement.look(seen(a=0), 11) == ["b"]


def test_a_node_that_left_is_named_for_as_long_as_its_requests_may_be_on_their_way() -> None:
    judgement = steady()
    judgement.heard(11)
    assert judgement.look(seen(a=0), 11) == ["b"]
    now_s = 12.0
    while now_s < 11 + LEFT_S:
        judgement.heard(now_s)
        assert judgement.look(seen(a=0), now_s) == []
        assert judgement.gone == {"b"}
        now_s += 1.0
    judgement.heard(now_s)
    assert judgement.look(seen(a=0), now_s) == []
    assert judgement.gone == frozenset()


def test_a_node_that_comes_back_is_there_and_may_go_again() -> None:
    judgement = steady()
    judgement.heard(11)
    assert judgement.look(seen(a=0, b=9), 11) == ["b"]
    assert judgement.look(seen(a=0, b=0), 11.5) == []
    assert judgement.gone == frozenset()
    assert judgement.look(seen(a=0, b=9), 12) == ["b"]


def test_nobody_is_judged_before_this_node_was_heard_for_long_enough() -> None:
    judgement = Judgement()
    for now_s in (0.0, 1.0, 2.0, 3.0):
        judgement.heard(now_s)
        assert judgement.look(seen(a=0, b=100), now_s) == []
    judgement.heard(GONE_S)
    assert judgement.look(seen(a=0, b=100), GONE_S) == ["b"]


def test_after_the_database_was_away_nobody_is_gone_until_all_could_be_heard() -> None:
    judgement = steady(10)
    assert not judgement.heard(30)
    assert judgement.look(seen(a=0, b=20), 30) == []
    for now_s in (31.0, 32.0, 33.0):
        assert judgement.heard(now_s)
        assert judgement.look(seen(a=0, b=0.5), now_s) == []
    judgement.heard(34)
    assert judgement.look(seen(a=0, b=0.5), 34) == []
    assert judgement.gone == frozenset()


def test_a_node_that_comes_back_while_nobody_is_judged_is_not_gone_any_more() -> None:
    judgement = steady(10)
    judgement.heard(11)
    assert judgement.look(seen(a=0, b=9), 11) == ["b"]
    assert not judgement.heard(30)
    assert judgement.look(seen(a=0, b=0.5, c=9), 30) == []
    assert judgement.gone == frozenset()


def test_a_node_that_is_gone_stays_so_while_nobody_is_judged() -> None:
    judgement = steady(10)
    judgement.heard(11)
    assert judgement.look(seen(a=0, b=9), 11) == ["b"]
    assert not judgement.heard(30)
    assert judgement.look(seen(a=0, b=28), 30) == []
    assert judgement.gone == {"b"}


def test_a_node_that_came_and_left_while_nobody_was_judged_is_gone() -> None:
    judgement = steady(10)
    assert not judgement.heard(30)
    assert judgement.look(seen(a=0, b=0, c=0), 30) == []
    for now_s in (31.0, 32.0, 33.0):
        judgement.heard(now_s)
        assert judgement.look(seen(a=0, b=0), now_s) == []
    judgement.heard(34)
    assert judgement.look(seen(a=0, b=0), 34) == ["c"]


def test_a_beat_that_is_late_is_no_absence() -> None:
    judgement = steady(10)
    assert judgement.heard(10 + ABSENT_S)


def test_a_node_takes_itself_for_absent_before_others_can() -> None:
    judgement = steady(10)
    slowest_beat_s = Limits().urgent().statement_s
    assert not judgement.heard(10 + GONE_S - slowest_beat_s + 0.1)


def test_a_hiccup_delays_judgement() -> None:
    judgement = steady(10)
    judgement.heard(13)
    assert judgement.look(seen(a=0, b=100), 13) == []

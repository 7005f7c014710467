from __future__ import annotations

from dataclasses import replace

import pytest

from server.planning.assumptions import Assumptions
from server.planning.coverage import covered
from server.planning.day import Day, Played, play
from server.planning.demand import Demand
from server.planning.measured import total, whole
from server.planning.ratios import Sums, ratio
from server.planning.roster import Roster
from tests.unit.server.planning.staffing import expected, working

ONE_LINE = Assumptions(aht_cv=1.0, no_answer=0.0, accept_s=0.0, patience_s=None)


def day(
    planned: Demand,
    people: Roster,
    assumptions: Assumptions = ONE_LINE,
    *,
    replication: int = 0,
    admitted_by: Roster | None = None,
    warmup: int = 0,
) -> Day:
    admitted = {name: covered(name, admitted_by or people) for name in planned.jurisdictions}
    return Day(planned, people, admitted, assumptions, 31.0, warmup, 1, replication)


def came(played: Played) -> int:
    return total(played.tallies).answered + total(played.tallies).left


def test_the_same_seed_is_the_same_day() -> None:
    planned, people = expected({"AZ": 9.0}, {"AZ": 9.0}), working(("ana", "AZ", 0, 9))
    assert play(day(planned, people)) == play(day(planned, people))
    assert play(day(planned, people)) != play(day(planned, people, replication=1))


def test_everybody_who_came_is_in_one_tally() -> None:
    planned = expected({"AZ": 20.0}, {}, {"AZ": 20.0})
    people = working(("ana", "AZ", 0, 9), ("ben", "AZ", 0, 9))
    played = play(day(planned, people, replace(ONE_LINE, patience_s=60.0)))
    assert [one.answered + one.left > 0 for one in played.tallies] == [True, False, True]
    for one in played.tallies:
        assert sum(people for people, _ in one.lines.values()) == one.answered + one.left


def test_the_same_patients_come_whoever_works() -> None:
    planned = expected({"AZ": 12.0, "NV": 3.0}, {"AZ": 12.0})
    few, many = (
        working(("ana", "AZ NV", 0, 2)),
        working(*(("abc"[i], "AZ NV", 0, 2) for i in range(3))),
    )
    one, other = play(day(planned, few)), play(day(planned, many, admitted_by=few))
    assert came(one) == came(other)
    assert total(other.tallies).waited_s < total(one.tallies).waited_s


def test_nobody_is_let_in_while_nobody_licensed_works() -> None:
    planned = expected({"AZ": 30.0}, {"AZ": 30.0})
    played = play(day(planned, working(("ana", "AZ", 1, 2))))
    assert played.tallies[0].answered + played.tallies[0].left == 0
    assert played.tallies[1].answered + played.tallies[1].left > 0


def test_time_with_patients_adds_up_by_person_and_by_half_hour() -> None:
    planned = expected(*[{"AZ": 4.0}] * 4)
    people = working(("ana", "AZ", 0, 4), ("ben", "AZ", 0, 4))
    played = play(day(planned, people))
    handled = sum(played.handling_s.values())
    busy = sum(one.busy_s for one in played.tallies)
    # Some are still with a patient when the last half hour ends.
    assert busy <= handled <= busy + 2 * 3_600
    assert sum(one.on_duty_s for one in played.tallies) == pytest.approx(2 * 4 * 1_800)


def test_the_warm_up_is_played_and_not_counted() -> None:
    planned, people = expected(*[{"AZ": 6.0}] * 4), working(("ana", "AZ", 0, 4))
    everything, later = play(day(planned, people)), play(day(planned, people, warmup=2))
    assert later.tallies == everything.tallies[2:]


def test_shrinkage_takes_time_on_duty() -> None:
    planned, people = expected(*[{"AZ": 0.01}] * 8), working(("ana", "AZ", 0, 8))
    played = play(day(planned, people, replace(ONE_LINE, shrinkage=0.25)))
    on_duty_s = sum(one.on_duty_s for one in played.tallies)
    assert on_duty_s == pytest.approx(0.75 * 8 * 1_800, abs=1.0)


def test_one_line_waits_about_as_long_as_erlang_says() -> None:
    # 48 half hours at 4 erlangs on 5: Erlang C gives 265.9 s.
    planned = expected(*[{"AZ": 15.0}] * 48)
    people = working(*((name, "AZ", 0, 60) for name in "abcde"))
    days = [play(day(planned, people, replication=one)) for one in range(8)]
    waits = ratio(
        [Sums(total(one.tallies).waited_s, total(one.tallies).answered) for one in days]
    )
    assert waits is not None
    assert waits.half_width is not None
    assert abs(waits.value - 265.9) < 2.0 * waits.half_width
    figures = whole(days)
    assert figures.occupancy is not None
    assert figures.occupancy.value == pytest.approx(0.8, abs=0.04)

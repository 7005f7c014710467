from __future__ import annotations

from server.planning.assumptions import Assumptions
from server.planning.candidates import Licence, colleagues, licences, pressure
from server.planning.coverage import covered
from server.planning.day import Day, play
from server.planning.demand import Demand
from server.planning.roster import Roster
from server.planning.situation import situations
from tests.unit.server.planning.staffing import expected, working

CALM = Assumptions(no_answer=0.0)


def tried(planned: Demand, people: Roster, count: int = 6) -> list[Licence]:
    admitted = {name: covered(name, people) for name in planned.jurisdictions}
    days = [play(Day(planned, people, admitted, CALM, 31.0, 0, 1, one)) for one in range(3)]
    faced = situations(planned, people, CALM)
    pressed = pressure(days, faced, people, 0, len(faced))
    return licences(pressed, faced, people, count)


def test_only_somebody_idle_is_proposed_and_only_where_somebody_waits() -> None:
    planned = expected(*[{"NV": 6.0, "AZ": 1.0, "CA": 1.0}] * 4)
    people = working(
        ("ana", "NV", 0, 4), ("ben", "NV", 0, 4), ("cyd", "AZ CA", 0, 4), ("dee", "AZ", 0, 4)
    )
    assert set(tried(planned, people)[:2]) == {Licence("cyd", "NV"), Licence("dee", "NV")}


def test_of_two_who_are_alike_one_is_proposed() -> None:
    planned = expected(*[{"NV": 6.0, "AZ": 1.0}] * 4)
    people = working(("ana", "NV", 0, 4), ("ben", "AZ", 0, 4), ("cyd", "AZ", 0, 4))
    assert tried(planned, people) == [Licence("ben", "NV")]


def test_somebody_who_does_not_work_then_is_not_proposed() -> None:
    planned = expected(*[{"NV": 6.0, "AZ": 1.0}] * 4)
    people = working(("ana", "NV", 0, 4), ("ben", "AZ", 9, 12), ("cyd", "AZ", 0, 4))
    assert {one.practitioner for one in tried(planned, people)} == {"cyd"}


def test_nobody_is_proposed_for_a_licence_that_they_hold() -> None:
    planned = expected(*[{"NV": 6.0, "AZ": 1.0}] * 4)
    people = working(("ana", "NV AZ", 0, 4), ("ben", "AZ", 0, 4))
    held = {one.name: one.licences for one in people}
    found = tried(planned, people)
    assert found
    assert all(one.jurisdiction not in held[one.practitioner] for one in found)


def test_few_proposals_are_of_one_person() -> None:
    planned = expected(*[{"NV": 6.0, "CA": 6.0, "OR": 6.0, "AZ": 1.0}] * 3)
    people = working(
        *((name, "NV CA OR", 0, 3) for name in "abcde"),
        ("fay", "AZ", 0, 3),
        ("gus", "AZ", 0, 3),
    )
    found = tried(planned, people)
    assert len([one for one in found if one.practitioner == "fay"]) <= 3
    assert {one.practitioner for one in found} == {"fay", "gus"}


def test_a_colleague_is_licensed_as_those_who_are_missed_most() -> None:
    planned = expected(*[{"NV": 6.0, "AZ": 1.0}] * 4)
    people = working(("ana", "NV", 0, 4), ("ben", "AZ", 0, 4), ("cyd", "NV", 0, 4))
    admitted = {name: covered(name, people) for name in planned.jurisdictions}
    days = [play(Day(planned, people, admitted, CALM, 31.0, 0, 1, 0))]
    faced = situations(planned, people, CALM)
    found = colleagues(pressure(days, faced, people, 0, 4), people, 5)
    assert [one.name for one in found] == ["ana", "ben"]

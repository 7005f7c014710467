from __future__ import annotations

import pytest

from server.planning.assumptions import Assumptions
from server.planning.candidates import Licence
from server.planning.plan import Missed, Plan, make_plan
from server.planning.refusals import PlanRefused
from server.planning.running import here
from tests.unit.server.planning.staffing import NINE, expected, question, working


@pytest.fixture(scope="module")
def split() -> Plan:
    """Two lines, one drowning, one idle: Nevada waits while Arizona has nothing to do."""
    planned = expected(*[{"NV": 6.0, "AZ": 1.0}] * 6)
    people = working(
        ("ana", "NV", 0, 6), ("ben", "AZ", 0, 6), ("cyd", "AZ", 0, 6), ("dee", "NV", 0, 6)
    )
    return make_plan(question(planned, people, patients_max=9_000), here)


def test_what_binds_is_found(split: Plan) -> None:
    for one in split.intervals:
        assert one.situation.binding == ("NV",)
        assert one.situation.scale == pytest.approx(2 / (6 * 487.755 / 1_800), rel=1e-3)


def test_the_pooled_bound_is_far_below_what_is_simulated(split: Plan) -> None:
    assert split.whole.asa_s is not None
    for one in split.intervals:
        assert one.bound is not None
        assert one.bound.asa_s is not None
        assert one.bound.asa_s < split.whole.asa_s.value


def test_the_licence_that_joins_the_two_lines_comes_first(split: Plan) -> None:
    best = split.licences[0]
    assert best.licence.practitioner in {"ben", "cyd"}
    assert best.licence.jurisdiction == "NV"
    assert best.gain.saved_s.low is not None
    assert best.gain.saved_s.low > 0.0
    assert best.gain.after_s.value < best.gain.before_s.value
    saved = [one.gain.saved_s.value for one in split.licences]
    assert saved == sorted(saved, reverse=True)


def test_one_more_practitioner_is_licensed_where_it_is_needed(split: Plan) -> None:
    assert split.one_more is not None
    assert split.one_more.licences == ("NV",)
    assert split.one_more.gain.saved_s.value > 0.0
    assert set(split.one_more.saved_s) == {NINE + 1_800 * one for one in range(6)}


def test_every_target_that_is_missed_is_named(split: Plan) -> None:
    for one in split.intervals:
        assert Missed.UNCOVERED not in one.missed
    assert any(Missed.SERVICE_LEVEL in one.missed for one in split.intervals)
    assert any(Missed.ASA in one.missed for one in split.intervals)


def test_more_work_than_can_be_done_is_said_and_the_flow_proposes_who_could() -> None:
    planned = expected(*[{"NV": 12.0}] * 3)
    people = working(("ana", "NV", 0, 3), ("ben", "AZ", 0, 3))
    plan = make_plan(question(planned, people, patients_max=1_000), here)
    assert all(Missed.INFEASIBLE in one.missed for one in plan.intervals)
    assert Licence("ben", "NV") in [one.licence for one in plan.licences]


def test_where_nobody_waits_nothing_is_proposed() -> None:
    planned = expected({"AZ": 0.2})
    people = working(*((name, "AZ", 0, 3) for name in "abcdefgh"))
    quick = Assumptions(no_answer=0.0, accept_s=0.0)
    plan = make_plan(question(planned, people, assumptions=quick, patients_max=100), here)
    assert plan.licences == ()
    assert plan.gaps == ()


def test_a_gap_is_counted_and_not_simulated() -> None:
    planned = expected({"AZ": 9.0, "NV": 5.0})
    plan = make_plan(question(planned, working(("ana", "AZ", 0, 2)), patients_max=500), here)
    assert [gap.jurisdiction for gap in plan.gaps] == ["NV"]
    (half_hour,) = plan.intervals
    assert half_hour.situation.uncovered == ("NV",)
    assert Missed.UNCOVERED in half_hour.missed


@pytest.mark.parametrize(
    ("licences", "begins", "sentence"),
    [("CA", 0.0, "licensed where patients"), ("AZ", 5.0, "works in the half hours")],
)
def test_a_roster_that_has_nothing_to_do_with_the_demand_is_refused(
    licences: str, begins: float, sentence: str
) -> None:
    people = working(("ana", licences, begins, begins + 1))
    with pytest.raises(PlanRefused, match=sentence):
        make_plan(question(expected({"AZ": 1.0}), people), here)


def test_the_same_question_has_the_same_answer() -> None:
    planned, people = expected({"AZ": 5.0, "NV": 2.0}), working(("ana", "AZ NV", 0, 2))
    asked = question(planned, people, patients_max=300)
    assert make_plan(asked, here) == make_plan(asked, here)

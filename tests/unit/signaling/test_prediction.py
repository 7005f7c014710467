"""The wait of a patient: predicted from who is ahead and who serves, learned from waits."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.identifiers import EligibilityClass, PractitionerId
from signaling.participants import PractitionerOnDuty, PractitionerStatus
from signaling.prediction import ClassWaits, Signs, Staff, WaitModel
from signaling.presence import PresenceState
from tests.unit.signaling.scene import START

TX, AZ, NV = (EligibilityClass(name) for name in ("tx", "az", "nv"))


def on_duty(name: str, *, leaving: bool = False) -> PractitionerOnDuty:
    return PractitionerOnDuty(
        PractitionerId(name),
        1,
        PractitionerStatus.IN_EXAM,
        START,
        PresenceState.PRESENT,
        START,
        leaving=leaving,
    )


def staff(*names: str, **members: str) -> Staff:
    who = {
        EligibilityClass(name): frozenset(map(PractitionerId, spaced.split()))
        for name, spaced in members.items()
    }
    return Staff([on_duty(name) for name in names], who)


def test_alone_in_line_a_patient_waits_for_one_of_those_who_serve_them() -> None:
    assert staff("ana", "ben", tx="ana ben").overlap_queue({}, TX) == 0.5


def test_those_ahead_count_by_the_share_of_their_practitioners() -> None:
    line = staff("ana", "ben", "cy", "dee", tx="ana", az="ana ben cy dee")
    assert line.overlap_queue({AZ: 4}, TX) == 2.0  # four quarters, and the patient
    assert line.overlap_queue({TX: 4}, AZ) == 1.25  # four and the patient, for four


def test_those_served_by_others_only_do_not_count() -> None:
    line = staff("ana", "ben", tx="ana", az="ben")
    assert line.overlap_queue({AZ: 100}, TX) == 1.0


def test_nobody_on_duty_means_no_prediction() -> None:
    assert staff("ben", tx="ana").overlap_queue({}, TX) is None
    assert staff("ben").overlap_queue({}, NV) is None


def test_those_ahead_whom_nobody_serves_hold_nobody_up() -> None:
    assert staff("ana", tx="ana").overlap_queue({NV: 7}, TX) == 1.0


def test_who_is_about_to_leave_serves_nobody_who_waits() -> None:
    members = {TX: frozenset({PractitionerId("ana")})}
    assert Staff([on_duty("ana", leaving=True)], members).overlap_queue({}, TX) is None


def test_the_weights_are_learned_from_waits() -> None:
    model, random = WaitModel(), Random(1)
    for _ in range(5_000):
        signs = Signs(random.uniform(10.0, 900.0), random.uniform(10.0, 300.0))
        waited_s = 0.3 * signs.queue_s + 0.5 * signs.recent_s
        model = model.learned_wait(signs, waited_s * random.lognormvariate(0.0, 0.1))
    assert model.weights == pytest.approx((0.3, 0.5), rel=0.05)
    assert model.waits_learned == 5_000


def test_the_expectation_follows_when_the_world_changes() -> None:
    model, signs = WaitModel(), Signs(300.0, 150.0)
    for factor in (0.3, 0.9):
        for _ in range(3_000):
            model = model.learned_wait(signs, factor * 300.0)
    assert model.expected_s(signs) == pytest.approx(270.0, rel=0.02)


def test_a_class_without_waits_is_taken_for_a_usual_one() -> None:
    assert Signs.of(100.0, None) == Signs(50.0, 50.0)
    assert WaitModel().expected_s(Signs.of(100.0, None)) == pytest.approx(50.0)


def test_a_class_learns_its_own_factor_and_its_recent_waits() -> None:
    waits = ClassWaits.first(100.0)
    for _ in range(500):
        waits = waits.after(100.0, 20.0)
    assert waits.factor == pytest.approx(0.2, rel=0.01)
    assert waits.recent_s == pytest.approx(20.0)
    assert Signs.of(300.0, waits) == pytest.approx((60.0, 20.0), rel=0.01)


def test_one_wait_does_not_decide_what_a_class_is_like() -> None:
    waits = ClassWaits.first(100.0).after(100.0, 1_000.0)
    assert 0.5 < waits.factor < 2.5
    assert waits.recent_s == pytest.approx(145.0)


def test_four_of_five_waits_fall_into_the_range() -> None:
    model, random = WaitModel(), Random(2)
    inside = seen = 0
    for number in range(10_000):
        signs = Signs(random.uniform(10.0, 900.0), random.uniform(10.0, 300.0))
        waited_s = (0.3 * signs.queue_s + 0.4 * signs.recent_s) * random.lognormvariate(0, 0.6)
        low_s, high_s = model.range_s(signs)
        if number >= 1_000:
            seen += 1
            inside += low_s <= waited_s <= high_s
        model = model.learned_wait(signs, waited_s)
    assert inside / seen == pytest.approx(0.8, abs=0.02)


def test_the_handle_time_is_learned_and_the_first_exam_does_not_decide_it() -> None:
    model = WaitModel().learned_exam(4_800.0)
    assert 480.0 < model.handle_s < 1_000.0
    for _ in range(2_000):
        model = model.learned_exam(300.0)
    assert model.handle_s == pytest.approx(300.0, rel=0.01)


seconds = st.floats(0.0, 1e6)


@given(waits=st.lists(st.tuples(seconds, seconds, seconds), max_size=50))
def test_whatever_is_learned_a_range_holds_its_expectation(
    waits: list[tuple[float, float, float]],
) -> None:
    model = WaitModel()
    for raw_s, recent_s, waited_s in waits:
        model = model.learned_wait(Signs(raw_s, recent_s), waited_s)
    signs = Signs(100.0, 50.0)
    low_s, high_s = model.range_s(signs)
    assert min(model.weights) >= 0.0
    assert 0.0 <= low_s <= model.expected_s(signs) <= high_s

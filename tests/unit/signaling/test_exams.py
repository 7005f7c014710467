"""From accepting to being free again, and everything that is refused on the way."""

import pytest

from signaling import events, visit
from signaling.effects import RecordVisit, RecordWaiting
from signaling.errors import (
    AlreadyQueued,
    IllegalTransition,
    NotWaiting,
    PractitionerBusy,
    QueueFull,
    RosterFull,
    UnknownEncounter,
    UnknownPractitioner,
)
from signaling.identifiers import EligibilityClass, EncounterId, PractitionerId
from signaling.limits import Limits
from signaling.participants import PractitionerStatus
from tests.unit.signaling.scene import START, Scene


@pytest.fixture
def exam(scene: Scene) -> Scene:
    """Return a scene in which ann examines `first`."""
    scene.ready("first")
    scene.available("ann")
    scene.accept(scene.offer("first"))
    return scene


def test_hanging_up_leaves_the_practitioner_to_the_chart_and_unoffered(exam: Scene) -> None:
    effects = exam.call_ended("first")
    exam.ready("second")
    assert exam.practitioner("ann").status is PractitionerStatus.WRAP_UP
    assert RecordVisit(EncounterId("first"), visit.CallEnded(), exam.now) in effects
    assert exam.rung() == {}


def test_a_patient_who_is_called_again_is_in_the_same_exam_with_their_place(
    exam: Scene,
) -> None:
    before = exam.rows.waiting[EncounterId("first")]
    exam.call_ended("first")
    effects = exam.resumed("first")
    assert exam.practitioner("ann").status is PractitionerStatus.IN_EXAM
    assert RecordVisit(EncounterId("first"), visit.Resumed(), exam.now) in effects
    exam.released("first")
    assert (exam.patient("first").place, exam.patient("first").ready_at) == (
        before.place,
        before.ready_at,
    )


def test_only_the_one_who_writes_the_chart_up_calls_again(exam: Scene) -> None:
    with pytest.raises(IllegalTransition):
        exam.resumed("first")
    exam.call_ended("first")
    with pytest.raises(UnknownPractitioner):
        exam.resumed("first", by="bea")
    exam.available("bea")
    with pytest.raises(IllegalTransition):
        exam.resumed("first", by="bea")
    exam.ready("second")
    with pytest.raises(PractitionerBusy):
        exam.resumed("second", by="ann")


@pytest.mark.parametrize("hang_up", [True, False])
def test_a_signed_chart_frees_the_practitioner_for_the_next(
    exam: Scene, *, hang_up: bool
) -> None:
    exam.ready("second")
    exam.pass_time(300.0)
    if hang_up:
        exam.call_ended("first")
    exam.freed("ann", "first")
    assert exam.rung() == {"second": "ann"}
    assert exam.practitioner("ann").idle_since == exam.now
    with pytest.raises(UnknownEncounter):
        exam.call_ended("first")


def test_away_during_an_exam_is_remembered_until_it_is_over(exam: Scene) -> None:
    exam.away("ann")
    assert exam.practitioner("ann").status is PractitionerStatus.IN_EXAM
    exam.call_ended("first")
    exam.ready("second")
    exam.freed("ann", "first")
    assert exam.on_duty() == []
    assert exam.rung() == {}


def test_available_during_an_exam_takes_the_wish_to_leave_back(exam: Scene) -> None:
    exam.away("ann")
    exam.available("ann")
    exam.freed("ann", "first")
    assert exam.on_duty() == ["ann"]


def test_a_practitioner_who_drops_out_gives_the_patient_back_their_place(exam: Scene) -> None:
    exam.ready("second")
    effects = exam.released("first")
    assert exam.line() == ["first", "second"]
    assert exam.on_duty() == []
    kept = RecordWaiting(EncounterId("first"), EligibilityClass("ca"), 1, START)
    assert kept in effects
    assert RecordVisit(EncounterId("first"), visit.PractitionerDropped(), START) in effects
    exam.available("bob")
    assert exam.rung() == {"first": "bob"}


def test_a_full_line_still_takes_back_whoever_had_a_place() -> None:
    scene = Scene(Limits(waiting_max=1))
    scene.eligible("ca", "ann")
    scene.available("ann")
    scene.ready("first")
    scene.accept(scene.offer("first"))
    scene.ready("second")
    scene.released("first")
    assert scene.line() == ["first", "second"]


def test_a_location_corrected_in_the_exam_counts_if_the_patient_comes_back(
    exam: Scene,
) -> None:
    exam.eligible("ny", "bob")
    exam.moved("first", "ny")
    assert exam.practitioner("ann").status is PractitionerStatus.IN_EXAM
    exam.released("first")
    exam.available("ann")
    assert exam.rung() == {}
    exam.available("bob")
    assert exam.rung() == {"first": "bob"}


def test_a_revoked_licence_does_not_end_a_running_exam(exam: Scene) -> None:
    assert exam.eligible("ca", "bob") == ()
    assert exam.practitioner("ann").status is PractitionerStatus.IN_EXAM


def test_opensips_2530_an_exam_can_be_ended_for_a_practitioner_who_vanished(
    exam: Scene,
) -> None:
    exam.practitioner_lost("ann")
    exam.pass_time(3600.0)
    exam.released("first")
    assert exam.on_duty() == []
    assert exam.line() == ["first"]


def test_freeswitch_1973_after_a_restart_an_exam_can_still_be_ended(exam: Scene) -> None:
    exam.restart()
    exam.call_ended("first")
    exam.freed("ann", "first")
    exam.practitioner_seen("ann")
    exam.ready("second")
    assert exam.rung() == {"second": "ann"}


def test_a_patient_can_be_in_line_only_once(exam: Scene) -> None:
    exam.ready("second")
    with pytest.raises(AlreadyQueued):
        exam.ready("second")
    with pytest.raises(AlreadyQueued):
        exam.ready("first")
    exam.call_ended("first")
    with pytest.raises(AlreadyQueued):
        exam.ready("first")


def test_the_line_is_full_at_its_limit() -> None:
    scene = Scene(Limits(waiting_max=2))
    scene.ready("first")
    scene.ready("second")
    with pytest.raises(QueueFull) as refused:
        scene.ready("third")
    assert refused.value.fault == "server"
    scene.left("first")
    scene.ready("third")


def test_the_roster_is_full_at_its_limit() -> None:
    scene = Scene(Limits(practitioners_max=1))
    scene.available("ann")
    with pytest.raises(RosterFull):
        scene.available("bob")
    scene.available("ann", licences=2)
    assert scene.practitioner("ann").licence_count == 2


def test_who_is_being_seen_can_neither_leave_the_line_nor_cancel(exam: Scene) -> None:
    with pytest.raises(NotWaiting):
        exam.left("first")
    with pytest.raises(NotWaiting):
        exam.cancelled("first")


def test_what_needs_a_patient_is_refused_for_nobody(scene: Scene) -> None:
    for attempt in (scene.left, scene.cancelled, scene.call_ended, scene.released):
        with pytest.raises(UnknownEncounter):
            attempt("nobody")
    with pytest.raises(UnknownEncounter):
        scene.moved("nobody", "ca")


def test_the_same_class_again_changes_nothing(scene: Scene) -> None:
    scene.ready("first")
    assert scene.moved("first", "ca") == ()


def test_only_who_holds_an_encounter_is_freed_of_it(exam: Scene) -> None:
    with pytest.raises(UnknownPractitioner):
        exam.freed("nobody", "first")
    with pytest.raises(PractitionerBusy):
        exam.freed("ann", "second")
    exam.available("bob")
    with pytest.raises(IllegalTransition):
        exam.freed("bob", "first")


def test_a_call_ends_once_and_cannot_be_dropped_out_of_afterwards(exam: Scene) -> None:
    exam.call_ended("first")
    with pytest.raises(IllegalTransition):
        exam.call_ended("first")
    with pytest.raises(IllegalTransition):
        exam.released("first")


def test_going_away_twice_or_without_being_on_duty_is_no_error(scene: Scene) -> None:
    scene.available("ann")
    scene.away("ann")
    assert scene.away("ann") == ()


def test_time_alone_has_no_effects(exam: Scene) -> None:
    assert exam.apply(events.TimePassed()) == ()
    assert exam.pass_time(3600.0) == ()


def test_a_release_told_twice_does_not_end_the_exam_that_began_in_between(
    exam: Scene,
) -> None:
    exam.released("first", by="ann")
    exam.available("bob")
    exam.accept(exam.offer("first"))
    with pytest.raises(UnknownEncounter):
        exam.released("first", by="ann")
    assert exam.practitioner("bob").status is PractitionerStatus.IN_EXAM


def test_who_may_not_go_on_gives_the_patient_back_and_stays_for_another(exam: Scene) -> None:
    exam.available("bob")
    place = events.ClassChanged(EncounterId("first"), EligibilityClass("elsewhere"))
    exam.apply(place)
    back = events.PractitionerReleased(PractitionerId("ann"), EncounterId("first"), stays=True)
    exam.apply(back)
    ann = exam.practitioner("ann")
    assert (ann.status, ann.encounter_id) == (PractitionerStatus.AVAILABLE, None)
    patient = exam.switchboard.patient(EncounterId("first"))
    assert patient is not None
    assert patient.eligibility == "elsewhere"
    with pytest.raises(UnknownEncounter):
        exam.apply(back)


def test_who_wished_to_leave_goes_when_they_give_a_patient_back(exam: Scene) -> None:
    exam.away("ann")
    exam.apply(
        events.PractitionerReleased(PractitionerId("ann"), EncounterId("first"), stays=True)
    )
    assert "ann" not in exam.on_duty()

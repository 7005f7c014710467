"""Being there, being gone, and coming back: the place in line, and being on duty."""

from signaling import visit
from signaling.effects import (
    RecordPresence,
    RecordVisit,
    RemovalReason,
    SendPatientRemoved,
    SendPractitionerStatus,
    StatusReason,
)
from signaling.identifiers import EncounterId, PractitionerId, plus
from signaling.participants import PractitionerStatus
from signaling.presence import PresenceState
from tests.unit.signaling.scene import START, Scene


def test_a_lost_patient_keeps_their_place_for_the_grace(scene: Scene) -> None:
    scene.ready("first")
    scene.ready("second")
    scene.lost("first")
    scene.pass_time(119.999_999)
    assert scene.line() == ["first", "second"]
    scene.seen("first")
    scene.available("ann")
    assert scene.rung() == {"first": "ann"}


def test_after_the_grace_the_patient_is_out_of_the_line(scene: Scene) -> None:
    scene.ready("first")
    scene.lost("first")
    effects = scene.pass_time(120.0)
    encounter = EncounterId("first")
    assert scene.line() == []
    assert RecordPresence(encounter, PresenceState.GONE, scene.now) in effects
    assert RecordVisit(encounter, visit.PatientLeft(), scene.now) in effects
    reason = RemovalReason.PRESENCE_GRACE_EXPIRED
    assert SendPatientRemoved(encounter, reason) in effects


def test_an_absent_patient_is_never_offered(scene: Scene) -> None:
    scene.ready("first")
    scene.lost("first")
    scene.available("ann")
    assert scene.rung() == {}


def test_the_grace_starts_anew_with_every_loss(scene: Scene) -> None:
    scene.ready("first")
    for _ in range(3):
        scene.lost("first")
        scene.pass_time(119.0)
        scene.seen("first")
    assert scene.line() == ["first"]


def test_a_second_hint_of_the_same_loss_does_not_prolong_the_grace(scene: Scene) -> None:
    scene.ready("first")
    scene.lost("first")
    scene.pass_time(60.0)
    assert scene.lost("first") == ()
    scene.pass_time(60.0)
    assert scene.line() == []


def test_being_seen_when_present_has_no_effects(scene: Scene) -> None:
    scene.ready("first")
    scene.available("bob")
    assert scene.seen("first") == ()
    assert scene.practitioner_seen("bob") == ()


def test_hints_about_nobody_are_no_errors(scene: Scene) -> None:
    assert scene.seen("nobody") == ()
    assert scene.lost("nobody") == ()
    assert scene.practitioner_seen("nobody") == ()
    assert scene.practitioner_lost("nobody") == ()


def test_who_left_and_comes_back_has_the_place_that_the_caller_gives(scene: Scene) -> None:
    scene.ready("first")
    scene.ready("second")
    scene.left("first")
    assert scene.line() == ["second"]
    scene.ready("first")
    assert scene.line() == ["first", "second"]


def test_an_absent_practitioner_goes_off_duty_after_the_grace(scene: Scene) -> None:
    scene.available("ann")
    scene.practitioner_lost("ann")
    scene.pass_time(59.999_999)
    assert scene.on_duty() == ["ann"]
    effects = scene.pass_time(0.000_001)
    assert scene.on_duty() == []
    told = SendPractitionerStatus(
        PractitionerId("ann"), PractitionerStatus.AWAY, StatusReason.PRESENCE_GRACE_EXPIRED
    )
    assert told in effects


def test_a_practitioner_who_is_back_in_time_stays_on_duty(scene: Scene) -> None:
    scene.available("ann")
    scene.practitioner_lost("ann")
    scene.pass_time(59.0)
    scene.practitioner_seen("ann")
    scene.pass_time(3600.0)
    assert scene.on_duty() == ["ann"]


def test_in_an_exam_nobody_loses_anything_by_being_lost(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.accept(scene.offer("first"))
    assert scene.lost("first") == ()
    scene.practitioner_lost("ann")
    scene.pass_time(3600.0)
    assert scene.practitioner("ann").status is PractitionerStatus.IN_EXAM


def test_a_practitioner_lost_in_an_exam_has_the_whole_grace_when_it_is_over(
    scene: Scene,
) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.accept(scene.offer("first"))
    scene.practitioner_lost("ann")
    scene.pass_time(3600.0)
    scene.freed("ann", "first")
    scene.ready("second")
    assert scene.rung() == {}
    scene.pass_time(59.0)
    assert scene.on_duty() == ["ann"]
    scene.pass_time(1.0)
    assert scene.on_duty() == []


def test_a_patient_lost_in_an_exam_has_the_whole_grace_when_the_practitioner_drops_out(
    scene: Scene,
) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.accept(scene.offer("first"))
    scene.lost("first")
    scene.pass_time(3600.0)
    scene.released("first")
    scene.available("bob")
    assert scene.rung() == {}
    scene.pass_time(119.0)
    scene.seen("first")
    assert scene.rung() == {"first": "bob"}


def test_the_next_deadline_is_the_earliest_of_all_timers(scene: Scene) -> None:
    assert scene.switchboard.next_deadline() is None
    scene.ready("first")
    scene.lost("first")
    assert scene.switchboard.next_deadline() == plus(START, 120.0)
    scene.available("bob")
    scene.practitioner_lost("bob")
    assert scene.switchboard.next_deadline() == plus(START, 60.0)
    scene.available("ann")
    scene.ready("second")
    assert scene.switchboard.next_deadline() == plus(START, 15.0)
    scene.accept(scene.offer("second"))
    assert scene.switchboard.next_deadline() == plus(START, 60.0)

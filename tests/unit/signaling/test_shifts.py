"""The end of a shift takes a practitioner off duty, and never out of an exam."""

import pytest

from signaling.effects import SendPractitionerStatus, StatusReason
from signaling.participants import PractitionerStatus
from tests.unit.signaling.scene import Scene

HOUR_S = 3600.0


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.eligible("ca", "ann", "bob")
    return scene


def test_an_idle_practitioner_goes_off_duty_when_the_shift_is_over(scene: Scene) -> None:
    scene.available("ann", shift_s=HOUR_S)
    scene.pass_time(HOUR_S - 0.001)
    assert scene.on_duty() == ["ann"]
    effects = scene.pass_time(0.001)
    assert scene.on_duty() == []
    (told,) = [one for one in effects if isinstance(one, SendPractitionerStatus)]
    assert (told.status, told.reason) == (PractitionerStatus.AWAY, StatusReason.SHIFT_ENDED)


def test_nobody_is_offered_a_patient_after_their_shift(scene: Scene) -> None:
    scene.available("ann", shift_s=HOUR_S)
    scene.pass_time(HOUR_S)
    scene.ready("patient")
    assert scene.rung() == {}


def test_an_exam_goes_on_and_its_practitioner_leaves_when_it_is_signed(scene: Scene) -> None:
    scene.available("ann", shift_s=HOUR_S)
    scene.ready("patient")
    scene.accept(scene.offer("patient"))
    scene.pass_time(2 * HOUR_S)
    assert scene.practitioner("ann").leaving
    effects = scene.freed("ann", "patient")
    assert scene.on_duty() == []
    (told,) = [one for one in effects if isinstance(one, SendPractitionerStatus)]
    assert told.reason is StatusReason.SHIFT_ENDED


def test_an_offer_that_rings_at_the_end_may_still_be_taken(scene: Scene) -> None:
    scene.available("ann", shift_s=10.0)
    scene.ready("patient")
    scene.pass_time(12.0)
    scene.accept(scene.offer("patient"))
    assert scene.practitioner("ann").status is PractitionerStatus.IN_EXAM
    scene.freed("ann", "patient")
    assert scene.on_duty() == []


@pytest.mark.parametrize("answer", ["decline", "miss", "withdraw", "away"])
def test_an_offer_at_the_end_that_comes_to_nothing_ends_the_duty(
    scene: Scene, answer: str
) -> None:
    scene.available("ann", shift_s=10.0)
    scene.ready("patient")
    offer = scene.offer("patient")
    scene.pass_time(12.0)
    match answer:
        case "decline":
            scene.decline(offer)
        case "miss":
            scene.pass_time(3.0)
        case "withdraw":
            scene.lost("patient")
        case _:
            scene.away("ann")
    assert scene.on_duty() == []
    assert scene.rung() == {}


def test_available_again_after_the_shift_is_overtime_without_an_end(scene: Scene) -> None:
    scene.available("ann", shift_s=HOUR_S)
    scene.pass_time(HOUR_S)
    scene.available("ann")
    scene.pass_time(100 * HOUR_S)
    assert scene.on_duty() == ["ann"]


def test_available_during_the_last_exam_takes_the_end_back(scene: Scene) -> None:
    scene.available("ann", shift_s=HOUR_S)
    scene.ready("patient")
    scene.accept(scene.offer("patient"))
    scene.pass_time(2 * HOUR_S)
    scene.available("ann", shift_s=HOUR_S)
    scene.freed("ann", "patient")
    assert scene.on_duty() == ["ann"]
    scene.pass_time(HOUR_S)
    assert scene.on_duty() == []


def test_a_shift_that_ended_during_a_restart_is_over(scene: Scene) -> None:
    scene.available("ann", shift_s=HOUR_S)
    scene.available("bob", shift_s=3 * HOUR_S)
    scene.ready("patient")
    scene.accept(scene.offer("patient"))
    scene.now += 2 * 3_600_000_000  # type: ignore[assignment]  # nobody noticed
    scene.restart()
    assert scene.practitioner("ann").leaving
    assert not scene.practitioner("bob").leaving


def test_an_offer_ringing_over_the_end_and_a_restart_ends_the_duty(scene: Scene) -> None:
    scene.available("ann", shift_s=10.0)
    scene.ready("patient")
    scene.pass_time(12.0)
    scene.restart()
    assert scene.on_duty() == []


def test_languages_and_the_end_of_the_shift_outlive_a_restart(scene: Scene) -> None:
    scene.available("ann", speaks=("en", "es"), shift_s=HOUR_S)
    before = scene.practitioner("ann")
    scene.restart()
    after = scene.practitioner("ann")
    assert (after.languages, after.shift_ends_at) == (before.languages, before.shift_ends_at)

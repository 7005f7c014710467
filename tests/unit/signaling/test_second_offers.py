"""A second practitioner is rung at once only while many are idle, and only if it is set."""

import pytest

from signaling.effects import SendPatientRinging
from signaling.errors import OfferAlreadySettled
from signaling.offers import OfferState, WithdrawReason
from signaling.policy import Policy
from tests.unit.signaling.scene import Scene

FIVE = ("ann", "bob", "cy", "di", "ed")


def scene_with(policy: Policy, *idle: str) -> Scene:
    scene = Scene(policy=policy)
    scene.eligible("ca", *FIVE)
    for who in idle:
        scene.available(who)
    return scene


@pytest.fixture
def scene() -> Scene:
    return scene_with(Policy(parallel_offers=True), *FIVE)


def rung(scene: Scene) -> list[str]:
    return [str(one.practitioner_id) for one in scene.switchboard.ringing()]


def test_without_the_setting_only_one_is_rung() -> None:
    scene = scene_with(Policy(), *FIVE)
    scene.ready("patient")
    assert rung(scene) == ["ann"]


def test_with_five_idle_two_are_rung(scene: Scene) -> None:
    scene.ready("patient")
    assert rung(scene) == ["ann", "bob"]
    first, second = scene.switchboard.ringing()
    assert (first.parallel, second.parallel) == (False, True)


def test_with_four_idle_one_is_rung() -> None:
    scene = scene_with(Policy(parallel_offers=True), *FIVE[:4])
    scene.ready("patient")
    assert rung(scene) == ["ann"]


def test_those_who_passed_do_not_count_among_the_idle(scene: Scene) -> None:
    scene.ready("patient")
    first, second = scene.switchboard.ringing()
    scene.decline(first)
    scene.decline(second)
    assert rung(scene) == ["cy"]


def test_the_first_to_accept_takes_the_patient_and_the_other_is_not_blamed(
    scene: Scene,
) -> None:
    scene.ready("patient")
    first, second = scene.switchboard.ringing()
    scene.accept(second)
    assert rung(scene) == []
    lost = scene.rows.offers[first.offer_id]
    assert lost.state is OfferState.WITHDRAWN
    assert lost.reason == WithdrawReason.ANSWERED_ELSEWHERE
    assert scene.practitioner("ann").is_free
    with pytest.raises(OfferAlreadySettled):
        scene.accept(first)


def test_while_one_still_rings_nobody_else_is_asked(scene: Scene) -> None:
    scene.ready("patient")
    first, _ = scene.switchboard.ringing()
    effects = scene.decline(first)
    assert rung(scene) == ["bob"]
    assert not any(isinstance(one, SendPatientRinging) for one in effects)


def test_the_patient_is_told_once_that_somebody_is_asked_and_once_that_nobody_is(
    scene: Scene,
) -> None:
    effects = scene.ready("patient")
    told = [one.ringing for one in effects if isinstance(one, SendPatientRinging)]
    assert told == [True]
    effects = scene.left("patient")
    told = [one.ringing for one in effects if isinstance(one, SendPatientRinging)]
    assert told == [False]
    assert rung(scene) == []


def test_when_both_miss_both_pause_and_the_next_is_rung(scene: Scene) -> None:
    scene.ready("patient")
    scene.pass_time(scene.limits.ring_s)
    assert rung(scene) == ["cy"]
    assert scene.practitioner("ann").paused_until is not None
    assert scene.practitioner("bob").paused_until is not None


def test_a_restart_takes_both_back(scene: Scene) -> None:
    scene.ready("patient")
    scene.restart()
    assert rung(scene) == []
    scene.seen("patient")
    for who in FIVE:
        scene.practitioner_seen(who)
    assert rung(scene) == ["ann"], "only one was there when the first came back"


def test_an_absent_patient_is_rung_for_by_nobody(scene: Scene) -> None:
    scene.ready("patient")
    scene.lost("patient")
    assert rung(scene) == []

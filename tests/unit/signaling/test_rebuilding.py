"""After a restart, or a commit that failed: the same line, and nobody seen yet."""

from itertools import count

import pytest

from signaling import events
from signaling.effects import RecordOffer, RecordPresence, SendOfferWithdrawn
from signaling.errors import OfferAlreadySettled, UnknownEncounter
from signaling.identifiers import EncounterId, OfferId, PractitionerId, plus
from signaling.limits import Limits
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus
from signaling.presence import PresenceState
from signaling.snapshot import DutyRow, Snapshot
from signaling.switchboard import Switchboard
from tests.unit.signaling.scene import START, Scene


def test_the_order_of_the_line_is_kept(scene: Scene) -> None:
    for encounter in ("a", "b", "c", "d"):
        scene.ready(encounter)
    scene.left("b")
    scene.restart()
    assert scene.line() == ["a", "c", "d"]


def test_nobody_overtakes_because_the_next_process_has_a_clock_that_is_behind(
    scene: Scene,
) -> None:
    scene.ready("first")
    scene.now = plus(scene.now, -0.4)
    scene.restart()
    scene.ready("second")
    assert scene.line() == ["first", "second"]


def test_nobody_counts_as_ready_before_somebody_who_is_being_seen(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("examined")
    scene.accept(scene.offer("examined"))
    scene.now = plus(scene.now, -0.4)
    scene.restart()
    scene.ready("next")
    assert scene.patient("next").ready_at == START


def test_everybody_is_unknown_and_nobody_is_offered_before_they_are_seen(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    effects = scene.restart()
    unknown = RecordPresence(EncounterId("first"), PresenceState.UNKNOWN, START)
    assert unknown in effects
    assert scene.rung() == {}
    scene.seen("first")
    assert scene.rung() == {}
    scene.practitioner_seen("ann")
    assert scene.rung() == {"first": "ann"}


def test_the_graces_start_again(scene: Scene) -> None:
    scene.ready("first")
    scene.available("ann")
    scene.accept(scene.offer("first"))
    scene.ready("second")
    scene.available("bob")
    scene.lost("second")
    scene.practitioner_lost("bob")
    scene.pass_time(59.0)
    scene.restart()
    scene.pass_time(59.0)
    assert scene.on_duty() == ["ann", "bob"]
    scene.pass_time(1.0)
    assert scene.on_duty() == ["ann"]
    scene.pass_time(59.0)
    assert scene.line() == ["second"]
    scene.pass_time(1.0)
    assert scene.line() == []


def test_a_late_hint_of_a_loss_does_not_prolong_the_grace_of_the_unknown(scene: Scene) -> None:
    scene.ready("first")
    scene.restart()
    scene.pass_time(60.0)
    assert scene.lost("first") == ()
    scene.pass_time(60.0)
    assert scene.line() == []


def test_ringing_offers_are_withdrawn_and_nobody_is_blamed(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    offer = scene.offer("first")
    scene.now = plus(scene.now, 60.0)
    effects = scene.restart()
    told = [one.offer for one in effects if isinstance(one, SendOfferWithdrawn)]
    assert [(one.offer_id, one.state, one.reason) for one in told] == [
        (offer.offer_id, OfferState.WITHDRAWN, "restarted")
    ]
    assert scene.practitioner("ann").missed_offers == 0
    assert scene.practitioner("ann").status is PractitionerStatus.AVAILABLE
    with pytest.raises(OfferAlreadySettled):
        scene.accept(offer)


def test_a_running_exam_stays_with_its_practitioner_and_its_place_is_known(
    scene: Scene,
) -> None:
    scene.ready("first")
    scene.ready("second")
    scene.available("ann")
    scene.accept(scene.offer("first"))
    scene.restart()
    assert scene.practitioner("ann").encounter_id == "first"
    scene.released("first")
    assert scene.line() == ["first", "second"]


def test_a_wish_to_leave_outlives_a_restart(scene: Scene) -> None:
    scene.ready("first")
    scene.available("ann")
    scene.accept(scene.offer("first"))
    scene.away("ann")
    scene.restart()
    scene.freed("ann", "first")
    assert scene.on_duty() == []


def test_a_pause_outlives_a_restart_and_one_that_is_over_is_over(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.pass_time(15.0)
    scene.restart()
    scene.practitioner_seen("ann")
    assert scene.practitioner("ann").paused_until == plus(START, 135.0)
    scene.now = plus(START, 136.0)
    scene.restart()
    assert scene.practitioner("ann").paused_until is None
    assert scene.practitioner("ann").missed_offers == 1


def test_misses_before_and_after_a_restart_count_together(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.pass_time(15.0)
    scene.restart()
    scene.practitioner_seen("ann")
    scene.pass_time(100.0)
    scene.seen("first")
    scene.pass_time(20.0)
    assert scene.rung() == {"first": "ann"}
    scene.pass_time(15.0)
    assert scene.on_duty() == []


def test_an_accept_whose_commit_failed_never_happened(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    offer = scene.offer("first")
    scene.fail_commit(events.OfferAccepted(offer.offer_id, offer.practitioner_id))
    assert scene.line() == ["first"]
    assert scene.practitioner("ann").encounter_id is None
    scene.seen("first")
    scene.practitioner_seen("ann")
    assert scene.rung() == {"first": "ann"}


def test_a_rebuilt_switchboard_rebuilds_to_the_same(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    scene.ready("second")
    scene.accept(scene.offer("first"))
    scene.restart()
    before = scene.switchboard.snapshot()
    scene.restart()
    assert scene.switchboard.snapshot() == before


def duty(status: PractitionerStatus, encounter: str | None = None) -> DutyRow:
    return DutyRow(
        practitioner_id=PractitionerId("ann"),
        status=status,
        licence_count=1,
        idle_since=START,
        encounter_id=None if encounter is None else EncounterId(encounter),
        missed_offers=0,
        paused_until=None,
        leaving=False,
    )


def rebuilt(snapshot: Snapshot) -> Switchboard:
    numbers = count(1)
    switchboard, _ = Switchboard.rebuild(
        snapshot, Limits(), lambda: OfferId(f"new-{next(numbers)}"), now=START
    )
    return switchboard


def test_rows_of_practitioners_who_are_away_are_ignored() -> None:
    assert rebuilt(Snapshot(duty=(duty(PractitionerStatus.AWAY),))).practitioners() == ()


def test_an_exam_whose_patient_row_is_gone_can_be_freed_but_not_put_back() -> None:
    row = duty(PractitionerStatus.IN_EXAM, "signed-meanwhile")
    switchboard = rebuilt(Snapshot(duty=(row,)))
    encounter = EncounterId("signed-meanwhile")
    ann = PractitionerId("ann")
    with pytest.raises(UnknownEncounter):
        switchboard.apply(events.PractitionerReleased(ann, encounter), now=START)
    switchboard.apply(events.PractitionerFreed(ann, encounter), now=START)
    (practitioner,) = switchboard.practitioners()
    assert practitioner.status is PractitionerStatus.AVAILABLE


def test_an_offer_without_its_rows_is_withdrawn_and_stops_nothing(scene: Scene) -> None:
    scene.available("ann")
    scene.ready("first")
    orphan = scene.offer("first")
    switchboard, effects = Switchboard.rebuild(
        Snapshot(offers=(orphan,)), Limits(), scene.new_offer_id, now=START
    )
    (record,) = [effect for effect in effects if isinstance(effect, RecordOffer)]
    assert record.offer.state is OfferState.WITHDRAWN
    assert switchboard.ringing() == ()


def test_a_restart_with_thousands_waiting_tells_each_presence_once(scene: Scene) -> None:
    for number in range(50):
        scene.ready(f"e{number}")
    effects = scene.restart()
    assert sum(isinstance(effect, RecordPresence) for effect in effects) == 50
    assert len(effects) == 51

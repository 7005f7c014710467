"""What becomes of an offer, and of the two whom it concerns."""

import pytest

from signaling import events, visit
from signaling.effects import (
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordVisit,
    RecordWaiting,
    SendOfferAccepted,
    SendOfferRinging,
    SendOfferWithdrawn,
    SendPatientRinging,
    SendPractitionerStatus,
    SendQueueChanged,
)
from signaling.eligibility import Eligibility
from signaling.errors import (
    NotEligible,
    OfferAlreadySettled,
    OfferNotYours,
    OfferUnknown,
    SignalingError,
)
from signaling.identifiers import EncounterId, OfferId, PractitionerId, plus
from signaling.limits import Limits
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus
from tests.unit.signaling.scene import START, Scene


def withdrawn(effects: tuple[object, ...]) -> list[tuple[OfferState, str | None]]:
    return [
        (effect.offer.state, effect.offer.reason)
        for effect in effects
        if isinstance(effect, SendOfferWithdrawn)
    ]


def test_ready_then_offered_then_accepted_has_these_effects_in_this_order(
    scene: Scene,
) -> None:
    scene.available("ann")
    effects = scene.ready("first")
    assert [type(effect) for effect in effects] == [
        RecordWaiting,
        RecordPresence,
        RecordVisit,
        RecordOffer,
        RecordDuty,
        SendOfferRinging,
        SendPatientRinging,
        SendPractitionerStatus,
        SendQueueChanged,
    ]
    effects = scene.accept(scene.offer("first"))
    assert [type(effect) for effect in effects] == [
        RecordOffer,
        RecordDuty,
        RecordVisit,
        SendPractitionerStatus,
        SendOfferAccepted,
        SendQueueChanged,
    ]
    assert RecordVisit(EncounterId("first"), visit.Accepted(), START) in effects
    assert scene.practitioner("ann").status is PractitionerStatus.IN_EXAM
    assert scene.line() == []


def test_an_offer_rings_for_the_limit_and_not_a_microsecond_longer(ringing: Scene) -> None:
    offer = ringing.offer("first")
    assert offer.expires_at == plus(START, 15.0)
    ringing.pass_time(14.999_999)
    assert ringing.rung() == {"first": "ann"}
    ringing.pass_time(0.000_001)
    assert ringing.rung() == {}


def test_the_last_microsecond_still_counts(ringing: Scene) -> None:
    ringing.pass_time(14.999_999)
    ringing.accept(ringing.offer("first"))
    assert ringing.practitioner("ann").encounter_id == "first"


def test_a_late_accept_cannot_revive_a_missed_offer(ringing: Scene) -> None:
    offer = ringing.offer("first")
    ringing.pass_time(15.0)
    with pytest.raises(OfferAlreadySettled):
        ringing.accept(offer)


def test_a_late_answer_is_refused_even_if_nobody_said_that_time_passed(
    ringing: Scene,
) -> None:
    offer, late = ringing.offer("first"), plus(START, 15.0)
    before = ringing.picture()
    accept = events.OfferAccepted(offer.offer_id, offer.practitioner_id)
    decline = events.OfferDeclined(offer.offer_id, offer.practitioner_id, "busy")
    for answer in (accept, decline):
        with pytest.raises(OfferAlreadySettled):
            ringing.switchboard.apply(answer, now=late)
    assert ringing.picture() == before


def test_any_event_sweeps_what_is_due(ringing: Scene) -> None:
    late = plus(START, 15.0)
    effects = ringing.switchboard.apply(events.PatientSeen(EncounterId("x")), now=late)
    assert withdrawn(effects) == [(OfferState.MISSED, None)]


def test_asterisk_176_two_practitioners_cannot_take_one_patient(ringing: Scene) -> None:
    ringing.available("bob")
    offer = ringing.offer("first")
    with pytest.raises(OfferNotYours):
        ringing.accept(offer, by="bob")
    ringing.accept(offer)
    with pytest.raises(OfferNotYours):
        ringing.accept(offer, by="bob")


def test_asterisk_1736_an_offer_is_a_token_that_works_once(ringing: Scene) -> None:
    offer = ringing.offer("first")
    ringing.accept(offer)
    with pytest.raises(OfferAlreadySettled):
        ringing.accept(offer)
    with pytest.raises(OfferAlreadySettled):
        ringing.decline(offer)


def test_an_offer_that_was_never_made_is_unknown(ringing: Scene) -> None:
    event = events.OfferAccepted(OfferId("made-up"), PractitionerId("ann"))
    with pytest.raises(OfferUnknown):
        ringing.apply(event)


def test_settled_offers_are_forgotten_beyond_the_limit() -> None:
    scene = Scene(Limits(settled_offers_max=1, repass_exclusion_s=0.5))
    scene.eligible("ca", "ann")
    scene.available("ann")
    scene.ready("first")
    old = scene.offer("first")
    scene.decline(old)
    scene.pass_time(1.0)
    new = scene.offer("first")
    scene.decline(new)
    with pytest.raises(OfferUnknown):
        scene.accept(old)
    with pytest.raises(OfferAlreadySettled):
        scene.accept(new)


def test_the_licence_is_checked_again_when_the_practitioner_accepts(ringing: Scene) -> None:
    # Every event that takes a licence away withdraws the offer too; so this can only be shown
    # by taking it away behind the switchboard's back.
    ringing.switchboard._floor.eligibility = Eligibility()
    before = ringing.picture()
    offer = ringing.offer("first")
    with pytest.raises(NotEligible):
        ringing.switchboard.apply(
            events.OfferAccepted(offer.offer_id, offer.practitioner_id), now=ringing.now
        )
    assert ringing.picture() == before


def test_a_missed_offer_goes_to_the_next_and_pauses_the_first(ringing: Scene) -> None:
    ringing.available("bob")
    ringing.pass_time(15.0)
    assert ringing.rung() == {"first": "bob"}
    assert ringing.practitioner("ann").paused_until == plus(START, 135.0)
    assert ringing.practitioner("ann").missed_offers == 1


def test_the_paused_are_offered_again_when_the_pause_is_over(ringing: Scene) -> None:
    ringing.pass_time(15.0)
    ringing.pass_time(119.999_999)
    assert ringing.rung() == {}
    ringing.pass_time(0.000_001)
    assert ringing.rung() == {"first": "ann"}


def test_saying_available_again_does_not_end_the_pause(ringing: Scene) -> None:
    ringing.pass_time(15.0)
    ringing.available("ann")
    ringing.pass_time(61.0)
    assert ringing.rung() == {}


def test_two_misses_in_a_row_mean_away(ringing: Scene) -> None:
    ringing.pass_time(15.0)
    ringing.pass_time(120.0)
    effects = ringing.pass_time(15.0)
    assert ringing.on_duty() == []
    statuses = [one for one in effects if isinstance(one, SendPractitionerStatus)]
    assert [(one.status, one.reason) for one in statuses] == [("away", "missed_offers_max")]


@pytest.mark.parametrize("answer", [Scene.accept, Scene.decline])
def test_an_answer_between_two_misses_starts_the_count_again(
    ringing: Scene, answer: object
) -> None:
    ringing.pass_time(15.0)
    ringing.pass_time(120.0)
    if answer is Scene.accept:
        ringing.accept(ringing.offer("first"))
        ringing.freed("ann", "first")
    else:
        ringing.decline(ringing.offer("first"))
    ringing.ready("second")
    ringing.pass_time(15.0)
    assert ringing.on_duty() == ["ann"]
    assert ringing.practitioner("ann").missed_offers == 1


def test_freeswitch_longest_idle_whoever_does_not_answer_goes_to_the_back() -> None:
    scene = Scene(Limits(missed_offer_pause_s=0.5, missed_offers_max=9))
    scene.eligible("ca", "ann", "bob")
    scene.available("ann")
    scene.pass_time(1.0)
    scene.available("bob")
    scene.ready("first")
    scene.pass_time(15.0)
    scene.accept(scene.offer("first"), by="bob")
    scene.freed("bob", "first")
    scene.pass_time(1.0)
    scene.ready("second")
    assert scene.practitioner("ann").idle_since == plus(START, 16.0)
    assert scene.rung() == {"second": "ann"}


def test_who_passes_stays_available_and_is_kept_from_that_patient_for_a_while(
    ringing: Scene,
) -> None:
    ringing.decline(ringing.offer("first"))
    assert ringing.practitioner("ann").is_free
    assert ringing.rung() == {}
    ringing.pass_time(59.999_999)
    assert ringing.rung() == {}
    ringing.pass_time(0.000_001)
    assert ringing.rung() == {"first": "ann"}


def test_leaving_and_coming_back_does_not_undo_a_pass(ringing: Scene) -> None:
    ringing.decline(ringing.offer("first"))
    ringing.left("first")
    ringing.pass_time(10.0)
    ringing.ready("first")
    assert ringing.rung() == {}
    ringing.pass_time(50.0)
    assert ringing.rung() == {"first": "ann"}


def test_a_pass_outlives_a_restart(ringing: Scene) -> None:
    ringing.decline(ringing.offer("first"))
    ringing.restart()
    ringing.practitioner_seen("ann")
    ringing.seen("first")
    assert ringing.rung() == {}
    ringing.pass_time(60.0)
    assert ringing.rung() == {"first": "ann"}


def test_the_decline_reason_is_recorded_as_the_code_it_is(ringing: Scene) -> None:
    effects = ringing.decline(ringing.offer("first"))
    assert withdrawn(effects) == [(OfferState.DECLINED, "busy")]


def test_opensips_2886_a_pass_does_not_drop_the_patient(ringing: Scene) -> None:
    ringing.decline(ringing.offer("first"))
    assert ringing.line() == ["first"]


def test_opensips_a_passed_patient_returns_to_their_place_and_not_to_the_top(
    scene: Scene,
) -> None:
    scene.eligible("ny", "bob")
    scene.ready("oldest", "ny")
    scene.ready("middle", "ca")
    scene.ready("youngest", "ca")
    scene.available("ann")
    scene.decline(scene.offer("middle"))
    assert scene.line() == ["oldest", "middle", "youngest"]
    assert scene.rung() == {"youngest": "ann"}
    scene.available("bob")
    assert scene.rung() == {"oldest": "bob", "youngest": "ann"}


def test_opensips_2679_two_pauses_that_end_together_both_end(scene: Scene) -> None:
    scene.available("ann")
    scene.available("bob")
    scene.ready("first")
    scene.ready("second")
    scene.pass_time(15.0)
    scene.pass_time(120.0)
    assert scene.rung() == {"first": "ann", "second": "bob"}


def test_no_refusal_carries_anything_of_the_event(ringing: Scene) -> None:
    with pytest.raises(SignalingError) as refused:
        ringing.accept(ringing.offer("first"), by="Jane Doe 1970-01-01")
    assert "Jane" not in repr(refused.value)


def test_the_end_of_an_exclusion_does_not_ring_a_second_practitioner(ringing: Scene) -> None:
    ringing.decline(ringing.offer("first"))
    ringing.pass_time(50.0)
    ringing.available("bob")
    assert ringing.rung() == {"first": "bob"}
    ringing.pass_time(10.0)
    assert ringing.practitioner("ann").is_free
    assert ringing.rung() == {"first": "bob"}


def test_a_pause_ends_with_nothing_to_do_when_its_practitioner_has_gone(
    ringing: Scene,
) -> None:
    ringing.pass_time(15.0)
    ringing.away("ann")
    assert ringing.switchboard.next_deadline() == plus(START, 75.0)
    ringing.pass_time(200.0)
    assert ringing.on_duty() == []


def test_who_left_while_absent_is_not_given_up_a_second_time(ringing: Scene) -> None:
    ringing.lost("first")
    ringing.left("first")
    assert ringing.switchboard.next_deadline() is None
    ringing.pass_time(200.0)
    assert ringing.line() == []

"""An offer that loses its ground stops ringing, and nobody stays reserved."""

import pytest

from signaling import visit
from signaling.effects import (
    RecordVisit,
    SendOfferWithdrawn,
    SendPatientRemoved,
    SendPatientRinging,
)
from signaling.errors import (
    OfferAlreadySettled,
)
from signaling.identifiers import EncounterId, OfferId
from signaling.offers import OfferState
from tests.unit.signaling.scene import START, Scene


def withdrawn(effects: tuple[object, ...]) -> list[tuple[OfferState, str | None]]:
    return [
        (effect.offer.state, effect.offer.reason)
        for effect in effects
        if isinstance(effect, SendOfferWithdrawn)
    ]


def test_a_patient_lost_while_rung_keeps_the_place_and_stops_the_ringing(
    ringing: Scene,
) -> None:
    effects = ringing.lost("first")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "patient_lost")]
    assert SendPatientRinging(EncounterId("first"), ringing=False) in effects
    assert ringing.line() == ["first"]
    assert ringing.practitioner("ann").is_free


def test_freeswitch_2529_no_zombie_rings_after_the_patient_left(ringing: Scene) -> None:
    offer = ringing.offer("first")
    effects = ringing.left("first")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "patient_left")]
    assert any(isinstance(effect, SendPatientRemoved) for effect in effects)
    with pytest.raises(OfferAlreadySettled):
        ringing.accept(offer)


def test_a_cancelled_visit_stops_the_ringing(ringing: Scene) -> None:
    effects = ringing.cancelled("first")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "cancelled")]
    assert RecordVisit(EncounterId("first"), visit.Cancelled(), START) in effects


def test_a_practitioner_lost_while_rung_is_not_blamed_and_the_next_is_rung(
    ringing: Scene,
) -> None:
    ringing.available("bob")
    effects = ringing.practitioner_lost("ann")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "practitioner_lost")]
    assert ringing.rung() == {"first": "bob"}
    assert ringing.practitioner("ann").missed_offers == 0


def test_chatwoot_7204_nothing_is_offered_to_somebody_who_is_not_there(scene: Scene) -> None:
    scene.available("ann")
    scene.practitioner_lost("ann")
    scene.ready("first")
    assert scene.rung() == {}
    scene.practitioner_seen("ann")
    assert scene.rung() == {"first": "ann"}


def test_a_practitioner_who_goes_away_while_rung_is_replaced(ringing: Scene) -> None:
    ringing.available("bob")
    effects = ringing.away("ann")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "practitioner_away")]
    assert ringing.rung() == {"first": "bob"}
    assert ringing.on_duty() == ["bob"]


def test_a_revoked_licence_withdraws_the_offer_and_the_next_is_rung(ringing: Scene) -> None:
    ringing.available("bob")
    effects = ringing.eligible("ca", "bob")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "not_eligible")]
    assert ringing.rung() == {"first": "bob"}


def test_losing_another_licence_does_not_touch_the_offer(ringing: Scene) -> None:
    ringing.eligible("ny", "ann", "bob")
    assert withdrawn(ringing.eligible("ny", "bob")) == []
    assert ringing.rung() == {"first": "ann"}


def test_a_corrected_location_withdraws_an_offer_to_somebody_not_licensed_there(
    ringing: Scene,
) -> None:
    ringing.eligible("ny", "bob")
    ringing.available("bob")
    effects = ringing.moved("first", "ny")
    assert withdrawn(effects) == [(OfferState.WITHDRAWN, "not_eligible")]
    assert ringing.rung() == {"first": "bob"}


def test_a_corrected_location_keeps_an_offer_to_somebody_licensed_in_both(
    ringing: Scene,
) -> None:
    ringing.eligible("ny", "ann")
    assert withdrawn(ringing.moved("first", "ny")) == []
    assert ringing.rung() == {"first": "ann"}


def test_freeswitch_2540_nobody_stays_reserved_whatever_ends_the_ringing() -> None:
    endings = (Scene.left, Scene.lost, Scene.cancelled)
    for ending in endings:
        scene = Scene()
        scene.eligible("ca", "ann")
        scene.available("ann")
        scene.ready("first")
        ending(scene, "first")
        assert scene.practitioner("ann").is_free, ending.__name__
        scene.ready("second")
        assert scene.rung() == {"second": "ann"}, ending.__name__


def test_freeswitch_1062_1641_everything_that_rings_has_a_deadline(ringing: Scene) -> None:
    deadline = ringing.switchboard.next_deadline()
    assert deadline == ringing.offer("first").expires_at


def test_open_match_1037_after_a_crash_nobody_is_in_limbo(ringing: Scene) -> None:
    ringing.restart()
    ringing.seen("first")
    ringing.practitioner_seen("ann")
    assert ringing.rung() == {"first": "ann"}


def test_open_match_918_an_offered_patient_is_never_a_candidate_again(ringing: Scene) -> None:
    ringing.available("bob")
    assert ringing.rung() == {"first": "ann"}


def test_freeswitch_1674_a_practitioner_gone_at_the_moment_of_the_match_costs_no_place(
    ringing: Scene,
) -> None:
    before = ringing.line()
    gone = ringing.offer(before[0]).practitioner_id
    ringing.practitioner_lost(gone)
    with pytest.raises(OfferAlreadySettled):
        ringing.accept(ringing.rows.offers[OfferId("offer-1")], by=gone)
    assert ringing.line() == before
    assert gone not in ringing.rung().values()


def test_freeswitch_1221_nobody_is_stuck_when_everybody_rung_before_them_has_gone(
    ringing: Scene,
) -> None:
    (patient, *_) = ringing.line()
    for _ in range(10):
        rung = ringing.rung().get(patient)
        if rung is None:
            break
        ringing.away(rung)
    assert ringing.rung() == {}
    ringing.eligible("ca", "newcomer")
    ringing.available("newcomer")
    assert ringing.rung() == {patient: "newcomer"}

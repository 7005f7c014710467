"""What an offer does to the floor: it rings, is answered, is missed, or loses its ground.

Like the floor's own moves these decide nothing and refuse nothing, and each adds its effects.
"""

from dataclasses import replace

from signaling import participants
from signaling.effects import (
    RecordOffer,
    SendOfferAccepted,
    SendOfferRinging,
    SendOfferWithdrawn,
    SendPatientRinging,
    StatusReason,
)
from signaling.floor import Floor, with_status
from signaling.identifiers import Instant, OfferId, plus
from signaling.matching import Match
from signaling.offers import (
    Accepted,
    Declined,
    Offer,
    OfferEvent,
    OfferState,
    RingTimedOut,
    Withdrawn,
    WithdrawReason,
    settle,
)
from signaling.timers import RingTimer


def ring(
    floor: Floor, match: Match, offer_id: OfferId, now: Instant, *, parallel: bool = False
) -> None:
    """Make an offer; a `parallel` one is the second for a patient."""
    offer = Offer(
        offer_id=offer_id,
        encounter_id=match.encounter_id,
        practitioner_id=match.practitioner_id,
        state=OfferState.RINGING,
        rung_at=now,
        expires_at=plus(now, floor.limits.ring_s),
        parallel=parallel,
    )
    floor.offers.open(offer)
    floor.room.hold(offer.encounter_id)
    floor.timers.set(RingTimer(offer_id), offer.expires_at)
    floor.outcome.record(RecordOffer(offer))
    floor.outcome.send(SendOfferRinging(offer))
    if not parallel:
        floor.outcome.send(SendPatientRinging(offer.encounter_id, ringing=True))
    practitioner = floor.roster[offer.practitioner_id]
    floor.put_practitioner(with_status(practitioner, participants.Offered()))


def accept(floor: Floor, offer: Offer, now: Instant) -> None:
    """Give the patient to the practitioner; whoever else is rung for them stops ringing."""
    for other in floor.offers.for_encounter(offer.encounter_id):
        if other != offer:
            withdraw(floor, other, WithdrawReason.ANSWERED_ELSEWHERE, now)
    accepted = _close(floor, offer, Accepted(), now)
    patient = floor.take_patient(offer.encounter_id)
    floor.examined[offer.encounter_id] = replace(patient, excluded={})
    practitioner = floor.roster[offer.practitioner_id]
    floor.put_practitioner(
        replace(
            with_status(practitioner, participants.OfferTaken()),
            encounter_id=offer.encounter_id,
            missed_offers=0,
        )
    )
    floor.outcome.send(SendOfferAccepted(accepted))


def decline(floor: Floor, offer: Offer, reason: str, now: Instant) -> None:
    """Pass: the patient goes on to somebody else, the practitioner to others."""
    _pass(floor, offer, Declined(reason), now)
    # A pass is an answer: only misses in a row count.
    floor.end_offered(replace(floor.roster[offer.practitioner_id], missed_offers=0))


def miss(floor: Floor, offer: Offer, now: Instant) -> None:
    """Time out: the practitioner is paused, or away if they keep missing."""
    _pass(floor, offer, RingTimedOut(), now)
    practitioner = with_status(floor.roster[offer.practitioner_id], participants.OfferEnded())
    missed = practitioner.missed_offers + 1
    if practitioner.leaving:
        floor.dismiss(practitioner, StatusReason.SHIFT_ENDED)
        return
    if missed >= floor.limits.missed_offers_max:
        floor.dismiss(practitioner, StatusReason.MISSED_OFFERS_MAX)
        return
    paused = replace(
        practitioner,
        missed_offers=missed,
        paused_until=plus(now, floor.limits.missed_offer_pause_s),
        # Otherwise the one who does not answer stays the longest idle, and first in turn.
        idle_since=now,
    )
    floor.put_practitioner(paused, StatusReason.MISSED_OFFER)


def withdraw(floor: Floor, offer: Offer, reason: WithdrawReason, now: Instant) -> None:
    """Take an offer back; neither side is blamed for it."""
    _end_ringing(floor, offer, Withdrawn(reason), now)
    floor.end_offered(floor.roster[offer.practitioner_id])


def void(floor: Floor, offer: Offer, now: Instant) -> None:
    """Take back an offer that rang before a restart; nothing rings here any more."""
    settled = settle(offer, Withdrawn(WithdrawReason.RESTARTED), now=now)
    floor.offers.remember(settled)
    floor.outcome.record(RecordOffer(settled))
    _tell_over(floor, settled)


def _pass(floor: Floor, offer: Offer, event: OfferEvent, now: Instant) -> None:
    _end_ringing(floor, offer, event, now)
    until = plus(now, floor.limits.repass_exclusion_s)
    floor.exclude(offer.encounter_id, offer.practitioner_id, until)


def _end_ringing(floor: Floor, offer: Offer, event: OfferEvent, now: Instant) -> None:
    settled = _close(floor, offer, event, now)
    if not floor.offers.for_encounter(offer.encounter_id):
        floor.room.unhold(offer.encounter_id)
        floor.changed.add(floor.room[offer.encounter_id].eligibility)
    _tell_over(floor, settled)


def _tell_over(floor: Floor, settled: Offer) -> None:
    floor.outcome.send(SendOfferWithdrawn(settled))
    if not floor.offers.for_encounter(settled.encounter_id):
        floor.outcome.send(SendPatientRinging(settled.encounter_id, ringing=False))


def _close(floor: Floor, offer: Offer, event: OfferEvent, now: Instant) -> Offer:
    settled = settle(offer, event, now=now)
    floor.offers.close(settled)
    floor.timers.clear(RingTimer(offer.offer_id))
    floor.outcome.record(RecordOffer(settled))
    return settled

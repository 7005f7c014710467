"""What practitioners do to the floor. Each function checks first, and only then moves."""

from dataclasses import replace

from signaling import participants, presence, ringing, visit
from signaling.effects import StatusReason
from signaling.errors import (
    IllegalTransition,
    NotEligible,
    PractitionerBusy,
    RosterFull,
    UnknownEncounter,
    UnknownPractitioner,
)
from signaling.events import (
    CallEnded,
    CallResumed,
    EligibilityChanged,
    OfferAccepted,
    OfferDeclined,
    PractitionerAvailable,
    PractitionerAway,
    PractitionerFreed,
    PractitionerLost,
    PractitionerReleased,
    PractitionerSeen,
)
from signaling.floor import Floor, shift_reason, with_status
from signaling.identifiers import Instant, PractitionerId
from signaling.machine import step
from signaling.offers import WithdrawReason
from signaling.participants import PractitionerOnDuty, PractitionerStatus
from signaling.presence import PresenceState


def available(floor: Floor, event: PractitionerAvailable, now: Instant) -> None:
    """Bring a practitioner on duty.

    Said again on duty it only takes back a wish to leave: a pause after a missed offer goes
    on, or a console that repeats itself on every reconnect would end it.

    Raises:
        RosterFull: as many are on duty as may be.
    """
    known = floor.roster.get(event.practitioner_id)
    if known is not None:
        there = floor.set_practitioner_presence(known, presence.Seen(), now)
        floor.put_practitioner(
            replace(
                there,
                licence_count=event.licence_count,
                languages=event.languages,
                shift_ends_at=event.shift_ends_at,
                leaving=False,
            )
        )
        return
    if len(floor.roster) >= floor.limits.practitioners_max:
        raise RosterFull
    floor.put_practitioner(
        PractitionerOnDuty(
            practitioner_id=event.practitioner_id,
            licence_count=event.licence_count,
            status=step(
                participants.TRANSITIONS, PractitionerStatus.AWAY, participants.WentAvailable()
            ),
            idle_since=now,
            presence=PresenceState.PRESENT,
            presence_since=now,
            languages=event.languages,
            shift_ends_at=event.shift_ends_at,
        )
    )


def away(floor: Floor, event: PractitionerAway, now: Instant) -> None:
    """Take a practitioner off duty; one in an exam goes when it is over."""
    practitioner = floor.roster.get(event.practitioner_id)
    if practitioner is None:
        return
    if practitioner.encounter_id is not None:
        floor.put_practitioner(replace(practitioner, leaving=True))
        return
    _withdraw(floor, event.practitioner_id, WithdrawReason.PRACTITIONER_AWAY, now)
    still_there = floor.roster.get(event.practitioner_id)
    if still_there is not None:  # the end of a shift may have waited for that offer
        floor.dismiss(still_there, reason=None)


def seen(floor: Floor, event: PractitionerSeen, now: Instant) -> None:
    """Note that a practitioner is there."""
    practitioner = floor.roster.get(event.practitioner_id)
    if practitioner is not None:
        floor.set_practitioner_presence(practitioner, presence.Seen(), now)


def lost(floor: Floor, event: PractitionerLost, now: Instant) -> None:
    """Note that a practitioner is not there: their offer goes to the next at once."""
    practitioner = floor.roster.get(event.practitioner_id)
    if practitioner is not None:
        floor.set_practitioner_presence(practitioner, presence.Lost(), now)
        _withdraw(floor, event.practitioner_id, WithdrawReason.PRACTITIONER_LOST, now)


def eligibility_changed(floor: Floor, event: EligibilityChanged, now: Instant) -> None:
    """Replace the members of a class, and take back offers that lost their ground by it."""
    removed = floor.replace_members(event.eligibility, event.members)
    # Sorted, because the order of a set differs from one process to the next.
    for practitioner_id in sorted(removed):
        offer = floor.offers.to_practitioner(practitioner_id)
        if offer and floor.room[offer.encounter_id].eligibility == event.eligibility:
            ringing.withdraw(floor, offer, WithdrawReason.NOT_ELIGIBLE, now)


def accepted(floor: Floor, event: OfferAccepted, now: Instant) -> None:
    """Give the patient to the practitioner.

    Raises:
        OfferUnknown: no such offer is remembered.
        OfferNotYours: it rings somebody else.
        OfferAlreadySettled: it is over, or its time is, swept or not.
        NotEligible: they may not see this patient (checked again, whatever happened before).
    """
    offer = floor.offers.answerable(event.offer_id, event.practitioner_id, now)
    eligibility = floor.room[offer.encounter_id].eligibility
    if not floor.eligibility.allows(event.practitioner_id, eligibility):
        raise NotEligible
    ringing.accept(floor, offer, now)
    floor.record_visit(offer.encounter_id, visit.Accepted(), now)


def declined(floor: Floor, event: OfferDeclined, now: Instant) -> None:
    """Let the practitioner pass.

    Raises:
        OfferUnknown: no such offer is remembered.
        OfferNotYours: it rings somebody else.
        OfferAlreadySettled: it is over, or its time is, swept or not.
    """
    offer = floor.offers.answerable(event.offer_id, event.practitioner_id, now)
    ringing.decline(floor, offer, event.reason, now)


def call_ended(floor: Floor, event: CallEnded, now: Instant) -> None:
    """Leave the practitioner to their chart.

    Raises:
        UnknownEncounter: nobody examines it.
        IllegalTransition: the call has ended before.
    """
    practitioner = floor.roster.examining(event.encounter_id)
    if practitioner is None:
        raise UnknownEncounter
    writing_up = with_status(practitioner, participants.HungUp())
    floor.examined.pop(event.encounter_id, None)
    floor.put_practitioner(writing_up)
    floor.record_visit(event.encounter_id, visit.CallEnded(), now)


def resumed(floor: Floor, event: CallResumed, now: Instant) -> None:
    """Take the practitioner back from the chart into the exam, with the same patient.

    Raises:
        UnknownPractitioner: they are not on duty.
        IllegalTransition: they do not write a chart up.
        PractitionerBusy: they write up another one.
    """
    practitioner = floor.roster.get(event.practitioner_id)
    if practitioner is None:
        raise UnknownPractitioner
    again = with_status(practitioner, participants.CalledAgain())
    encounter_id = event.patient.encounter_id
    if practitioner.encounter_id != encounter_id:
        raise PractitionerBusy
    floor.examined[encounter_id] = floor.arrived(event.patient, now)
    floor.put_practitioner(again)
    floor.record_visit(encounter_id, visit.Resumed(), now)


def freed(floor: Floor, event: PractitionerFreed, now: Instant) -> None:
    """Let the practitioner go on to the next patient, or off duty if they asked for it.

    The visit's own event (signed, parked, no-show) is recorded by whoever decided it.

    Raises:
        UnknownPractitioner: they are not on duty.
        IllegalTransition: they hold no encounter.
        PractitionerBusy: they hold another encounter.
    """
    practitioner = floor.roster.get(event.practitioner_id)
    if practitioner is None:
        raise UnknownPractitioner
    free = with_status(practitioner, participants.Freed())
    if practitioner.encounter_id != event.encounter_id:
        raise PractitionerBusy
    floor.examined.pop(event.encounter_id, None)
    if practitioner.leaving:
        floor.dismiss(practitioner, shift_reason(practitioner, now))
        return
    here = practitioner.presence is PresenceState.PRESENT
    floor.put_practitioner(
        replace(
            free,
            encounter_id=None,
            idle_since=now,
            # In the exam no grace ran; it begins when being absent begins to matter.
            presence_since=practitioner.presence_since if here else now,
        )
    )


def released(floor: Floor, event: PractitionerReleased, now: Instant) -> None:
    """Give a patient back the place they had; the practitioner is away, unless they stay.

    The line takes them back even when it is full: a place is never lost.

    Raises:
        UnknownEncounter: they do not examine it, or the patient was not known at the restart.
        IllegalTransition: the call has ended, and there is nothing to go on with.
    """
    practitioner = floor.roster.examining(event.encounter_id)
    if practitioner is None or practitioner.practitioner_id != event.practitioner_id:
        raise UnknownEncounter
    if practitioner.status is not PractitionerStatus.IN_EXAM:
        raise IllegalTransition(practitioner.status.value, visit.PractitionerDropped.__name__)
    patient = floor.examined.pop(event.encounter_id, None)
    if patient is None:
        raise UnknownEncounter
    if event.stays and not practitioner.leaving:
        free = with_status(practitioner, participants.Freed())
        there = practitioner.presence is PresenceState.PRESENT
        since = practitioner.presence_since if there else now
        floor.put_practitioner(
            replace(free, encounter_id=None, idle_since=now, presence_since=since)
        )
    else:
        floor.dismiss(practitioner, StatusReason.RELEASED)
    here = patient.presence is PresenceState.PRESENT
    floor.record_waiting(patient)
    floor.admit(patient if here else replace(patient, presence_since=now))
    floor.record_visit(event.encounter_id, visit.PractitionerDropped(), now)


def _withdraw(
    floor: Floor, practitioner_id: PractitionerId, reason: WithdrawReason, now: Instant
) -> None:
    offer = floor.offers.to_practitioner(practitioner_id)
    if offer is not None:
        ringing.withdraw(floor, offer, reason, now)

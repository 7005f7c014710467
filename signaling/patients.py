"""What patients do to the floor. Each function checks first, and only then moves.

Hints (seen, lost) are never refused: they come late, twice and for people long gone.
"""

from dataclasses import replace

from signaling import presence, ringing, visit
from signaling.effects import RemovalReason
from signaling.errors import (
    AlreadyQueued,
    NotWaiting,
    PriorityOutOfRange,
    QueueFull,
    UnknownEncounter,
)
from signaling.events import (
    ClassChanged,
    EncounterCancelled,
    PatientLeft,
    PatientLost,
    PatientReady,
    PatientSeen,
    PriorityChanged,
)
from signaling.floor import Floor
from signaling.identifiers import EncounterId, Instant
from signaling.machine import step
from signaling.offers import WithdrawReason
from signaling.presence import PresenceEvent


def ready(floor: Floor, event: PatientReady, now: Instant) -> None:
    """Let a patient in at their place.

    Raises:
        AlreadyQueued: they wait, or are being seen.
        QueueFull: the line is as long as it may be.
        PriorityOutOfRange: no patient may have that priority.
    """
    _require_priority(floor, event.priority)
    if event.encounter_id in floor.room or floor.roster.examining(event.encounter_id):
        raise AlreadyQueued
    if len(floor.room) >= floor.limits.waiting_max:
        raise QueueFull
    patient = floor.arrived(event, now)
    floor.record_waiting(patient)
    floor.admit(patient)
    floor.record_visit(event.encounter_id, visit.Readied(), now)


def seen(floor: Floor, event: PatientSeen, now: Instant) -> None:
    """Note that a patient is there."""
    patient = floor.room.get(event.encounter_id)
    if patient is not None:
        floor.set_patient_presence(patient, presence.Seen(), now)
    else:
        _note_in_exam(floor, event.encounter_id, presence.Seen(), now)


def lost(floor: Floor, event: PatientLost, now: Instant) -> None:
    """Note that a patient is not there: they keep their place, but nobody is rung for them."""
    patient = floor.room.get(event.encounter_id)
    if patient is None:
        _note_in_exam(floor, event.encounter_id, presence.Lost(), now)
    elif floor.set_patient_presence(patient, presence.Lost(), now):
        _withdraw(floor, event.encounter_id, WithdrawReason.PATIENT_LOST, now)


def left(floor: Floor, event: PatientLeft, now: Instant) -> None:
    """Let a patient go who gave up.

    Raises:
        UnknownEncounter: they are not here.
        NotWaiting: they are being seen.
    """
    _require_waiting(floor, event.encounter_id)
    _withdraw(floor, event.encounter_id, WithdrawReason.PATIENT_LEFT, now)
    floor.remove_patient(
        event.encounter_id, RemovalReason.PATIENT_LEFT, visit.PatientLeft(), now
    )


def cancelled(floor: Floor, event: EncounterCancelled, now: Instant) -> None:
    """Let a patient go whose visit was called off.

    Raises:
        UnknownEncounter: they are not here.
        NotWaiting: they are being seen.
    """
    _require_waiting(floor, event.encounter_id)
    _withdraw(floor, event.encounter_id, WithdrawReason.CANCELLED, now)
    floor.remove_patient(event.encounter_id, RemovalReason.CANCELLED, visit.Cancelled(), now)


def class_changed(floor: Floor, event: ClassChanged, now: Instant) -> None:
    """Let other practitioners see a patient from now on; their place stays.

    Of one who is being seen it is kept for the case that they come back into the line.

    Raises:
        UnknownEncounter: they are not here.
    """
    waiting = floor.room.get(event.encounter_id)
    patient = waiting or floor.examined.get(event.encounter_id)
    if patient is None:
        raise UnknownEncounter
    if patient.eligibility == event.eligibility:
        return
    moved = replace(patient, eligibility=event.eligibility)
    floor.record_waiting(moved)
    if waiting is None:
        floor.examined[event.encounter_id] = moved
        return
    floor.put_patient(moved)
    for offer in floor.offers.for_encounter(event.encounter_id):
        if not floor.eligibility.allows(offer.practitioner_id, event.eligibility):
            ringing.withdraw(floor, offer, WithdrawReason.NOT_ELIGIBLE, now)


def priority_changed(floor: Floor, event: PriorityChanged, now: Instant) -> None:
    """Let a patient count as having waited longer, or no longer; an offer rings on.

    Raises:
        UnknownEncounter: they are not here.
        PriorityOutOfRange: no patient may have that priority.
    """
    _require_priority(floor, event.priority)
    waiting = floor.room.get(event.encounter_id)
    patient = waiting or floor.examined.get(event.encounter_id)
    if patient is None:
        raise UnknownEncounter
    if patient.priority == event.priority:
        return
    ages_from = floor.ages_from(patient.ready_at, event.priority)
    moved = replace(patient, priority=event.priority, ages_from=ages_from)
    floor.record_priority(moved, now)
    if waiting is None:
        floor.examined[event.encounter_id] = moved
    else:
        floor.put_patient(moved)


def _require_priority(floor: Floor, priority: int) -> None:
    if not 0 <= priority <= floor.limits.priority_max:
        raise PriorityOutOfRange


def _require_waiting(floor: Floor, encounter_id: EncounterId) -> None:
    if encounter_id in floor.room:
        return
    if floor.roster.examining(encounter_id):
        raise NotWaiting
    raise UnknownEncounter


def _withdraw(
    floor: Floor, encounter_id: EncounterId, reason: WithdrawReason, now: Instant
) -> None:
    for offer in floor.offers.for_encounter(encounter_id):
        ringing.withdraw(floor, offer, reason, now)


def _note_in_exam(
    floor: Floor, encounter_id: EncounterId, event: PresenceEvent, now: Instant
) -> None:
    """Remember the presence of a patient being seen; the call deals with it, not the line."""
    patient = floor.examined.get(encounter_id)
    if patient is None:
        return
    state = step(presence.TRANSITIONS, patient.presence, event)
    if state is not patient.presence:
        floor.examined[encounter_id] = replace(patient, presence=state, presence_since=now)

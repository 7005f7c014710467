"""What happens when a timer is due."""

from dataclasses import replace

from signaling import presence, ringing, visit
from signaling.effects import RemovalReason, StatusReason
from signaling.floor import Floor
from signaling.identifiers import EncounterId, Instant, PractitionerId
from signaling.timers import (
    ExclusionEnd,
    PatientGrace,
    PauseEnd,
    PractitionerGrace,
    RingTimer,
    ShiftEnd,
    Timer,
)


def sweep(floor: Floor, now: Instant) -> None:
    """Perform every timer due at `now`, in the order in which they were due."""
    for timer in floor.timers.pop_due(now):
        _perform(floor, timer, now)


def _perform(floor: Floor, timer: Timer, now: Instant) -> None:
    match timer:
        case RingTimer(offer_id):
            ringing.miss(floor, floor.offers.get(offer_id), now)
        case PatientGrace(encounter_id):
            _give_up_patient(floor, encounter_id, now)
        case PractitionerGrace(practitioner_id):
            _give_up_practitioner(floor, practitioner_id, now)
        case PauseEnd(practitioner_id):
            resumed = replace(floor.roster[practitioner_id], paused_until=None)
            floor.put_practitioner(resumed, StatusReason.PAUSE_ENDED)
        case ShiftEnd(practitioner_id):
            floor.end_shift(floor.roster[practitioner_id])
        case ExclusionEnd(encounter_id, practitioner_id):
            floor.end_exclusion(encounter_id, practitioner_id)


def _give_up_patient(floor: Floor, encounter_id: EncounterId, now: Instant) -> None:
    floor.set_patient_presence(floor.room[encounter_id], presence.GraceExpired(), now)
    floor.remove_patient(
        encounter_id, RemovalReason.PRESENCE_GRACE_EXPIRED, visit.PatientLeft(), now
    )


def _give_up_practitioner(floor: Floor, practitioner_id: PractitionerId, now: Instant) -> None:
    gone = floor.set_practitioner_presence(
        floor.roster[practitioner_id], presence.GraceExpired(), now
    )
    floor.dismiss(gone, StatusReason.PRESENCE_GRACE_EXPIRED)

"""From the committed rows back to a floor, after a restart or a failed commit.

Nobody has been seen yet: everybody's presence is unknown and their grace starts again, so a
restart costs no patient their place. No practitioner could answer meanwhile: ringing offers
are withdrawn, and nobody is blamed for them.
"""

from signaling import presence, ringing
from signaling.floor import Floor
from signaling.identifiers import Instant, plus
from signaling.machine import step
from signaling.offers import PASSED, Offer, OfferState
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.presence import PresenceState
from signaling.snapshot import DutyRow, Snapshot, WaitingRow


def restore(floor: Floor, snapshot: Snapshot, now: Instant) -> None:
    """Fill an empty floor from the rows."""
    floor.scarcity.measured(snapshot.demand or {})
    for offer in snapshot.offers:
        _recall(floor, offer, now)
    for waiting in snapshot.waiting:
        floor.admit(_waiting(floor, waiting, now))
    for examined in snapshot.in_exam:
        patient = _waiting(floor, examined, now)
        floor.examined[examined.encounter_id] = patient
        floor.came(patient)
    for duty in snapshot.duty:
        _post(floor, _on_duty(duty, now))


def _recall(floor: Floor, offer: Offer, now: Instant) -> None:
    if offer.state is OfferState.RINGING:
        ringing.void(floor, offer, now)
        return
    floor.offers.remember(offer)
    if offer.state in PASSED and offer.settled_at is not None:
        until = plus(offer.settled_at, floor.limits.repass_exclusion_s)
        if until > now:
            floor.exclude(offer.encounter_id, offer.practitioner_id, until)


def _post(floor: Floor, practitioner: PractitionerOnDuty) -> None:
    if practitioner.status is PractitionerStatus.AWAY:
        return
    floor.post(practitioner)
    if practitioner.status is PractitionerStatus.OFFERED:
        floor.end_offered(practitioner)


def _waiting(floor: Floor, row: WaitingRow, now: Instant) -> WaitingPatient:
    return WaitingPatient(
        encounter_id=row.encounter_id,
        eligibility=row.eligibility,
        ready_at=row.ready_at,
        place=row.place,
        presence=_unknown(),
        presence_since=now,
        ages_from=floor.ages_from(row.ready_at, row.priority),
        language=row.language,
        priority=row.priority,
    )


def _on_duty(row: DutyRow, now: Instant) -> PractitionerOnDuty:
    return PractitionerOnDuty(
        practitioner_id=row.practitioner_id,
        licence_count=row.licence_count,
        status=row.status,
        idle_since=row.idle_since,
        presence=_unknown(),
        presence_since=now,
        missed_offers=row.missed_offers,
        paused_until=row.paused_until,
        encounter_id=row.encounter_id,
        leaving=row.leaving,
        languages=row.languages,
        shift_ends_at=row.shift_ends_at,
    )


def _unknown() -> PresenceState:
    return step(presence.TRANSITIONS, PresenceState.PRESENT, presence.Restarted())

"""What holds after every event, whatever happened: cheap enough for millions of events."""

from __future__ import annotations

from signaling.identifiers import Instant, seconds_between
from signaling.offers import Offer
from signaling.participants import PractitionerOnDuty, WaitingPatient
from signaling.policy import Policy, ScarcestFirst
from signaling.presence import PresenceState
from signaling.switchboard import Switchboard
from tests.simulation.ledger import Ledger


def check(board: Switchboard, ledger: Ledger, now: Instant) -> None:
    waiting, on_duty = board.waiting(), board.practitioners()
    check_offers(board, now)
    check_quiescence(board, waiting, on_duty)
    check_conservation(ledger, waiting, on_duty)
    deadline = board.next_deadline()
    assert deadline is None or deadline > now, "a timer is due and not performed"


def check_offers(board: Switchboard, now: Instant) -> None:
    """One per practitioner and patient, to a member of the class, both there, in time."""
    ringing = board.ringing()
    assert len({one.practitioner_id for one in ringing}) == len(ringing)
    assert len({one.encounter_id for one in ringing}) == len(ringing)
    for offer in ringing:
        patient = board.patient(offer.encounter_id)
        practitioner = board.practitioner(offer.practitioner_id)
        assert patient is not None
        assert practitioner is not None
        assert may_see(board, practitioner, patient)
        assert patient.presence is PresenceState.PRESENT
        assert practitioner.presence is PresenceState.PRESENT
        assert practitioner.paused_until is None
        assert offer.expires_at > now


def check_quiescence(
    board: Switchboard,
    waiting: tuple[WaitingPatient, ...],
    on_duty: tuple[PractitionerOnDuty, ...],
) -> None:
    """Nobody idle may see somebody who waits and could be offered."""
    free = [one for one in on_duty if one.is_free]
    if not free:
        return
    for patient in waiting:
        if offerable(board, patient):
            assert not any(may_see(board, one, patient) for one in free)


def check_conservation(
    ledger: Ledger,
    waiting: tuple[WaitingPatient, ...],
    on_duty: tuple[PractitionerOnDuty, ...],
) -> None:
    """Everybody who came waits at their place, is being seen, or ended; nobody does twice."""
    assert {one.encounter_id for one in waiting} == ledger.waiting()
    held = [one.encounter_id for one in on_duty if one.encounter_id is not None]
    assert len(set(held)) == len(held)
    assert set(held) == ledger.being_seen()
    assert all(ledger.places[one.encounter_id] == one.place for one in waiting)
    ended = sum(ledger.ended.values())
    assert ledger.entered - ended == len(waiting) + len(held)


def check_order_of_age(board: Switchboard, policy: Policy, offer: Offer, now: Instant) -> None:
    """Nobody older was overtaken: of the same class and language, or beyond the cap."""
    assert isinstance(policy.patients, ScarcestFirst)
    patient = board.patient(offer.encounter_id)
    practitioner = board.practitioner(offer.practitioner_id)
    if (
        patient is None
        or practitioner is None
        or board.offer_to(offer.practitioner_id) != offer
    ):
        return  # it rang and ended within one event
    for older in board.waiting():
        if older.order >= patient.order or not offerable(board, older):
            continue
        alike = (older.eligibility, older.language) == (patient.eligibility, patient.language)
        aged = seconds_between(older.ages_from, now) >= policy.patients.cap_s
        if alike or aged:
            assert not may_see(board, practitioner, older), "somebody older was overtaken"


def offerable(board: Switchboard, patient: WaitingPatient) -> bool:
    there = patient.presence is PresenceState.PRESENT
    return there and not board.offers_for(patient.encounter_id)


def may_see(
    board: Switchboard, practitioner: PractitionerOnDuty, patient: WaitingPatient
) -> bool:
    allowed = practitioner.practitioner_id in board.members(patient.eligibility)
    return allowed and practitioner.practitioner_id not in patient.excluded

"""The floor: the line, the roster, the offers and the timers, kept in step with each other.

Its moves are the only way in which any of them changes, and each adds its own effects. They
decide nothing and refuse nothing: whoever calls one has checked before that it may happen.
"""

from collections.abc import Mapping
from dataclasses import replace

from signaling import participants, presence
from signaling.effects import (
    Effect,
    Outcome,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordVisit,
    RecordWaiting,
    RemovalReason,
    SendOfferAccepted,
    SendOfferRinging,
    SendOfferWithdrawn,
    SendPatientRemoved,
    SendPatientRinging,
    SendPractitionerStatus,
    StatusReason,
)
from signaling.eligibility import Eligibility
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
)
from signaling.limits import Limits
from signaling.machine import step
from signaling.matching import Match
from signaling.offer_book import OfferBook
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
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.presence import PresenceState
from signaling.roster import Roster
from signaling.timers import (
    ExclusionEnd,
    PatientGrace,
    PauseEnd,
    PractitionerGrace,
    RingTimer,
    Timers,
)
from signaling.visit import VisitEvent
from signaling.waiting_room import WaitingRoom


def duty(practitioner: PractitionerOnDuty) -> RecordDuty:
    """Return what is committed about a practitioner on duty."""
    return RecordDuty(
        practitioner_id=practitioner.practitioner_id,
        status=practitioner.status,
        licence_count=practitioner.licence_count,
        idle_since=practitioner.idle_since,
        encounter_id=practitioner.encounter_id,
        missed_offers=practitioner.missed_offers,
        paused_until=practitioner.paused_until,
        leaving=practitioner.leaving,
    )


class Floor:
    """All state of a switchboard.

    Attributes:
        passed: who declined or missed a patient, and until when they are kept from them.
        examined: patients being seen, as they were in line, should they have to return.
        changed: classes in which a match may have become possible.
        queue_changed: somebody who watches the line would see a difference.
    """

    def __init__(
        self,
        limits: Limits,
        eligibility: Mapping[EligibilityClass, frozenset[PractitionerId]] | None,
    ) -> None:
        """Start with nobody here."""
        self.limits = limits
        self.eligibility = Eligibility(eligibility)
        self.room = WaitingRoom()
        self.roster = Roster()
        self.offers = OfferBook(limits.settled_offers_max)
        self.timers = Timers()
        self.passed: dict[EncounterId, dict[PractitionerId, Instant]] = {}
        self.examined: dict[EncounterId, WaitingPatient] = {}
        self.changed: set[EligibilityClass] = set()
        self.queue_changed = False
        self._outcome = Outcome()

    def take_effects(self) -> tuple[Effect, ...]:
        """Return the effects collected since the last time, and start over."""
        effects = self._outcome.effects(queue_changed=self.queue_changed)
        self._outcome = Outcome()
        self.queue_changed = False
        return effects

    # Patients.

    def put_patient(self, patient: WaitingPatient) -> None:
        """Let a patient in, or replace what is known about one who waits."""
        self.room.put(patient)
        grace = PatientGrace(patient.encounter_id)
        if patient.presence is PresenceState.PRESENT:
            self.timers.clear(grace)
        else:
            end = plus(patient.presence_since, self.limits.presence_grace_s)
            self.timers.set(grace, end)
        self.changed.add(patient.eligibility)
        self.queue_changed = True

    def take_patient(self, encounter_id: EncounterId) -> WaitingPatient:
        """Take a patient out of the line. Who passed them stays known: they may come back."""
        patient = self.room.remove(encounter_id)
        self.timers.clear(PatientGrace(encounter_id))
        self.queue_changed = True
        return patient

    def set_patient_presence(
        self, patient: WaitingPatient, event: presence.PresenceEvent, now: Instant
    ) -> bool:
        """Apply a presence event to a waiting patient, and tell whether it changed anything."""
        state = step(presence.TRANSITIONS, patient.presence, event)
        if state is patient.presence:
            return False
        self.put_patient(replace(patient, presence=state, presence_since=now))
        self._outcome.record(RecordPresence(patient.encounter_id, state, now))
        return True

    def admit(self, patient: WaitingPatient) -> None:
        """Let a patient in (again), committing their presence."""
        excluded = dict(self.passed.get(patient.encounter_id, {}))
        self.put_patient(replace(patient, excluded=excluded))
        self._outcome.record(
            RecordPresence(patient.encounter_id, patient.presence, patient.presence_since)
        )

    def remove_patient(
        self, encounter_id: EncounterId, reason: RemovalReason, event: VisitEvent, now: Instant
    ) -> None:
        """Take a patient who was not seen out of the line, and tell them."""
        self.take_patient(encounter_id)
        self.record_visit(encounter_id, event, now)
        self._outcome.send(SendPatientRemoved(encounter_id, reason))

    def record_waiting(self, patient: WaitingPatient) -> None:
        """Commit a patient's place and class."""
        self._outcome.record(
            RecordWaiting(
                patient.encounter_id, patient.eligibility, patient.place, patient.ready_at
            )
        )

    def record_visit(self, encounter_id: EncounterId, event: VisitEvent, now: Instant) -> None:
        """Commit that the visit moved on."""
        self._outcome.record(RecordVisit(encounter_id, event, now))

    def exclude(
        self, encounter_id: EncounterId, practitioner_id: PractitionerId, until: Instant
    ) -> None:
        """Keep a practitioner from a patient for a while, in line or not."""
        self.passed.setdefault(encounter_id, {})[practitioner_id] = until
        self.timers.set(ExclusionEnd(encounter_id, practitioner_id), until)
        self._update_excluded(encounter_id)

    def end_exclusion(self, encounter_id: EncounterId, practitioner_id: PractitionerId) -> None:
        """Allow a practitioner a patient whom they passed."""
        del self.passed[encounter_id][practitioner_id]
        self._update_excluded(encounter_id)
        if not self.passed[encounter_id]:
            del self.passed[encounter_id]

    def _update_excluded(self, encounter_id: EncounterId) -> None:
        patient = self.room.get(encounter_id)
        if patient is not None:
            excluded = dict(self.passed[encounter_id])
            self.put_patient(replace(patient, excluded=excluded))

    # Practitioners.

    def put_practitioner(
        self, practitioner: PractitionerOnDuty, reason: StatusReason | None = None
    ) -> None:
        """Bring somebody on duty, or replace what is known about them."""
        before = self.roster.get(practitioner.practitioner_id)
        if practitioner == before:
            return
        self.post(practitioner)
        if before is None or duty(before) != duty(practitioner):
            self._outcome.record(duty(practitioner))
        if before is None or before.status is not practitioner.status or reason is not None:
            self._tell_status(practitioner, reason)
        if practitioner.is_free:
            self.changed |= self.eligibility.classes_of(practitioner.practitioner_id)
        self.queue_changed = True

    def set_practitioner_presence(
        self, practitioner: PractitionerOnDuty, event: presence.PresenceEvent, now: Instant
    ) -> PractitionerOnDuty:
        """Apply a presence event to a practitioner, and return what is known then."""
        state = step(presence.TRANSITIONS, practitioner.presence, event)
        if state is practitioner.presence:
            return practitioner
        after = replace(practitioner, presence=state, presence_since=now)
        self.put_practitioner(after)
        return after

    def dismiss(self, practitioner: PractitionerOnDuty, reason: StatusReason | None) -> None:
        """Take somebody off duty."""
        away = replace(
            practitioner,
            status=step(participants.TRANSITIONS, practitioner.status, participants.WentAway()),
            encounter_id=None,
            missed_offers=0,
            paused_until=None,
            leaving=False,
        )
        self.roster.remove(away.practitioner_id)
        self.timers.clear(PractitionerGrace(away.practitioner_id))
        self.timers.clear(PauseEnd(away.practitioner_id))
        self._outcome.record(duty(away))
        self._tell_status(away, reason)
        self.queue_changed = True

    def _tell_status(
        self, practitioner: PractitionerOnDuty, reason: StatusReason | None
    ) -> None:
        self._outcome.send(
            SendPractitionerStatus(practitioner.practitioner_id, practitioner.status, reason)
        )

    def post(self, practitioner: PractitionerOnDuty) -> None:
        """Put somebody on the roster with their timers, and commit and tell nothing."""
        self.roster.put(practitioner)
        # In an exam an absent practitioner is the call's concern; the grace is for the line.
        grace = PractitionerGrace(practitioner.practitioner_id)
        idle = practitioner.status is PractitionerStatus.AVAILABLE
        if idle and practitioner.presence is not PresenceState.PRESENT:
            end = plus(practitioner.presence_since, self.limits.practitioner_grace_s)
            self.timers.set(grace, end)
        else:
            self.timers.clear(grace)
        pause = PauseEnd(practitioner.practitioner_id)
        if practitioner.paused_until is None:
            self.timers.clear(pause)
        else:
            self.timers.set(pause, practitioner.paused_until)

    # Offers.

    def ring(self, match: Match, offer_id: OfferId, now: Instant) -> None:
        """Make an offer."""
        offer = Offer(
            offer_id=offer_id,
            encounter_id=match.encounter_id,
            practitioner_id=match.practitioner_id,
            state=OfferState.RINGING,
            rung_at=now,
            expires_at=plus(now, self.limits.ring_s),
        )
        self.offers.open(offer)
        self.room.hold(offer.encounter_id)
        self.timers.set(RingTimer(offer_id), offer.expires_at)
        self._outcome.record(RecordOffer(offer))
        self._outcome.send(
            SendOfferRinging(offer), SendPatientRinging(offer.encounter_id, ringing=True)
        )
        practitioner = self.roster[offer.practitioner_id]
        self.put_practitioner(with_status(practitioner, participants.Offered()))

    def accept(self, offer: Offer, now: Instant) -> None:
        """Give the patient to the practitioner."""
        accepted = self._close(offer, Accepted(), now)
        patient = self.take_patient(offer.encounter_id)
        self.examined[offer.encounter_id] = replace(patient, excluded={})
        practitioner = self.roster[offer.practitioner_id]
        self.put_practitioner(
            replace(
                with_status(practitioner, participants.OfferTaken()),
                encounter_id=offer.encounter_id,
                missed_offers=0,
            )
        )
        self._outcome.send(SendOfferAccepted(accepted))

    def decline(self, offer: Offer, reason: str, now: Instant) -> None:
        """Pass: the patient goes on to somebody else, the practitioner to others."""
        self._pass(offer, Declined(reason), now)
        practitioner = with_status(
            self.roster[offer.practitioner_id], participants.OfferEnded()
        )
        # A pass is an answer: only misses in a row count.
        self.put_practitioner(replace(practitioner, missed_offers=0))

    def miss(self, offer: Offer, now: Instant) -> None:
        """Time out: the practitioner is paused, or away if they keep missing."""
        self._pass(offer, RingTimedOut(), now)
        practitioner = with_status(
            self.roster[offer.practitioner_id], participants.OfferEnded()
        )
        missed = practitioner.missed_offers + 1
        if missed >= self.limits.missed_offers_max:
            self.dismiss(practitioner, StatusReason.MISSED_OFFERS_MAX)
            return
        paused = replace(
            practitioner,
            missed_offers=missed,
            paused_until=plus(now, self.limits.missed_offer_pause_s),
            # Otherwise the one who does not answer stays the longest idle, and first in turn.
            idle_since=now,
        )
        self.put_practitioner(paused, StatusReason.MISSED_OFFER)

    def withdraw(self, offer: Offer, reason: WithdrawReason, now: Instant) -> None:
        """Take an offer back; neither side is blamed for it."""
        self._end_ringing(offer, Withdrawn(reason), now)
        practitioner = self.roster[offer.practitioner_id]
        self.put_practitioner(with_status(practitioner, participants.OfferEnded()))

    def void(self, offer: Offer, now: Instant) -> None:
        """Take back an offer that rang before a restart; nothing rings here any more."""
        settled = settle(offer, Withdrawn(WithdrawReason.RESTARTED), now=now)
        self.offers.remember(settled)
        self._outcome.record(RecordOffer(settled))
        self._tell_over(settled)

    def _pass(self, offer: Offer, event: OfferEvent, now: Instant) -> None:
        self._end_ringing(offer, event, now)
        until = plus(now, self.limits.repass_exclusion_s)
        self.exclude(offer.encounter_id, offer.practitioner_id, until)

    def _end_ringing(self, offer: Offer, event: OfferEvent, now: Instant) -> None:
        settled = self._close(offer, event, now)
        self.room.unhold(offer.encounter_id)
        self.changed.add(self.room[offer.encounter_id].eligibility)
        self._tell_over(settled)

    def _tell_over(self, settled: Offer) -> None:
        self._outcome.send(
            SendOfferWithdrawn(settled), SendPatientRinging(settled.encounter_id, ringing=False)
        )

    def _close(self, offer: Offer, event: OfferEvent, now: Instant) -> Offer:
        settled = settle(offer, event, now=now)
        self.offers.close(settled)
        self.timers.clear(RingTimer(offer.offer_id))
        self._outcome.record(RecordOffer(settled))
        return settled


def with_status(
    practitioner: PractitionerOnDuty, event: participants.StatusEvent
) -> PractitionerOnDuty:
    """Return a practitioner as `event` leaves their status.

    Raises:
        IllegalTransition: they are doing something in which that cannot happen.
    """
    status = step(participants.TRANSITIONS, practitioner.status, event)
    return replace(practitioner, status=status)

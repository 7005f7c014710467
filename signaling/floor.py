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
    RecordPresence,
    RecordPriority,
    RecordVisit,
    RecordWaiting,
    RemovalReason,
    SendPatientRemoved,
    SendPractitionerStatus,
    StatusReason,
)
from signaling.eligibility import Eligibility
from signaling.events import PatientReady
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    PractitionerId,
    plus,
)
from signaling.idle_pool import IdlePool
from signaling.limits import Limits
from signaling.machine import step
from signaling.matching import Floorplan
from signaling.offer_book import OfferBook
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.policy import Policy
from signaling.presence import PresenceState
from signaling.roster import Roster
from signaling.scarcity import Scarcity
from signaling.timers import (
    ExclusionEnd,
    PatientGrace,
    PauseEnd,
    PractitionerGrace,
    ShiftEnd,
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
        languages=practitioner.languages,
        shift_ends_at=practitioner.shift_ends_at,
    )


def shift_reason(practitioner: PractitionerOnDuty, now: Instant) -> StatusReason | None:
    """Return why somebody who was leaving goes: their shift is over, or it was their wish."""
    ends_at = practitioner.shift_ends_at
    over = ends_at is not None and ends_at <= now
    return StatusReason.SHIFT_ENDED if over else None


class Floor:
    """All state of a switchboard.

    Attributes:
        passed: who declined or missed a patient, and until when they are kept from them.
        examined: patients being seen, as they were in line, should they have to return.
        changed: classes in which a match may have become possible.
        queue_changed: somebody who watches the line would see a difference.
        plan: the line, the idle and the policy, as a decision looks at them.
        outcome: collects the effects of what happens.
    """

    def __init__(
        self,
        limits: Limits,
        policy: Policy,
        eligibility: Mapping[EligibilityClass, frozenset[PractitionerId]] | None,
    ) -> None:
        """Start with nobody here."""
        self.limits = limits
        self.policy = policy
        self.eligibility = Eligibility(eligibility)
        self.scarcity = Scarcity(self.eligibility)
        self.idle = IdlePool(self.eligibility, policy.practitioners)
        self.room = WaitingRoom()
        self.roster = Roster()
        self.offers = OfferBook(limits.settled_offers_max)
        self.timers = Timers()
        self.passed: dict[EncounterId, dict[PractitionerId, Instant]] = {}
        self.examined: dict[EncounterId, WaitingPatient] = {}
        self.changed: set[EligibilityClass] = set()
        self.queue_changed = False
        self.plan = Floorplan(self.room, self.idle, self.scarcity, policy)
        self.outcome = Outcome()
        self._newest_place = 0
        self._newest_ready_at = Instant(0)

    def take_effects(self) -> tuple[Effect, ...]:
        """Return the effects collected since the last time, and start over."""
        effects = self.outcome.effects(queue_changed=self.queue_changed)
        self.outcome = Outcome()
        self.queue_changed = False
        return effects

    def replace_members(
        self, eligibility: EligibilityClass, members: frozenset[PractitionerId]
    ) -> frozenset[PractitionerId]:
        """Set who is in a class, and return who is in it no longer."""
        removed = self.eligibility.replace(eligibility, members)
        self.idle.members_changed(eligibility)
        self.scarcity.members_changed()
        self.changed.add(eligibility)
        return removed

    # Patients.

    def ages_from(self, ready_at: Instant, priority: int) -> Instant:
        """Return from when a patient counts as waiting: priority is a bonus of age."""
        return plus(ready_at, -priority * self.policy.priority_bonus_s)

    def came(self, patient: WaitingPatient) -> None:
        """Remember how far the line has come."""
        self._newest_place = max(self._newest_place, patient.place)
        self._newest_ready_at = max(self._newest_ready_at, patient.ready_at)

    def _ready_at(self, event: PatientReady) -> Instant:
        """Return since when a patient waits: never before those who have an earlier place.

        The clocks of two homes differ a little, and who comes to the second one came later.
        """
        if event.place <= self._newest_place:
            return event.ready_at
        return max(event.ready_at, self._newest_ready_at)

    def put_patient(self, patient: WaitingPatient) -> None:
        """Let a patient in, or replace what is known about one who waits."""
        self.room.put(patient)
        self.came(patient)
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
        self.outcome.record(RecordPresence(patient.encounter_id, state, now))
        return True

    def arrived(self, event: PatientReady, now: Instant) -> WaitingPatient:
        """Return a patient who is there, as they asked to be seen."""
        ready_at = self._ready_at(event)
        return WaitingPatient(
            encounter_id=event.encounter_id,
            eligibility=event.eligibility,
            ready_at=ready_at,
            place=event.place,
            presence=PresenceState.PRESENT,
            presence_since=now,
            ages_from=self.ages_from(ready_at, event.priority),
            language=event.language,
            priority=event.priority,
        )

    def admit(self, patient: WaitingPatient) -> None:
        """Let a patient in (again), committing their presence."""
        excluded = self.passed.get(patient.encounter_id)
        if excluded or patient.excluded:
            patient = replace(patient, excluded=dict(excluded or {}))
        self.put_patient(patient)
        self.outcome.record(
            RecordPresence(patient.encounter_id, patient.presence, patient.presence_since)
        )

    def remove_patient(
        self, encounter_id: EncounterId, reason: RemovalReason, event: VisitEvent, now: Instant
    ) -> None:
        """Take a patient who was not seen out of the line, and tell them."""
        self.take_patient(encounter_id)
        self.record_visit(encounter_id, event, now)
        self.outcome.send(SendPatientRemoved(encounter_id, reason))

    def record_waiting(self, patient: WaitingPatient) -> None:
        """Commit a patient's place and class."""
        self.outcome.record(
            RecordWaiting(
                patient.encounter_id,
                patient.eligibility,
                patient.place,
                patient.ready_at,
                patient.language,
                patient.priority,
            )
        )

    def record_priority(self, patient: WaitingPatient, now: Instant) -> None:
        """Commit a patient's priority."""
        self.outcome.record(RecordPriority(patient.encounter_id, patient.priority, now))

    def record_visit(self, encounter_id: EncounterId, event: VisitEvent, now: Instant) -> None:
        """Commit that the visit moved on."""
        self.outcome.record(RecordVisit(encounter_id, event, now))

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
        row = duty(practitioner)
        if before is None or duty(before) != row:
            self.outcome.record(row)
        if before is None or before.status is not practitioner.status or reason is not None:
            self._tell_status(practitioner, reason)
        if practitioner.is_free:
            self.changed.update(self.eligibility.classes_of(practitioner.practitioner_id))
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
        self.idle.remove(away.practitioner_id)
        self.scarcity.went(away.practitioner_id)
        self.timers.clear(PractitionerGrace(away.practitioner_id))
        self.timers.clear(PauseEnd(away.practitioner_id))
        self.timers.clear(ShiftEnd(away.practitioner_id))
        self.outcome.record(duty(away))
        self._tell_status(away, reason)
        self.queue_changed = True

    def _tell_status(
        self, practitioner: PractitionerOnDuty, reason: StatusReason | None
    ) -> None:
        self.outcome.send(
            SendPractitionerStatus(practitioner.practitioner_id, practitioner.status, reason)
        )

    def post(self, practitioner: PractitionerOnDuty) -> None:
        """Put somebody on the roster with their timers, and commit and tell nothing."""
        self.roster.put(practitioner)
        self.idle.put(practitioner)
        self.scarcity.came(practitioner.practitioner_id)
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
        shift = ShiftEnd(practitioner.practitioner_id)
        if practitioner.shift_ends_at is None or practitioner.leaving:
            self.timers.clear(shift)
        else:
            self.timers.set(shift, practitioner.shift_ends_at)

    def end_shift(self, practitioner: PractitionerOnDuty) -> None:
        """Take somebody off duty, as soon as what they are doing is over."""
        if practitioner.status is PractitionerStatus.AVAILABLE:
            self.dismiss(practitioner, StatusReason.SHIFT_ENDED)
        else:
            self.put_practitioner(replace(practitioner, leaving=True))

    def end_offered(self, practitioner: PractitionerOnDuty) -> None:
        """Let somebody whose offer is over go on, or off duty if that waited for it."""
        after = with_status(practitioner, participants.OfferEnded())
        if practitioner.leaving:
            self.dismiss(after, StatusReason.SHIFT_ENDED)
        else:
            self.put_practitioner(after)


def with_status(
    practitioner: PractitionerOnDuty, event: participants.StatusEvent
) -> PractitionerOnDuty:
    """Return a practitioner as `event` leaves their status.

    Raises:
        IllegalTransition: they are doing something in which that cannot happen.
    """
    status = step(participants.TRANSITIONS, practitioner.status, event)
    return replace(practitioner, status=status)

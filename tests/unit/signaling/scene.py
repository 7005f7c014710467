"""A switchboard with somebody to drive it as the writer does, watching it all the while.

Whatever a test is about, every event in it also proves that what is refused changes nothing,
that Records come before Sends, that they suffice to rebuild from, and the invariants.
"""

from itertools import count
from typing import Final

from signaling import events, visit
from signaling.effects import (
    Effect,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordPriority,
    RecordVisit,
    RecordWaiting,
    SendQueueChanged,
)
from signaling.errors import SignalingError
from signaling.events import Event
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
    seconds_between,
)
from signaling.limits import Limits
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.policy import SCARCEST, Policy, ScarcestFirst
from signaling.presence import PresenceState
from signaling.snapshot import Snapshot
from signaling.switchboard import Switchboard
from signaling.visit import VisitState
from tests.unit.signaling.rows import Rows

START: Final = Instant(1_790_000_000_000_000)
RECORDS: Final = (
    RecordWaiting,
    RecordPriority,
    RecordVisit,
    RecordOffer,
    RecordDuty,
    RecordPresence,
)
HOLDING: Final = {PractitionerStatus.IN_EXAM, PractitionerStatus.WRAP_UP}


class Scene:
    def __init__(
        self,
        limits: Limits | None = None,
        policy: Policy = SCARCEST,
        *,
        crashes: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        self.policy = policy
        self.crashes = crashes  # after every event, as a process that dies then would
        self.now = START
        self.rows = Rows(self.limits)
        self.last: Event = events.TimePassed()
        self.numbers = count(1)
        self.places = count(1)
        self.entered: dict[EncounterId, tuple[int, Instant]] = {}
        self.switchboard = Switchboard(self.limits, self.new_offer_id, policy)

    def new_offer_id(self) -> OfferId:
        return OfferId(f"offer-{next(self.numbers)}")

    # Driving.

    def apply(self, event: Event) -> tuple[Effect, ...]:
        """Let time pass up to now, then let `event` happen, and commit both."""
        self.last = event
        self.pass_time()
        before = self.picture()
        try:
            effects = self.switchboard.apply(event, now=self.now)
        except SignalingError:
            assert self.picture() == before, "a refused event changed something"
            raise
        if isinstance(event, events.EligibilityChanged):
            self.rows.eligibility[event.eligibility] = event.members
        if isinstance(event, events.PractitionerFreed):
            self.rows.visit(event.encounter_id, visit.Signed())
        self.commit(effects)
        if self.crashes:
            self.crash()
        return effects

    def pass_time(self, seconds: float = 0.0) -> tuple[Effect, ...]:
        self.now = plus(self.now, seconds)
        if seconds:
            self.last = events.TimePassed()
        effects = self.switchboard.apply(events.TimePassed(), now=self.now)
        self.commit(effects)
        return effects

    def commit(self, effects: tuple[Effect, ...]) -> None:
        check_order(effects)
        self.rows.commit(effects)
        self.check()
        for effect in effects:
            if isinstance(effect, RecordOffer) and effect.offer.state is OfferState.RINGING:
                self.check_nobody_older_overtaken(effect.offer)

    def restart(self) -> tuple[Effect, ...]:
        """Throw the switchboard away and start again from the rows."""
        self.last = events.TimePassed()
        self.switchboard, effects = Switchboard.rebuild(
            self.rows.snapshot(self.now),
            self.limits,
            self.new_offer_id,
            self.policy,
            now=self.now,
        )
        self.commit(effects)
        return effects

    def crash(self) -> None:
        """Start again from the rows, and see everybody who was there a moment ago."""
        board = self.switchboard
        patients = [one for one in board.waiting() if one.presence is PresenceState.PRESENT]
        practitioners = [
            one for one in board.practitioners() if one.presence is PresenceState.PRESENT
        ]
        last = self.last
        self.restart()
        self.last = last
        back: list[Event] = [events.PatientSeen(one.encounter_id) for one in patients]
        back += [events.PractitionerSeen(one.practitioner_id) for one in practitioners]
        for event in back:
            self.commit(self.switchboard.apply(event, now=self.now))

    def fail_commit(self, event: Event) -> tuple[Effect, ...]:
        """Let `event` happen, lose what it did, and start again from the rows."""
        self.switchboard.apply(event, now=self.now)
        return self.restart()

    # Events in words.

    def eligible(self, eligibility: str, *practitioners: str) -> tuple[Effect, ...]:
        members = frozenset(PractitionerId(one) for one in practitioners)
        return self.apply(events.EligibilityChanged(EligibilityClass(eligibility), members))

    def ready(
        self, encounter: str, eligibility: str = "ca", language: str = "", priority: int = 0
    ) -> tuple[Effect, ...]:
        """Let a patient in; on a re-entry, at the place of the first time."""
        encounter_id = EncounterId(encounter)
        if self.rows.visits.get(encounter_id) is VisitState.LEFT:
            self.rows.visit(encounter_id, visit.LinkRedeemed())
        place, ready_at = self.entered.get(encounter_id) or (next(self.places), self.now)
        self.entered.setdefault(encounter_id, (place, max(ready_at, self.newest())))
        name = EligibilityClass(eligibility)
        return self.apply(
            events.PatientReady(encounter_id, name, place, ready_at, language, priority)
        )

    def newest(self) -> Instant:
        """Return since when the last of those waits who are here."""
        rows = self.rows.snapshot(self.now)
        here = (*rows.waiting, *rows.in_exam)
        return max((one.ready_at for one in here), default=START)

    def seen(self, encounter: str) -> tuple[Effect, ...]:
        return self.apply(events.PatientSeen(EncounterId(encounter)))

    def lost(self, encounter: str) -> tuple[Effect, ...]:
        return self.apply(events.PatientLost(EncounterId(encounter)))

    def left(self, encounter: str) -> tuple[Effect, ...]:
        return self.apply(events.PatientLeft(EncounterId(encounter)))

    def cancelled(self, encounter: str) -> tuple[Effect, ...]:
        return self.apply(events.EncounterCancelled(EncounterId(encounter)))

    def moved(self, encounter: str, eligibility: str) -> tuple[Effect, ...]:
        return self.apply(
            events.ClassChanged(EncounterId(encounter), EligibilityClass(eligibility))
        )

    def prioritized(self, encounter: str, priority: int) -> tuple[Effect, ...]:
        return self.apply(events.PriorityChanged(EncounterId(encounter), priority))

    def demand(self, **per_class: float) -> tuple[Effect, ...]:
        """Let arrivals per second of some classes be measured."""
        measured = {EligibilityClass(name): rate for name, rate in per_class.items()}
        self.rows.demand = measured
        return self.apply(events.DemandMeasured(measured))

    def available(
        self,
        practitioner: str,
        licences: int = 1,
        speaks: tuple[str, ...] = (),
        shift_s: float | None = None,
    ) -> tuple[Effect, ...]:
        ends_at = None if shift_s is None else plus(self.now, shift_s)
        return self.apply(
            events.PractitionerAvailable(
                PractitionerId(practitioner), licences, frozenset(speaks), ends_at
            )
        )

    def away(self, practitioner: str) -> tuple[Effect, ...]:
        return self.apply(events.PractitionerAway(PractitionerId(practitioner)))

    def practitioner_seen(self, practitioner: str) -> tuple[Effect, ...]:
        return self.apply(events.PractitionerSeen(PractitionerId(practitioner)))

    def practitioner_lost(self, practitioner: str) -> tuple[Effect, ...]:
        return self.apply(events.PractitionerLost(PractitionerId(practitioner)))

    def accept(self, offer: Offer, by: str | None = None) -> tuple[Effect, ...]:
        practitioner_id = PractitionerId(by or offer.practitioner_id)
        return self.apply(events.OfferAccepted(offer.offer_id, practitioner_id))

    def decline(self, offer: Offer, by: str | None = None) -> tuple[Effect, ...]:
        practitioner_id = PractitionerId(by or offer.practitioner_id)
        return self.apply(events.OfferDeclined(offer.offer_id, practitioner_id, "busy"))

    def call_ended(self, encounter: str) -> tuple[Effect, ...]:
        return self.apply(events.CallEnded(EncounterId(encounter)))

    def resumed(self, encounter: str, by: str = "ann") -> tuple[Effect, ...]:
        """Call a patient again who was as they were when they asked to be seen."""
        row = self.rows.waiting[EncounterId(encounter)]
        patient = events.PatientReady(
            encounter_id=row.encounter_id,
            eligibility=row.eligibility,
            place=row.place,
            ready_at=row.ready_at,
            language=row.language,
            priority=row.priority,
        )
        return self.apply(events.CallResumed(PractitionerId(by), patient))

    def freed(self, practitioner: str, encounter: str) -> tuple[Effect, ...]:
        """Sign, which is the application's to record, and free the practitioner."""
        return self.apply(
            events.PractitionerFreed(PractitionerId(practitioner), EncounterId(encounter))
        )

    def released(self, encounter: str, by: str = "ann") -> tuple[Effect, ...]:
        return self.apply(
            events.PractitionerReleased(PractitionerId(by), EncounterId(encounter))
        )

    # Looking.

    def offer(self, encounter: str) -> Offer:
        offer = self.switchboard.offer_for(EncounterId(encounter))
        assert offer is not None, f"nobody is rung for {encounter}"
        return offer

    def rung(self) -> dict[str, str]:
        """Return who is rung for whom."""
        ringing = self.switchboard.ringing()
        return {str(offer.encounter_id): str(offer.practitioner_id) for offer in ringing}

    def line(self) -> list[str]:
        return [str(patient.encounter_id) for patient in self.switchboard.waiting()]

    def patient(self, encounter: str) -> WaitingPatient:
        waiting = {one.encounter_id: one for one in self.switchboard.waiting()}
        return waiting[EncounterId(encounter)]

    def practitioner(self, practitioner: str) -> PractitionerOnDuty:
        on_duty = {one.practitioner_id: one for one in self.switchboard.practitioners()}
        return on_duty[PractitionerId(practitioner)]

    def on_duty(self) -> list[str]:
        return [str(one.practitioner_id) for one in self.switchboard.practitioners()]

    def picture(self) -> tuple[object, ...]:
        board = self.switchboard
        return (
            board.snapshot(),
            board.waiting(),
            board.practitioners(),
            board.ringing(),
            board.next_deadline(),
        )

    # Invariants.

    def check(self) -> None:
        self.check_offers()
        self.check_quiescence()
        self.check_conservation()
        deadline = self.switchboard.next_deadline()
        assert deadline is None or deadline > self.now, "a timer is due and not performed"
        board, rows = self.switchboard.snapshot(), self.rows.snapshot(self.now)
        assert comparable(board) == comparable(rows), "the Records do not suffice to rebuild"

    def check_offers(self) -> None:
        """One per patient and practitioner, licensed, in time, for somebody who is there."""
        ringing = self.switchboard.ringing()
        slots = {(one.encounter_id, one.parallel) for one in ringing}
        assert len(slots) == len(ringing)
        if not self.policy.parallel_offers:
            assert not any(one.parallel for one in ringing)
        assert len({one.practitioner_id for one in ringing}) == len(ringing)
        for offer in ringing:
            patient = self.patient(offer.encounter_id)
            practitioner = self.practitioner(offer.practitioner_id)
            assert patient.presence is PresenceState.PRESENT
            assert practitioner.presence is PresenceState.PRESENT
            assert practitioner.status is PractitionerStatus.OFFERED
            assert practitioner.paused_until is None
            assert self.may_see(practitioner, patient)
            assert offer.expires_at > self.now
        offered = [
            one.practitioner_id
            for one in self.switchboard.practitioners()
            if one.status is PractitionerStatus.OFFERED
        ]
        assert sorted(offered) == sorted(one.practitioner_id for one in ringing)

    def check_nobody_older_overtaken(self, offer: Offer) -> None:
        """Nobody older than the cap could have been offered to the same practitioner."""
        assert isinstance(self.policy.patients, ScarcestFirst)
        cap_s = self.policy.patients.cap_s
        practitioner = self.practitioner(offer.practitioner_id)
        order = self.patient(offer.encounter_id).order
        for older in self.switchboard.waiting():
            aged = seconds_between(older.ages_from, self.now) >= cap_s
            if aged and older.order < order and self.is_offerable(older):
                assert not self.may_see(practitioner, older), "somebody older was overtaken"

    def check_quiescence(self) -> None:
        """Nobody waits whom somebody idle could see: no head of line blocks anybody."""
        free = [one for one in self.switchboard.practitioners() if one.is_free]
        for patient in self.switchboard.waiting():
            if self.is_offerable(patient):
                assert not any(self.may_see(one, patient) for one in free)

    def check_conservation(self) -> None:
        """Patients in = waiting or offered + being seen + gone; each keeps their place."""
        waiting = {
            one.encounter_id: (one.place, one.ready_at) for one in self.switchboard.waiting()
        }
        seen = {
            one.encounter_id
            for one in self.switchboard.practitioners()
            if one.status in HOLDING and one.encounter_id is not None
        }
        assert not waiting.keys() & seen
        assert all(self.entered[encounter] == place for encounter, place in waiting.items())
        bonus_s = self.policy.priority_bonus_s
        assert all(
            one.ages_from == plus(one.ready_at, -one.priority * bonus_s)
            for one in self.switchboard.waiting()
        )
        for patient in self.switchboard.waiting():
            assert self.rows.presence[patient.encounter_id] is patient.presence
        for encounter, state in self.rows.visits.items():
            assert (state is VisitState.WAITING) == (encounter in waiting)
            expected = state in {VisitState.IN_PROGRESS, VisitState.WRAP_UP}
            assert expected == (encounter in seen)

    def is_offerable(self, patient: WaitingPatient) -> bool:
        return (
            patient.presence is PresenceState.PRESENT
            and self.switchboard.offer_for(patient.encounter_id) is None
        )

    def may_see(self, practitioner: PractitionerOnDuty, patient: WaitingPatient) -> bool:
        members = self.rows.eligibility.get(patient.eligibility, frozenset())
        allowed = practitioner.practitioner_id in members
        return allowed and practitioner.practitioner_id not in patient.excluded


def check_order(effects: tuple[Effect, ...]) -> None:
    """Records before Sends, and at most one hint, at the end."""
    kinds = [isinstance(effect, RECORDS) for effect in effects]
    assert kinds == sorted(kinds, reverse=True)
    hints = [at for at, one in enumerate(effects) if isinstance(one, SendQueueChanged)]
    assert hints in ([], [len(effects) - 1])


def comparable(snapshot: Snapshot) -> tuple[object, ...]:
    members = {name: who for name, who in (snapshot.eligibility or {}).items() if who}
    return (
        sorted(snapshot.waiting, key=lambda row: row.place),
        sorted(snapshot.in_exam, key=lambda row: row.place),
        snapshot.duty,
        sorted(snapshot.offers, key=lambda offer: offer.offer_id),
        members,
    )

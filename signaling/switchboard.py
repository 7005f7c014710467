"""The switchboard: events and the time in, effects out. The whole core behind one object.

    event, now --> check --> move --> sweep due timers --> match to quiescence --> effects

What it guarantees
    An event that is refused changes nothing: every check comes before the first move, so
    that no copy of the state is needed. Any exception that is not a `SignalingError` is a bug,
    after which the switchboard must be thrown away and rebuilt.
    Afterwards no offer that could be made is unmade, and no timer that is due is unperformed.
    The same events at the same times give the same effects, in any process.

What the caller owes
    `now` never goes back.
    Before each event it applies `TimePassed()` at the same instant, and performs those
    effects too: because a refused event changes nothing, it cannot sweep either. Without
    that nothing breaks: an offer whose time is over cannot be answered, swept or not.
    When `next_deadline()` comes, it applies `TimePassed()`.
    It commits the Records, and only then performs the Sends. If it cannot commit, it throws
    the switchboard away and rebuilds it from the rows.

What it is not: a judge of who may see whom (`EligibilityClass` is opaque), nor of calls.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Self

from signaling import due, events, patients, practitioners, rebuilding, ringing
from signaling.effects import Effect
from signaling.events import Event
from signaling.floor import Floor, duty
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
)
from signaling.limits import Limits
from signaling.matching import next_match, second_match
from signaling.offers import PASSED, Offer
from signaling.participants import PractitionerOnDuty, WaitingPatient
from signaling.policy import SCARCEST, Policy
from signaling.snapshot import DutyRow, Snapshot, WaitingRow


def _demand_measured(floor: Floor, event: events.DemandMeasured, _now: Instant) -> None:
    """Let scarcity be judged by what was measured; no offer is made or taken back by it."""
    floor.scarcity.measured(event.per_class)


def _only_time(_floor: Floor, _event: events.TimePassed, _now: Instant) -> None:
    """Do nothing: the sweep comes after every event."""


# The key's type is the type of the event that its handler takes; a checker cannot say that.
HANDLERS: Final[Mapping[type[Event], Callable[[Floor, Any, Instant], None]]] = {
    events.PatientReady: patients.ready,
    events.PatientSeen: patients.seen,
    events.PatientLost: patients.lost,
    events.PatientLeft: patients.left,
    events.EncounterCancelled: patients.cancelled,
    events.ClassChanged: patients.class_changed,
    events.PriorityChanged: patients.priority_changed,
    events.PractitionerAvailable: practitioners.available,
    events.PractitionerAway: practitioners.away,
    events.PractitionerSeen: practitioners.seen,
    events.PractitionerLost: practitioners.lost,
    events.EligibilityChanged: practitioners.eligibility_changed,
    events.OfferAccepted: practitioners.accepted,
    events.OfferDeclined: practitioners.declined,
    events.CallEnded: practitioners.call_ended,
    events.CallResumed: practitioners.resumed,
    events.PractitionerFreed: practitioners.freed,
    events.PractitionerReleased: practitioners.released,
    events.DemandMeasured: _demand_measured,
    events.TimePassed: _only_time,
}


class Switchboard:
    """One waiting room, its practitioners, and the offers between them."""

    def __init__(
        self,
        limits: Limits,
        new_offer_id: Callable[[], OfferId],
        policy: Policy = SCARCEST,
    ) -> None:
        """Start with nobody here; `new_offer_id` gives one never given before."""
        self._limits = limits
        self._new_offer_id = new_offer_id
        self._floor = Floor(limits, policy, eligibility=None)

    @classmethod
    def rebuild(
        cls,
        snapshot: Snapshot,
        limits: Limits,
        new_offer_id: Callable[[], OfferId],
        policy: Policy = SCARCEST,
        *,
        now: Instant,
    ) -> tuple[Self, tuple[Effect, ...]]:
        """Return a switchboard with the committed state, and what that changed.

        Everybody's presence is UNKNOWN, their grace starts at `now`, and ringing offers are
        withdrawn; encounters stay with the practitioners who hold them.
        """
        switchboard = cls(limits, new_offer_id, policy)
        switchboard._floor = Floor(limits, policy, snapshot.eligibility)
        rebuilding.restore(switchboard._floor, snapshot, now)
        return switchboard, switchboard._settle(now)

    def apply(self, event: Event, *, now: Instant) -> tuple[Effect, ...]:
        """Let something happen, and return what is to be done about it.

        Args:
            event: what happened.
            now: when; never before the `now` of an earlier event.

        Returns:
            All Records, then all Sends; empty when nothing changed.

        Raises:
            SignalingError: it cannot happen; nothing changed. Each handler says which.
        """
        HANDLERS[type(event)](self._floor, event, now)
        return self._settle(now)

    def next_deadline(self) -> Instant | None:
        """Return when `TimePassed` has something to do next, or None when never."""
        return self._floor.timers.earliest()

    @property
    def waiting_count(self) -> int:
        """Return how many are in line."""
        return len(self._floor.room)

    def waiting(self) -> tuple[WaitingPatient, ...]:
        """Return everybody in line, absent and offered ones included, the oldest first."""
        return self._floor.room.in_order()

    def practitioners(self) -> tuple[PractitionerOnDuty, ...]:
        """Return everybody on duty, by identifier."""
        return self._floor.roster.in_order()

    def ringing(self) -> tuple[Offer, ...]:
        """Return the offers that ring, in the order in which they began."""
        return self._floor.offers.ringing()

    def offer_for(self, encounter_id: EncounterId) -> Offer | None:
        """Return the offer that began to ring first for a patient, or None."""
        return next(iter(self.offers_for(encounter_id)), None)

    def offers_for(self, encounter_id: EncounterId) -> tuple[Offer, ...]:
        """Return the offers that ring for a patient: none, one, or two at once."""
        return self._floor.offers.for_encounter(encounter_id)

    def patient(self, encounter_id: EncounterId) -> WaitingPatient | None:
        """Return a patient in line, or None."""
        return self._floor.room.get(encounter_id)

    def examined(
        self, encounter_id: EncounterId, practitioner_id: PractitionerId
    ) -> WaitingPatient | None:
        """Return a patient whom somebody is seeing, as they would come back, or None."""
        practitioner = self._floor.roster.examining(encounter_id)
        if practitioner is None or practitioner.practitioner_id != practitioner_id:
            return None
        return self._floor.examined.get(encounter_id)

    def practitioner(self, practitioner_id: PractitionerId) -> PractitionerOnDuty | None:
        """Return somebody on duty, or None."""
        return self._floor.roster.get(practitioner_id)

    def waited_for(self) -> Collection[EligibilityClass]:
        """Return the classes in which somebody waits."""
        return self._floor.room.classes()

    def offer_to(self, practitioner_id: PractitionerId) -> Offer | None:
        """Return the offer that rings a practitioner, or None."""
        return self._floor.offers.to_practitioner(practitioner_id)

    def members(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return who may see the patients of a class, as last told."""
        return self._floor.eligibility.members(eligibility)

    def eligibility(self) -> Mapping[EligibilityClass, frozenset[PractitionerId]]:
        """Return who may see whom, as last told: every class that has members."""
        return self._floor.eligibility.as_mapping()

    def snapshot(self) -> Snapshot:
        """Return what the Records so far amount to, and who may see whom."""
        return Snapshot(
            waiting=tuple(_waiting_row(patient) for patient in self.waiting()),
            in_exam=tuple(
                _waiting_row(patient)
                for patient in sorted(self._floor.examined.values(), key=lambda one: one.order)
            ),
            duty=tuple(_duty_row(practitioner) for practitioner in self.practitioners()),
            offers=(*self._passed(), *self.ringing()),
            eligibility=self._floor.eligibility.as_mapping(),
            demand=dict(self._floor.scarcity.demand),
        )

    def _settle(self, now: Instant) -> tuple[Effect, ...]:
        """Perform due timers, make every offer that can be made, and return all effects."""
        floor = self._floor
        due.sweep(floor, now)
        while match := next_match(floor.plan, floor.changed, now):
            second = second_match(floor.plan, match)
            ringing.ring(floor, match, self._new_offer_id(), now)
            if second is not None:
                ringing.ring(floor, second, self._new_offer_id(), now, parallel=True)
        floor.changed.clear()
        return floor.take_effects()

    def _passed(self) -> tuple[Offer, ...]:
        """Return the settled offers that still keep a practitioner from a patient."""
        return tuple(offer for offer in self._floor.offers.settled() if self._excludes(offer))

    def _excludes(self, offer: Offer) -> bool:
        if offer.state not in PASSED or offer.settled_at is None:
            return False
        until = plus(offer.settled_at, self._limits.repass_exclusion_s)
        kept = self._floor.passed.get(offer.encounter_id, {})
        return kept.get(offer.practitioner_id) == until


def _waiting_row(patient: WaitingPatient) -> WaitingRow:
    return WaitingRow(
        patient.encounter_id,
        patient.eligibility,
        patient.place,
        patient.ready_at,
        patient.language,
        patient.priority,
    )


def _duty_row(practitioner: PractitionerOnDuty) -> DutyRow:
    row = duty(practitioner)
    return DutyRow(
        practitioner_id=row.practitioner_id,
        status=row.status,
        licence_count=row.licence_count,
        idle_since=row.idle_since,
        encounter_id=row.encounter_id,
        missed_offers=row.missed_offers,
        paused_until=row.paused_until,
        leaving=row.leaving,
        languages=row.languages,
        shift_ends_at=row.shift_ends_at,
    )

"""One run: a heap of what people will do, the switchboard, and the time jumping between.

    heap --the earliest--> somebody does something --event--> Switchboard --effects--> heap

What is scheduled here is only what people do by themselves: they come, answer, finish, lose
patience, drop off. Deadlines are the switchboard's own (`next_deadline`): whichever is earlier,
its deadline or the head of the heap, is where the time goes next, so that time has always
passed up to now before an event is given to it, as it asks for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from server.simulation.arrivals import Patient
from server.simulation.behaviour import Answer, Behaviour
from server.simulation.demand import Demand
from server.simulation.observations import Ending, Observations
from server.simulation.routing import Routing
from server.simulation.staff import Practitioner
from signaling import effects, events
from signaling.effects import Effect, StatusReason
from signaling.events import Event
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus
from signaling.switchboard import Switchboard

MICROSECONDS: Final = 1_000_000
TIME_PASSED: Final = events.TimePassed()

# The argument is whatever the action is about; a checker cannot say that of a heap.
Action: TypeAlias = Callable[[Any], None]


class Engine:
    """Plays one run on a switchboard, and observes it."""

    def __init__(
        self,
        switchboard: Switchboard,
        staff: tuple[Practitioner, ...],
        patients: Iterator[Patient],
        routing: Routing,
        behaviour: Behaviour,
        demand: Demand,
        observations: Observations,
    ) -> None:
        """Schedule the shifts and the first patient; the switchboard must be a new one."""
        self._board = switchboard
        self._staff = {one.practitioner_id: one for one in staff}
        self._patients = patients
        self._routing = routing
        self._behaviour = behaviour
        self._demand = demand
        self._seen = observations
        self._now = Instant(0)
        self._heap: list[tuple[int, int, Action, Any]] = []
        self._sequence = 0
        self._in_line: dict[EncounterId, Patient] = {}
        self._line_since = Instant(0)
        self._ringing: dict[OfferId, Instant] = {}
        self._with: dict[PractitionerId, Instant] = {}
        self._duty_since: dict[PractitionerId, Instant] = {}
        self._shift_ends: dict[PractitionerId, Instant] = {}
        self._react: Final[Mapping[type[Effect], Action]] = {
            effects.SendOfferRinging: self._rang,
            effects.SendOfferWithdrawn: self._withdrawn,
            effects.SendOfferAccepted: self._accepted,
            effects.SendPatientRemoved: self._removed,
            effects.SendPractitionerStatus: self._status,
        }

    def run(self) -> Observations:
        """Play until the end of the window, and return what was seen."""
        self._open()
        heap, board, end = self._heap, self._board, self._seen.ends
        while heap:
            at = heap[0][0]
            deadline = board.next_deadline()
            if deadline is not None and deadline <= at:
                if deadline >= end:
                    break
                self._now = deadline
                self._tell(TIME_PASSED)
                continue
            if at >= end:
                break
            _, _, action, subject = heapq.heappop(heap)
            self._now = Instant(at)
            action(subject)
        self._close(end)
        return self._seen

    def _open(self) -> None:
        for eligibility, members in sorted(self._routing.members().items()):
            self._tell(events.EligibilityChanged(eligibility, members))
        self._measure_demand(0.0)
        for one in self._staff.values():
            for start_s, end_s in one.shifts:
                self._at(start_s, self._begin_shift, (one, end_s))
        self._next_patient()

    def _close(self, end: Instant) -> None:
        """Observe what is cut off by the end."""
        self._now = end
        self._count_line()
        for patient in self._in_line.values():
            self._settle(patient, Ending.STILL_WAITING)
        for since in (*self._ringing.values(), *self._with.values()):
            self._seen.busy(since, end)
        for since in self._duty_since.values():
            self._seen.on_duty(since, end)

    def _at(self, seconds: float, action: Action, subject: object) -> None:
        """Schedule something at a second of the run."""
        self._sequence += 1
        heapq.heappush(
            self._heap, (round(seconds * MICROSECONDS), self._sequence, action, subject)
        )

    def _after(self, seconds: float, action: Action, subject: object) -> None:
        """Schedule something so many seconds from now."""
        self._sequence += 1
        at = self._now + round(seconds * MICROSECONDS)
        heapq.heappush(self._heap, (at, self._sequence, action, subject))

    def _tell(self, event: Event) -> None:
        """Give an event to the switchboard, and react to what it wants done."""
        self._seen.events += 1
        react = self._react
        for effect in self._board.apply(event, now=self._now):
            reaction = react.get(type(effect))
            if reaction is not None:
                reaction(effect)

    def _measure_demand(self, second: float) -> None:
        """Tell how many come now, as the server does from what it counted."""
        self._tell(events.DemandMeasured(self._demand.at(second)))
        following = self._demand.changes_after(second)
        if following is not None:
            self._at(following, self._measure_demand, following)

    # Patients.

    def _next_patient(self) -> None:
        patient = next(self._patients, None)
        if patient is not None:
            self._at(patient.arrives_s, self._arrive, patient)

    def _arrive(self, patient: Patient) -> None:
        self._seen.patients += 1
        self._count_line()
        self._in_line[patient.encounter_id] = patient
        if patient.patience_s is not None:
            self._after(patient.patience_s, self._lose_patience, patient)
        eligibility = self._routing.route(patient.jurisdiction, self._duty_since)
        self._tell(
            events.PatientReady(
                patient.encounter_id, eligibility, patient.number, self._now, patient.language
            )
        )
        self._drop_later(self._behaviour.patient_drops_s(), self._patient_drops, patient)
        self._next_patient()

    def _lose_patience(self, patient: Patient) -> None:
        if patient.encounter_id in self._in_line:
            self._tell(events.PatientLeft(patient.encounter_id))

    def _patient_drops(self, patient: Patient) -> None:
        if patient.encounter_id in self._in_line:
            self._tell(events.PatientLost(patient.encounter_id))
            self._after(self._behaviour.back_s(), self._patient_returns, patient)

    def _patient_returns(self, patient: Patient) -> None:
        if patient.encounter_id in self._in_line:
            self._tell(events.PatientSeen(patient.encounter_id))
            self._drop_later(self._behaviour.patient_drops_s(), self._patient_drops, patient)

    def _drop_later(self, seconds: float | None, action: Action, subject: object) -> None:
        if seconds is not None:
            self._after(seconds, action, subject)

    def _count_line(self) -> None:
        """Enter how long the line was until now; it is about to change."""
        self._seen.in_line(len(self._in_line), self._line_since, self._now)
        self._line_since = self._now

    def _settle(self, patient: Patient, ending: Ending) -> None:
        arrived = Instant(round(patient.arrives_s * MICROSECONDS))
        self._seen.settle(patient.jurisdiction, arrived, self._now, ending)

    def _leave_line(self, encounter_id: EncounterId, ending: Ending) -> Patient:
        self._count_line()
        patient = self._in_line.pop(encounter_id)
        self._settle(patient, ending)
        return patient

    # Practitioners.

    def _begin_shift(self, shift: tuple[Practitioner, float]) -> None:
        one, end_s = shift
        self._shift_ends[one.practitioner_id] = Instant(round(end_s * MICROSECONDS))
        self._report(one)
        self._drop_later(self._behaviour.practitioner_drops_s(), self._drops, one)

    def _on_shift(self, one: Practitioner) -> bool:
        return self._now < self._shift_ends[one.practitioner_id]

    def _report(self, one: Practitioner) -> None:
        """Say that they are available, if they are at work."""
        if not self._on_shift(one):
            return
        # Before the event: the first offer may come with it.
        self._duty_since.setdefault(one.practitioner_id, self._now)
        ends_at = self._shift_ends[one.practitioner_id]
        self._tell(
            events.PractitionerAvailable(
                one.practitioner_id,
                len(one.jurisdictions),
                one.languages,
                ends_at if ends_at < self._seen.ends else None,
            )
        )

    def _drops(self, one: Practitioner) -> None:
        if self._on_shift(one):
            self._tell(events.PractitionerLost(one.practitioner_id))
            self._after(self._behaviour.back_s(), self._returns, one)

    def _returns(self, one: Practitioner) -> None:
        self._report(one)
        if self._on_shift(one):
            self._drop_later(self._behaviour.practitioner_drops_s(), self._drops, one)

    def _accept(self, ringing: effects.SendOfferRinging) -> None:
        offer = ringing.offer
        if offer.offer_id in self._ringing:
            self._tell(events.OfferAccepted(offer.offer_id, offer.practitioner_id))

    def _decline(self, ringing: effects.SendOfferRinging) -> None:
        offer = ringing.offer
        if offer.offer_id in self._ringing:
            self._seen.declined += 1
            self._tell(events.OfferDeclined(offer.offer_id, offer.practitioner_id, "busy"))

    def _hang_up(self, visit: tuple[Patient, PractitionerId]) -> None:
        patient, _ = visit
        self._tell(events.CallEnded(patient.encounter_id))
        self._after(patient.wrap_up_s, self._sign, visit)

    def _sign(self, visit: tuple[Patient, PractitionerId]) -> None:
        patient, practitioner_id = visit
        self._seen.busy(self._with.pop(practitioner_id), self._now)
        self._tell(events.PractitionerFreed(practitioner_id, patient.encounter_id))

    # What the switchboard wants done.

    def _rang(self, effect: effects.SendOfferRinging) -> None:
        self._seen.offers += 1
        self._ringing[effect.offer.offer_id] = self._now
        answer, after_s = self._behaviour.answer()
        if answer is Answer.ACCEPT:
            self._after(after_s, self._accept, effect)
        elif answer is Answer.DECLINE:
            self._after(after_s, self._decline, effect)

    def _withdrawn(self, effect: effects.SendOfferWithdrawn) -> None:
        self._seen.busy(self._ringing.pop(effect.offer.offer_id), self._now)
        if effect.offer.state is OfferState.MISSED:
            self._seen.missed += 1

    def _accepted(self, effect: effects.SendOfferAccepted) -> None:
        offer = effect.offer
        self._with[offer.practitioner_id] = self._ringing.pop(offer.offer_id)
        patient = self._leave_line(offer.encounter_id, Ending.SERVED)
        finish = self._hang_up if patient.wrap_up_s else self._sign
        self._after(patient.service_s, finish, (patient, offer.practitioner_id))

    def _removed(self, effect: effects.SendPatientRemoved) -> None:
        self._leave_line(effect.encounter_id, Ending.LEFT)

    def _status(self, effect: effects.SendPractitionerStatus) -> None:
        if effect.status is not PractitionerStatus.AWAY:
            return
        self._seen.on_duty(self._duty_since.pop(effect.practitioner_id), self._now)
        if effect.reason is StatusReason.MISSED_OFFERS_MAX:
            one = self._staff[effect.practitioner_id]
            self._after(self._behaviour.back_after_away_s, self._report, one)

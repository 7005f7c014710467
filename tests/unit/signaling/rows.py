"""A database of a few dictionaries, fed by nothing but Records.

What `Switchboard.rebuild` needs has to be in here, or the Records do not suffice.
"""

from collections.abc import Iterable
from dataclasses import replace

from signaling import visit
from signaling.effects import (
    Effect,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordPriority,
    RecordVisit,
    RecordWaiting,
)
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
)
from signaling.limits import Limits
from signaling.offers import PASSED, Offer, OfferState
from signaling.participants import PractitionerStatus
from signaling.presence import PresenceState
from signaling.snapshot import DutyRow, Snapshot, WaitingRow
from signaling.visit import VisitEvent, VisitState


class Rows:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.waiting: dict[EncounterId, WaitingRow] = {}
        self.visits: dict[EncounterId, VisitState] = {}
        self.duty: dict[PractitionerId, DutyRow] = {}
        self.offers: dict[OfferId, Offer] = {}
        self.presence: dict[EncounterId, PresenceState] = {}
        # Not a Record: the application computes it, and would do so again.
        self.eligibility: dict[EligibilityClass, frozenset[PractitionerId]] = {}
        self.demand: dict[EligibilityClass, float] = {}

    def commit(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case RecordWaiting():
                    self.waiting[effect.encounter_id] = WaitingRow(
                        effect.encounter_id,
                        effect.eligibility,
                        effect.place,
                        effect.ready_at,
                        effect.language,
                        effect.priority,
                    )
                case RecordPriority(encounter_id, priority, _):
                    row = self.waiting[encounter_id]
                    self.waiting[encounter_id] = replace(row, priority=priority)
                case RecordVisit(encounter_id, event, _):
                    self.visit(encounter_id, event)
                case RecordOffer(offer):
                    self.offers[offer.offer_id] = offer
                case RecordDuty():
                    self._duty(effect)
                case RecordPresence(encounter_id, state, _):
                    self.presence[encounter_id] = state
                case _:
                    pass

    def visit(self, encounter_id: EncounterId, event: VisitEvent) -> None:
        """Move a visit on; an event that its machine does not allow fails the test."""
        before = self.visits.get(encounter_id, VisitState.INTAKE)
        self.visits[encounter_id] = visit.advance(before, event)

    def snapshot(self, now: Instant) -> Snapshot:
        return Snapshot(
            waiting=self._rows(VisitState.WAITING),
            in_exam=self._rows(VisitState.IN_PROGRESS),
            duty=tuple(self.duty[one] for one in sorted(self.duty)),
            offers=tuple(one for one in self.offers.values() if self._matters(one, now)),
            eligibility=dict(self.eligibility),
            demand=dict(self.demand),
        )

    def _rows(self, state: VisitState) -> tuple[WaitingRow, ...]:
        rows = [row for row in self.waiting.values() if self.visits[row.encounter_id] is state]
        return tuple(sorted(rows, key=lambda row: (row.place, row.encounter_id)))

    def _matters(self, offer: Offer, now: Instant) -> bool:
        if offer.state not in PASSED or offer.settled_at is None:
            return offer.state is OfferState.RINGING
        return plus(offer.settled_at, self.limits.repass_exclusion_s) > now

    def _duty(self, record: RecordDuty) -> None:
        if record.status is PractitionerStatus.AWAY:
            del self.duty[record.practitioner_id]
            return
        self.duty[record.practitioner_id] = DutyRow(
            practitioner_id=record.practitioner_id,
            status=record.status,
            licence_count=record.licence_count,
            idle_since=record.idle_since,
            encounter_id=record.encounter_id,
            missed_offers=record.missed_offers,
            paused_until=record.paused_until,
            leaving=record.leaving,
            languages=record.languages,
            shift_ends_at=record.shift_ends_at,
        )

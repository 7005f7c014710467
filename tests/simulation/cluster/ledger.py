"""The desk's ledger on simulated rows: the same promises as `server.waiting.ledger`, no charts.

Fence, load and perform are statements that take time; the rest is looked up between them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from server.storage.commands import Key
from server.storage.errors import CommandAlreadyRecorded
from server.storage.leases import Lease
from server.waiting.posting import StaleEligibility
from signaling import visit
from signaling.effects import (
    Record,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordVisit,
    RecordWaiting,
)
from signaling.events import DemandMeasured, EligibilityChanged
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
)
from signaling.limits import Limits
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerStatus, WaitingPatient
from signaling.policy import SCARCEST, Policy
from signaling.snapshot import DutyRow, Snapshot, WaitingRow
from signaling.switchboard import Switchboard
from signaling.visit import VisitState
from tests.simulation.cluster import database
from tests.simulation.cluster.database import Tx
from tests.simulation.cluster.flaws import Flaws
from tests.simulation.cluster.locks import Mode
from tests.simulation.cluster.rows import Visit
from tests.simulation.cluster.server import Server, Session

RELYING = (OfferState.RINGING, OfferState.ACCEPTED)
Members = frozenset[PractitionerId]


@dataclass(slots=True)
class SimulatedLedger:
    """What `Desk` takes for its ledger."""

    server: Server
    lease: Lease
    new_id: Callable[[], str]
    limits: Limits
    flaws: Flaws
    policy: Policy = SCARCEST
    licensure: Mapping[str, Members] | None = None

    def offer_id(self) -> OfferId:
        return OfferId(self.new_id())

    async def fence(self, tx: Tx) -> None:
        """Raises LeaseLost when another home took over."""
        tx.session.claims = self.lease.epoch
        if not self.flaws.no_fence:
            await database.fence(tx, self.lease)

    # ------------------------------------------------------------------ answers

    async def recorded(self, tx: Tx, keys: Sequence[Key]) -> dict[Key, str]:
        if self.flaws.commands_forgotten:
            keys = [key for key in keys if key[0] == "desk"]
        outcomes = ((key, tx.get(tx.server.tables.outcomes, ":".join(key))) for key in keys)
        return {key: outcome for key, outcome in outcomes if outcome is not None}

    async def remember(self, tx: Tx, outcomes: Mapping[Key, str], _now: Instant) -> None:
        for key, outcome in outcomes.items():
            table, name = tx.server.tables.outcomes, ":".join(key)
            if tx.get(table, name) is not None and not self.flaws.commands_forgotten:
                raise CommandAlreadyRecorded(name)
            tx.put(table, name, outcome)

    # ------------------------------------------------------------------ who may see whom

    def forget_eligibility(self) -> None:
        self.licensure = None

    async def eligibility(
        self, tx: Tx, switchboard: Switchboard, _now: int
    ) -> Sequence[EligibilityChanged]:
        if self.licensure is None or not self.flaws.old_licences:
            tx.scan(tx.server.tables.licences)
            self.licensure = dict(tx.server.tables.licences.rows)
        classes = (self.newcomer(switchboard, one) for one in sorted(switchboard.waited_for()))
        return [one for one in classes if one is not None]

    def newcomer(
        self, switchboard: Switchboard, eligibility: EligibilityClass
    ) -> EligibilityChanged | None:
        assert self.licensure is not None
        members = self.licensure[eligibility]
        if switchboard.members(eligibility) == members:
            return None
        return EligibilityChanged(eligibility, members)

    async def class_of(self, _tx: Tx, patient: WaitingPatient, _now: int) -> EligibilityClass:
        return patient.eligibility  # a room without rules

    async def demand(self, _tx: Tx, _now: int) -> DemandMeasured | None:
        return None

    def take_whereabouts(self) -> dict[EncounterId, str]:
        return {}

    # ------------------------------------------------------------------ from rows

    async def load(self, tx: Tx, now: int, *, ruled: bool = True) -> Snapshot:  # noqa: ARG002 - a room without rules
        def read(session: Session) -> Snapshot:
            tables, changes = self.server.tables, session.changes
            since = now - round(self.limits.repass_exclusion_s * 1_000_000)
            visits = list(changes.scan(tables.visits))
            self.licensure = dict(tables.licences.rows)
            return Snapshot(
                waiting=_in_state(visits, VisitState.WAITING),
                in_exam=_in_state(visits, VisitState.IN_PROGRESS),
                duty=tuple(
                    one
                    for one in changes.scan(tables.duty)
                    if one.status is not PractitionerStatus.AWAY
                ),
                offers=tuple(
                    one
                    for one in changes.scan(tables.offers)
                    if one.state is OfferState.RINGING or (one.settled_at or 0) > since
                ),
                eligibility={EligibilityClass(k): v for k, v in self.licensure.items()},
            )

        return await tx.ask(read)

    # ------------------------------------------------------------------ to rows

    async def perform(self, tx: Tx, records: Sequence[Record], _now: Instant) -> None:
        if not records:
            return
        offers = [one.offer for one in records if isinstance(one, RecordOffer)]
        relies = any(one.state in RELYING for one in offers)
        locks = [(self.server.licence_lock, Mode.KEY_SHARE)] if relies else []
        await tx.ask(lambda session: self._write(session, records), locks)

    def _write(self, session: Session, records: Sequence[Record]) -> None:
        changes, tables = session.changes, self.server.tables
        for record in records:
            match record:
                case RecordOffer(offer=offer):
                    changes.put(tables.offers, offer.offer_id, offer)
                    self._rely(session, offer)
                case RecordDuty():
                    changes.put(tables.duty, record.practitioner_id, _duty_row(record))
                case RecordWaiting() | RecordVisit() | RecordPresence():
                    row = changes.get(tables.visits, record.encounter_id)
                    assert row is not None
                    changes.put(tables.visits, record.encounter_id, _moved(row, record))
                case _:
                    raise AssertionError(record)

    def _rely(self, session: Session, offer: Offer) -> None:
        """Re-read under lock what an offer relies on."""
        if offer.state not in RELYING:
            return
        visits = self.server.tables.visits
        row = session.changes.get(visits, offer.encounter_id)
        assert row is not None
        members = self.server.tables.licences.rows[row.eligibility]
        if offer.practitioner_id not in members and not self.flaws.old_licences:
            raise StaleEligibility
        if offer.state is OfferState.ACCEPTED:
            taken = replace(row, practitioner_id=offer.practitioner_id)
            session.changes.put(visits, offer.encounter_id, taken)


def _moved(row: Visit, record: RecordWaiting | RecordVisit | RecordPresence) -> Visit:
    match record:
        case RecordWaiting():
            return replace(
                row,
                place=record.place,
                ready_at=record.ready_at,
                eligibility=record.eligibility,
            )
        case RecordVisit(event=event):
            held = None if isinstance(event, visit.PractitionerDropped) else row.practitioner_id
            state = visit.advance(row.state, event)
            return replace(row, state=state, practitioner_id=held)
        case RecordPresence(state=presence):
            return replace(row, presence=presence)


def _in_state(visits: Sequence[Visit], state: VisitState) -> tuple[WaitingRow, ...]:
    return tuple(
        WaitingRow(EncounterId(one.encounter_id), one.eligibility, one.place, one.ready_at)
        for one in visits
        if one.state is state
    )


def _duty_row(record: RecordDuty) -> DutyRow:
    return DutyRow(
        practitioner_id=record.practitioner_id,
        status=record.status,
        licence_count=record.licence_count,
        idle_since=record.idle_since,
        encounter_id=record.encounter_id,
        missed_offers=record.missed_offers,
        paused_until=record.paused_until,
        leaving=record.leaving,
    )

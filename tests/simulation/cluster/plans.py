"""What a command of a page comes to at the desk. Each leaves a mark, to count its effects."""

from __future__ import annotations

from dataclasses import replace

from server.storage.errors import RowMissing
from server.waiting.work import Plan, Planner
from signaling import visit
from signaling.errors import AlreadyQueued
from signaling.events import (
    CallEnded,
    Event,
    OfferAccepted,
    OfferDeclined,
    PatientLeft,
    PatientReady,
    PractitionerAvailable,
    PractitionerFreed,
    PractitionerReleased,
)
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.switchboard import Switchboard
from signaling.visit import VisitState
from tests.simulation.cluster.database import Tx
from tests.simulation.cluster.words import Performed

LICENCES = 2


def plan_of(asked: Performed) -> Planner:
    """Return the desk's plan of a command."""

    async def plan(tx: object, now: Instant, _switchboard: Switchboard) -> Plan:
        assert isinstance(tx, Tx)
        done, key = tx.server.tables.done, f"{asked.recipient}:{asked.command.id}"
        tx.put(done, key, (tx.get(done, key) or 0) + 1)
        return Plan(_event(tx, asked, now))

    return plan


def _event(tx: Tx, asked: Performed, now: Instant) -> Event | None:
    command, name = asked.command, asked.recipient.partition(":")[2]
    who, encounter_id = PractitionerId(name), EncounterId(command.encounter_id)
    if command.kind == "ready":
        return _ready(tx, EncounterId(name), now)
    if command.kind == "sign":
        return _sign(tx, who, encounter_id)
    events: dict[str, Event | None] = {
        "leave": PatientLeft(EncounterId(name)),
        "say": None,
        "available": PractitionerAvailable(who, LICENCES),
        "accept": OfferAccepted(OfferId(command.offer_id), who),
        "decline": OfferDeclined(OfferId(command.offer_id), who, "busy"),
        "end": CallEnded(encounter_id),
        "release": PractitionerReleased(who, encounter_id),
    }
    return events[command.kind]


def _ready(tx: Tx, encounter_id: EncounterId, now: Instant) -> PatientReady:
    row = tx.get(tx.server.tables.visits, encounter_id)
    if row is None:
        raise RowMissing("visits", encounter_id)
    if row.state is not VisitState.INTAKE:
        raise AlreadyQueued
    place = tx.server.next_place()
    return PatientReady(encounter_id, row.eligibility, place=place, ready_at=now)


def _sign(tx: Tx, who: PractitionerId, encounter_id: EncounterId) -> PractitionerFreed:
    row = tx.get(tx.server.tables.visits, encounter_id)
    if row is None:
        raise RowMissing("visits", encounter_id)
    signed = replace(row, state=visit.advance(row.state, visit.Signed()))
    tx.put(tx.server.tables.visits, encounter_id, signed)
    return PractitionerFreed(who, encounter_id)

"""Who asked about authorizations and did what with them; it makes requests idempotent, too."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from server.sealing import Place
from server.storage.authorization_tables import authorization_events as events
from server.storage.statements import Tx


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of `authorization_events`.

    Attributes:
        body_hash: hex, keyed: whether a request is the same as before.
        sealed_outcome: what was answered, under the patient's key; the tenant key of the spa
            where there is no patient, and in older rows.
    """

    id: str
    spa_id: str
    actor: str
    request_id: str
    kind: str
    authorization_id: str | None
    patient_id: str | None
    at: int
    body_hash: str
    sealed_outcome: bytes


def outcome_place(event_id: str, spa_id: str) -> Place:
    """Name the one place where a sealed outcome opens."""
    return Place("authorization_events", "sealed_outcome", event_id, spa_id)


async def add(tx: Tx, one: EventRow) -> None:
    """Insert an event; the same request of the same actor twice ends as ConstraintBroken."""
    await tx.execute(insert(events).values(asdict(one)))


async def of_request(tx: Tx, spa_id: str, actor: str, request_id: str) -> EventRow | None:
    """Give what came of a request."""
    query = select(events).where(
        events.c.spa_id == spa_id, events.c.actor == actor, events.c.request_id == request_id
    )
    row = (await tx.execute(query)).mappings().one_or_none()
    return None if row is None else EventRow(**row)


async def of_authorization(tx: Tx, authorization_id: str) -> list[EventRow]:
    """Give what happened to an authorization, in order."""
    query = (
        select(events)
        .where(events.c.authorization_id == authorization_id)
        .order_by(events.c.at, events.c.id)
    )
    return [EventRow(**row) for row in (await tx.execute(query)).mappings()]

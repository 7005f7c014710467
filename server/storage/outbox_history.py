"""What was told and when: lists for a page, and forgetting what is old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from server.storage.errors import RowMissing
from server.storage.outbox_claims import SETTLED
from server.storage.outbox_tables import deliveries, outbox_messages
from server.storage.statements import Tx


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it stands; instants in microseconds UTC."""

    message_id: str
    destination_id: str
    topic: str
    encounter_id: str | None
    state: str
    attempts: int
    created_at: int
    next_at: int
    tried_at: int | None
    settled_at: int | None
    outcome: str | None
    status: int | None


async def latest(tx: Tx, destination_id: str, limit: int) -> list[DeliveryRow]:
    """List the deliveries of a destination, the newest first."""
    names = (
        "message_id",
        "destination_id",
        "state",
        "attempts",
        "created_at",
        "next_at",
        "tried_at",
        "settled_at",
        "outcome",
        "status",
    )
    query = (
        select(
            *(deliveries.c[name] for name in names),
            outbox_messages.c.topic,
            outbox_messages.c.encounter_id,
        )
        .join(outbox_messages, outbox_messages.c.id == deliveries.c.message_id)
        .where(deliveries.c.destination_id == destination_id)
        .order_by(deliveries.c.created_at.desc(), deliveries.c.message_id)
        .limit(limit)
    )
    return [DeliveryRow(**row) for row in (await tx.execute(query)).mappings()]


async def last_of_topic(tx: Tx, destination_id: str, topic: str) -> DeliveryRow | None:
    """Give the newest delivery of a topic to a destination."""
    stream = f"topic:{topic}"
    query = (
        select(deliveries.c.message_id)
        .where(deliveries.c.destination_id == destination_id, deliveries.c.stream == stream)
        .order_by(deliveries.c.place.desc())
        .limit(1)
    )
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        return None
    return await get(tx, destination_id, found)


async def get(tx: Tx, destination_id: str, message_id: str) -> DeliveryRow:
    """Give one delivery, or raise RowMissing."""
    for one in await _of_message(tx, message_id):
        if one.destination_id == destination_id:
            return one
    raise RowMissing("deliveries", message_id)


async def _of_message(tx: Tx, message_id: str) -> list[DeliveryRow]:
    query = (
        select(deliveries, outbox_messages.c.topic, outbox_messages.c.encounter_id)
        .join(outbox_messages, outbox_messages.c.id == deliveries.c.message_id)
        .where(deliveries.c.message_id == message_id)
    )
    unseen = ("stream", "place", "epoch")
    return [
        DeliveryRow(**{name: value for name, value in row.items() if name not in unseen})
        for row in (await tx.execute(query)).mappings()
    ]


async def settled_before(tx: Tx, before: int, limit: int) -> list[tuple[str, str]]:
    """List message and destination of what was settled before, and may be forgotten.

    The last of a stream stays, so that places go on being counted; so does what is open.
    """
    later = deliveries.alias("later")
    old = (
        select(deliveries.c.message_id, deliveries.c.destination_id)
        .where(
            deliveries.c.settled_at < before,
            deliveries.c.state.in_(SETTLED),
            select(later.c.place)
            .where(
                later.c.destination_id == deliveries.c.destination_id,
                later.c.stream == deliveries.c.stream,
                later.c.place > deliveries.c.place,
            )
            .exists(),
        )
        .limit(limit)
    )
    return [(message_id, to) for message_id, to in await tx.execute(old)]


async def forget(tx: Tx, old: Sequence[tuple[str, str]]) -> None:
    """Forget deliveries that are settled still, and messages that no other has."""
    for message_id, destination_id in old:
        await tx.execute(
            delete(deliveries).where(
                deliveries.c.message_id == message_id,
                deliveries.c.destination_id == destination_id,
                deliveries.c.state.in_(SETTLED),  # not sent again since they were listed
            )
        )
        kept = select(deliveries.c.message_id).where(deliveries.c.message_id == message_id)
        await tx.execute(
            delete(outbox_messages).where(outbox_messages.c.id == message_id, ~kept.exists())
        )

"""What was told and when: lists for a page, and forgetting what is old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, TextClause, and_, delete, select

from server.storage.errors import RowMissing
from server.storage.outbox_claims import SETTLED
from server.storage.outbox_tables import PRESSING, TOLD, deliveries, outbox_messages
from server.storage.statements import Tx

PRESSING_MAX: Final = 50
CHECKPOINTS_MAX: Final = 3
CHECKPOINTS: Final = "topic:log.checkpoint"  # the stream of them
NAMES: Final = (
    *("message_id", "destination_id", "state", "attempts", "created_at", "next_at"),
    *("tried_at", "settled_at", "outcome", "status"),
)


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


async def latest(
    tx: Tx, destination_id: str, limit: int, *, pressing_max: int = PRESSING_MAX
) -> list[DeliveryRow]:
    """List what a destination is told: what is not delivered first, then the newest others.

    A checkpoint comes every minute. Of those that were delivered only the newest few are
    listed, so that they leave room for what was told of encounters.

    Args:
        tx: reads.
        destination_id: whose.
        limit: how many delivered ones, checkpoints apart.
        pressing_max: how many that wait, are being sent, or were given up; the newest.
    """
    newest = (deliveries.c.created_at.desc(), deliveries.c.message_id)
    pressing = await _listed(tx, destination_id, PRESSING, newest, pressing_max)
    told = await _listed(tx, destination_id, TOLD, newest, limit)
    checkpoint = and_(deliveries.c.stream == CHECKPOINTS, deliveries.c.state == "delivered")
    last = (deliveries.c.place.desc(),)
    told += await _listed(tx, destination_id, checkpoint, last, CHECKPOINTS_MAX)
    return pressing + sorted(told, key=lambda one: (-one.created_at, one.message_id))


async def _listed(
    tx: Tx,
    destination_id: str,
    only: ColumnElement[bool] | TextClause,
    order: Sequence[ColumnElement[Any]],
    limit: int,
) -> list[DeliveryRow]:
    query = (
        select(
            *(deliveries.c[name] for name in NAMES),
            outbox_messages.c.topic,
            outbox_messages.c.encounter_id,
        )
        .join(outbox_messages, outbox_messages.c.id == deliveries.c.message_id)
        .where(deliveries.c.destination_id == destination_id, only)
        .order_by(*order)
        .limit(limit)
    )
    return [DeliveryRow(**row) for row in (await tx.execute(query)).mappings()]


async def dead(tx: Tx, destination_id: str, limit: int) -> list[str]:
    """List the messages that were given up for a destination, the oldest first."""
    query = (
        select(deliveries.c.message_id)
        .where(
            deliveries.c.destination_id == destination_id,
            PRESSING,
            deliveries.c.state == "dead",
        )
        .order_by(deliveries.c.created_at, deliveries.c.stream, deliveries.c.place)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


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

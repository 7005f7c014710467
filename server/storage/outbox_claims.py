"""How far each delivery is. Who may write here has the lease `LEASE`, and fences with it.

    waiting --claim--> sending --settle--> delivered
       ^                  |----settle----> dead      tried often enough, or refused for good
       |                  |----settle----> waiting   at `next_at`
       |                  `--another epoch claims it again: the process that had it is gone
       `--resend-- delivered | dead

In a stream (an encounter) of a destination, only the first delivery that is still open may be
claimed. So a later one waits while an earlier one is tried again, and goes on when that one is
delivered or dead: the receiver sees the gap by the number in the message.

A claim commits before anything is sent. A crash between the sending and `settle` sends the same
message, with the same identifier, once more: that is for the receiver to notice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sqlalchemy import and_, case, func, or_, select, update

from server.storage import leases
from server.storage.errors import RowMissing
from server.storage.leases import Lease
from server.storage.outbox_tables import deliveries, destinations, outbox_messages
from server.storage.statements import Query, Tx

LEASE: Final = "delivery"
DeliveryState: TypeAlias = Literal["waiting", "sending", "delivered", "dead"]
OPEN: Final = ("waiting", "sending")
SETTLED: Final = ("delivered", "dead")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is to be tried now.

    Attributes:
        attempts: how often it was tried, this time included.
        place: its number in the stream, from 1.
        body: JSON.
        at: when it happened, microseconds UTC.
    """

    message_id: str
    destination_id: str
    topic: str
    encounter_id: str | None
    subject: str
    body: str
    at: int
    place: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: how many, and since when the oldest of them was due to be told."""

    waiting: int
    oldest_at: int | None


async def claim(
    tx: Tx,
    lease: Lease,
    now: int,
    *,
    limit: int,
    per_destination: int,
    channels: Collection[str] = ("webhook",),
    busy: Collection[str] = (),
) -> list[Claimed]:
    """Take what is due, a bounded share of each destination; fences first.

    Args:
        tx: writes.
        lease: under which nobody else claims.
        now: microseconds UTC.
        limit: how many in all.
        per_destination: how many of one destination; of one that is failing, one.
        channels: of which there is somebody who delivers.
        busy: destinations that are left alone this time.

    Raises:
        LeaseLost: somebody else does this by now.
    """
    await leases.fence(tx, lease)
    found = (
        await tx.execute(_due(lease.epoch, now, channels, busy, per_destination).limit(limit))
    ).all()
    for message_id, destination_id in found:
        await tx.execute(
            update(deliveries)
            .where(
                deliveries.c.message_id == message_id,
                deliveries.c.destination_id == destination_id,
            )
            .values(
                state="sending",
                epoch=lease.epoch,
                attempts=deliveries.c.attempts + 1,
                tried_at=now,
            )
        )
    return [await _claimed(tx, message_id, to) for message_id, to in found]


async def is_due(
    tx: Tx, epoch: int, now: int, *, channels: Collection[str], busy: Collection[str] = ()
) -> bool:
    """Tell whether there is something to claim; only reads."""
    return (await tx.execute(_due(epoch, now, channels, busy, 1).limit(1))).first() is not None


def _due(
    epoch: int,
    now: int,
    channels: Collection[str],
    busy: Collection[str],
    per_destination: int,
) -> Query:
    earlier = deliveries.alias("earlier")
    first = ~(
        select(earlier.c.place)
        .where(
            earlier.c.destination_id == deliveries.c.destination_id,
            earlier.c.stream == deliveries.c.stream,
            earlier.c.place < deliveries.c.place,
            earlier.c.state.in_(OPEN),
        )
        .exists()
    )
    rank = func.row_number().over(
        partition_by=deliveries.c.destination_id,
        order_by=(deliveries.c.next_at, deliveries.c.place, deliveries.c.message_id),
    )
    due = (
        select(
            deliveries.c.message_id,
            deliveries.c.destination_id,
            deliveries.c.next_at,
            rank.label("rank"),
            case((destinations.c.failing_since.is_(None), per_destination), else_=1).label(
                "most"
            ),
        )
        .join(destinations, destinations.c.id == deliveries.c.destination_id)
        .where(
            deliveries.c.next_at <= now,
            or_(
                deliveries.c.state == "waiting",
                and_(deliveries.c.state == "sending", deliveries.c.epoch != epoch),
            ),
            destinations.c.state == "active",
            destinations.c.channel.in_(channels),
            deliveries.c.destination_id.not_in(busy),
            first,
        )
        .subquery("due")
    )
    return (
        select(due.c.message_id, due.c.destination_id)
        .where(due.c.rank <= due.c.most)
        .order_by(due.c.rank, due.c.next_at, due.c.message_id)
    )


async def _claimed(tx: Tx, message_id: str, destination_id: str) -> Claimed:
    query = (
        select(
            deliveries.c.message_id,
            deliveries.c.destination_id,
            outbox_messages.c.topic,
            outbox_messages.c.encounter_id,
            outbox_messages.c.subject,
            outbox_messages.c.body,
            outbox_messages.c.at,
            deliveries.c.place,
            deliveries.c.attempts,
        )
        .join(outbox_messages, outbox_messages.c.id == deliveries.c.message_id)
        .where(
            deliveries.c.message_id == message_id,
            deliveries.c.destination_id == destination_id,
        )
    )
    return Claimed(**(await tx.execute(query)).mappings().one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of an attempt.

    Attributes:
        state: `waiting` for the next attempt, else for good.
        outcome: which word of the closed list.
        status: of HTTP, if there was an answer.
        next_at: when the next attempt is due, microseconds UTC.
    """

    state: Literal["waiting", "delivered", "dead"]
    outcome: str
    status: int | None = None
    next_at: int = 0


async def settle(tx: Tx, lease: Lease, one: Claimed, result: Settlement, now: int) -> bool:
    """Write what became of a claim; fences first.

    Returns:
        False where the claim does not stand any more (its destination was disabled): nothing
        is written.

    Raises:
        LeaseLost: somebody else does this by now.
    """
    await leases.fence(tx, lease)
    written = await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.message_id == one.message_id,
            deliveries.c.destination_id == one.destination_id,
            deliveries.c.state == "sending",
            deliveries.c.epoch == lease.epoch,
        )
        .values(
            state=result.state,
            outcome=result.outcome,
            status=result.status,
            next_at=result.next_at,
            settled_at=None if result.state == "waiting" else now,
        )
    )
    return written.rowcount == 1


async def resend(tx: Tx, message_id: str, destination_id: str, now: int) -> None:
    """Begin anew with what is delivered or dead.

    Raises:
        RowMissing: there is none such.
    """
    written = await tx.execute(
        update(deliveries)
        .where(
            deliveries.c.message_id == message_id,
            deliveries.c.destination_id == destination_id,
            deliveries.c.state.in_(SETTLED),
        )
        .values(
            state="waiting",
            attempts=0,
            next_at=now,
            settled_at=None,
            outcome=None,
            status=None,
        )
    )
    if written.rowcount != 1:
        raise RowMissing("deliveries", message_id)


async def abandon(tx: Tx, destination_id: str, outcome: str, now: int) -> int:
    """Give up all that is open of a destination; return how many that were."""
    written = await tx.execute(
        update(deliveries)
        .where(deliveries.c.destination_id == destination_id, deliveries.c.state.in_(OPEN))
        .values(state="dead", outcome=outcome, settled_at=now)
    )
    return written.rowcount


async def backlog(tx: Tx) -> Backlog:
    """Tell what waits in all."""
    query: Query = select(func.count(), func.min(deliveries.c.created_at)).where(
        deliveries.c.state.in_(OPEN)
    )
    waiting, oldest = (await tx.execute(query)).one()
    return Backlog(waiting, oldest)

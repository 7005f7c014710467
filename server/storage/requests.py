"""Requests of nodes to the home of a network, and their answers: rows.

    sent --taken under the lease (epoch)--> taken --answered--> answered
              |                               |
              `------ a newer home takes it --'

The same id has one row and one answer, through whichever node it comes. A row whose answer was
to try again, or that nobody answered in time, is sent anew by the next one that has its id.
A home takes nothing once its lease is somebody else's, and overwrites no answer of a newer one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, delete, or_, select, update

from server.storage import leases
from server.storage.cluster_tables import requests
from server.storage.leases import Lease
from server.storage.notifying import ANSWERS, REQUESTS, notify, relaxed_now
from server.storage.statements import (
    Insertion,
    Tx,
    among,
    clock_us,
    insert_rows,
    update_rows,
)

MICROSECONDS: Final = 1_000_000
ANSWER_S: Final = 10.0
"""Seconds after which whoever asked has given up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a node asks of the home of a network.

    Attributes:
        id: the same for the same request, through whichever node it comes.
        network_id: whose home.
        node_id: who waits for the answer.
        kind: opened, all_here, closed, command, submit or notice.
        body: sealed.
    """

    id: str
    network_id: str
    node_id: str
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the home says to a request.

    Attributes:
        id: to which.
        node_id: whom it is for; empty where nobody waits.
        body: sealed.
        again: it says to try again: the same id may be sent anew.
    """

    id: str
    node_id: str
    body: bytes
    again: bool = False


async def send(tx: Tx, asked: Sequence[Request]) -> int:
    """Leave requests for their homes, in order; an id that is there already stays as it is.

    Args:
        tx: where.
        asked: no id twice.

    Returns:
        How many are new; of the others there may be an answer, which nobody is told of again.
    """
    now_us = await relaxed_now(tx)
    rows = [
        {
            "id": one.id,
            "network_id": one.network_id,
            "node_id": one.node_id,
            "kind": one.kind,
            "sealed_body": one.body,
            "sent_at": now_us,
            "epoch": 0,
            "again": False,
        }
        for one in asked
    ]
    new = await insert_rows(tx, requests, rows, _sent_anew)
    await notify(tx, REQUESTS, (one.network_id for one in asked))
    return new


def _sent_anew(statement: Insertion) -> Insertion:
    new = statement.excluded
    given_up = and_(
        requests.c.answered_at.is_(None),
        requests.c.sent_at < new.sent_at - round(ANSWER_S * MICROSECONDS),
    )
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "node_id": new.node_id,
            "sealed_body": new.sealed_body,
            "sent_at": new.sent_at,
            "epoch": 0,
            "sealed_answer": None,
            "answered_at": None,
            "again": False,
        },
        where=or_(requests.c.again, given_up),
    )


async def take(tx: Tx, lease: Lease, network_id: str, rows_max: int) -> Sequence[Request]:
    """Take what waits for a home, oldest first, if its lease is still in force.

    What an older home took and did not answer is among it, and so is what this one took in a
    transaction whose outcome it does not know: the caller knows what it works on.

    Raises:
        LeaseLost: somebody else has the lease; let the transaction roll back.
    """
    await leases.check(tx, lease)
    fresh = await relaxed_now(tx) - round(ANSWER_S * MICROSECONDS)
    waiting = (
        select(requests.c.seq)
        .where(
            requests.c.network_id == network_id,
            requests.c.answered_at.is_(None),
            requests.c.epoch < lease.epoch,
            requests.c.sent_at > fresh,
        )
        .order_by(requests.c.seq)
        .limit(rows_max)
    )
    taken = update(requests).where(requests.c.seq.in_(waiting)).values(epoch=lease.epoch)
    columns = (requests.c.id, requests.c.node_id, requests.c.kind, requests.c.sealed_body)
    found = (await tx.execute(taken.returning(requests.c.seq, *columns))).all()
    return [
        Request(one, network_id, node_id, kind, bytes(body))
        for _, one, node_id, kind, body in sorted(map(tuple, found), key=lambda row: row[0])
    ]


async def give_back(tx: Tx, lease: Lease, network_id: str, kept: Collection[str]) -> None:
    """Undo a taking whose outcome was unknown: all but `kept` may be taken again."""
    query = select(requests.c.id).where(
        requests.c.network_id == network_id,
        requests.c.answered_at.is_(None),
        requests.c.epoch == lease.epoch,
    )
    held = set((await tx.execute(query)).scalars()) - set(kept)
    if held:
        again = update(requests).where(requests.c.id.in_(held), requests.c.epoch == lease.epoch)
        await tx.execute(again.values(epoch=0))


async def waiting(tx: Tx, network_id: str, epoch: int) -> bool:
    """Tell whether there is something that a home of this epoch may take."""
    fresh = clock_us() - round(ANSWER_S * MICROSECONDS)
    query = select(requests.c.seq).where(
        requests.c.network_id == network_id,
        requests.c.answered_at.is_(None),
        requests.c.epoch < epoch,
        requests.c.sent_at > fresh,
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def answer(tx: Tx, lease: Lease, answers: Sequence[Answer]) -> None:
    """Answer what was taken under a lease; what a newer home took since is left alone."""
    now_us = await relaxed_now(tx)
    rows = [
        {
            "which": one.id,
            "taken": lease.epoch,
            "sealed_answer": one.body,
            "answered_at": now_us,
            "again": one.again,
        }
        for one in answers
    ]
    await update_rows(tx, requests, rows, where={"which": "id", "taken": "epoch"})
    await notify(tx, ANSWERS, (one.node_id for one in answers if one.node_id))


async def answers_to(tx: Tx, ids: Collection[str]) -> Sequence[Answer]:
    """Return the answers that there are to these requests."""
    if not ids:
        return []
    columns = (requests.c.id, requests.c.node_id, requests.c.sealed_answer, requests.c.again)
    query = select(*columns).where(
        among(tx, requests.c.id, ids), requests.c.answered_at.is_not(None)
    )
    return [
        Answer(one, node_id, bytes(body or b""), bool(again))
        for one, node_id, body, again in await tx.execute(query)
    ]


async def sweep(tx: Tx, older_s: float) -> int:
    """Delete what was asked long ago, and return how many rows that were."""
    before = clock_us() - round(older_s * MICROSECONDS)
    return (await tx.execute(delete(requests).where(requests.c.sent_at < before))).rowcount

"""What a home tells an edge while Redis is away: rows, deleted when they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select

from server.storage.cluster_tables import node_words
from server.storage.notifying import WORDS, notify, relaxed_now
from server.storage.statements import Tx, clock_us, insert_rows

MICROSECONDS: Final = 1_000_000


async def put(tx: Tx, words: Sequence[tuple[str, bytes]]) -> None:
    """Leave words for nodes, in order.

    Args:
        tx: where.
        words: for which node, and the sealed message.
    """
    now_us = await relaxed_now(tx)
    rows = [{"node_id": node, "sealed_body": body, "at": now_us} for node, body in words]
    await insert_rows(tx, node_words, rows)
    await notify(tx, WORDS, (node for node, _ in words))


async def waiting(tx: Tx, node_id: str) -> bool:
    """Tell whether there is something to read."""
    query = select(node_words.c.seq).where(node_words.c.node_id == node_id).limit(1)
    return (await tx.execute(query)).first() is not None


async def take(tx: Tx, node_id: str, rows_max: int) -> Sequence[bytes]:
    """Read and delete the oldest words for a node, in order."""
    await relaxed_now(tx)
    oldest = (
        select(node_words.c.seq)
        .where(node_words.c.node_id == node_id)
        .order_by(node_words.c.seq)
        .limit(rows_max)
    )
    taken = delete(node_words).where(node_words.c.seq.in_(oldest))
    found = await tx.execute(taken.returning(node_words.c.seq, node_words.c.sealed_body))
    return [bytes(body) for _, body in sorted((seq, body) for seq, body in found)]


async def sweep(tx: Tx, older_s: float) -> int:
    """Delete what nobody read, and return how many rows that were."""
    before = clock_us() - round(older_s * MICROSECONDS)
    return (await tx.execute(delete(node_words).where(node_words.c.at < before))).rowcount

"""Challenges that wait for an answer, each under a hash over it and whom it was made for.

One counts once: what says so is a DELETE, so that of two uses at once one wins. Tickets, of
which nothing waits here (`server.tickets`), count once by the row that they leave.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from server.storage.statements import Tx, insert_into
from server.storage.tables import challenges


async def add(tx: Tx, bound_hash: str, *, expires_at: int) -> None:
    """Keep a challenge until it is answered, or over; `expires_at` in microseconds UTC."""
    await tx.execute(insert(challenges).values(bound_hash=bound_hash, expires_at=expires_at))


async def use(tx: Tx, bound_hash: str, now: int) -> bool:
    """Let a challenge count; False if there is none, it is over, or it counted before."""
    gone = await tx.execute(
        delete(challenges).where(
            challenges.c.bound_hash == bound_hash, challenges.c.expires_at > now
        )
    )
    return gone.rowcount == 1


async def once(tx: Tx, mark: str, *, expires_at: int) -> bool:
    """Keep the mark of what was used until `expires_at`; False if it was there before."""
    statement = insert_into(tx, challenges).values(bound_hash=mark, expires_at=expires_at)
    added = statement.on_conflict_do_nothing().returning(challenges.c.bound_hash)
    return (await tx.execute(added)).scalar_one_or_none() is not None


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` of them that were over before `instant`; return how many."""
    old = select(challenges.c.bound_hash).where(challenges.c.expires_at < instant).limit(limit)
    return (
        await tx.execute(delete(challenges).where(challenges.c.bound_hash.in_(old)))
    ).rowcount

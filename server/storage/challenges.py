"""Challenges that wait for an answer, each under a hash over it and whom it was made for.

One counts once: what says so is a DELETE, so that of two uses at once one wins.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from server.storage.statements import Tx
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


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` challenges that were over before `instant`; return how many."""
    old = select(challenges.c.bound_hash).where(challenges.c.expires_at < instant).limit(limit)
    return (
        await tx.execute(delete(challenges).where(challenges.c.bound_hash.in_(old)))
    ).rowcount

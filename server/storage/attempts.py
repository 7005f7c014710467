"""Attempts per bucket, in fixed windows.

A bucket names what is limited and a hash of whom (`sign_in:address:<hash>`). Count in a
transaction of its own: one that rolls back because the attempt failed would not have counted.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import case, delete, select, update

from server.storage.statements import Tx, insert_into
from server.storage.tables import attempts

MICROSECONDS: Final = 1_000_000


class Window(NamedTuple):
    """How many attempts there were since it began (microseconds UTC)."""

    made: int
    began_at: int


async def count(tx: Tx, bucket: str, *, window_s: float, now: int) -> Window:
    """Count one attempt and return the current window with it."""
    over = attempts.c.window_started_at <= now - round(window_s * MICROSECONDS)
    statement = insert_into(tx, attempts).values(bucket=bucket, window_started_at=now, count=1)
    counted = statement.on_conflict_do_update(
        index_elements=["bucket"],
        set_={
            "count": case((over, 1), else_=attempts.c.count + 1),
            "window_started_at": case((over, now), else_=attempts.c.window_started_at),
        },
    ).returning(attempts.c.count, attempts.c.window_started_at)
    made, began_at = (await tx.execute(counted)).one()
    return Window(made, began_at)


async def peek(tx: Tx, bucket: str, *, window_s: float, now: int) -> Window:
    """Return the current window, counting none; one that begins now where there is none."""
    query = select(attempts.c.count, attempts.c.window_started_at).where(
        attempts.c.bucket == bucket,
        attempts.c.window_started_at > now - round(window_s * MICROSECONDS),
    )
    found = (await tx.execute(query)).one_or_none()
    return Window(0, now) if found is None else Window(*found)


async def take_back(tx: Tx, bucket: str) -> None:
    """Count one attempt less: it was none that is limited."""
    one_less = update(attempts).where(attempts.c.bucket == bucket, attempts.c.count > 0)
    await tx.execute(one_less.values(count=attempts.c.count - 1))


async def clear(tx: Tx, bucket: str) -> None:
    """Forget a bucket: the attempt succeeded."""
    await tx.execute(delete(attempts).where(attempts.c.bucket == bucket))


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` buckets whose window began before `instant`; return how many."""
    old = select(attempts.c.bucket).where(attempts.c.window_started_at < instant).limit(limit)
    return (await tx.execute(delete(attempts).where(attempts.c.bucket.in_(old)))).rowcount

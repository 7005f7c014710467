"""What somebody asks who lost what they prove themselves by, until it is used.

    asked --approved--> approved --used--> over
      |                    |
      `--refused, a day----'-------------> over

What was approved is used once: a conditional UPDATE says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete, insert, select, update
from sqlalchemy.sql import ColumnElement

from server.storage.keyed_rows import found
from server.storage.statements import Tx
from server.storage.tables import recoveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A row of `recoveries`; instants in microseconds UTC.

    Attributes:
        secret_hash: hex SHA-256 of what the browser that asked has.
        phrase_hash: keyed hash of the words that are read out.
        approved_by: account of the second person.
        is_known: it was asked in a browser that the account had signed in in before.
    """

    id: str
    account_id: str
    secret_hash: str = field(repr=False)
    phrase_hash: str = field(repr=False)
    asked_at: int
    expires_at: int
    approved_by: str | None = None
    approved_at: int | None = None
    refused_at: int | None = None
    used_at: int | None = None
    is_known: bool = False


async def add(tx: Tx, one: Recovery) -> None:
    """Insert what somebody asks."""
    await tx.execute(insert(recoveries).values(asdict(one)))


async def going_on(tx: Tx, account_ids: Collection[str], now: int) -> list[Recovery]:
    """Give what was asked for these accounts and is not over, the oldest first."""
    query = (
        select(recoveries)
        .where(recoveries.c.account_id.in_(sorted(account_ids)), *_going_on(now))
        .order_by(recoveries.c.asked_at, recoveries.c.id)
    )
    return [Recovery(**row) for row in await found(tx, query)]


async def approve(tx: Tx, recovery_id: str, by: str, now: int) -> bool:
    """Write who approves it; False if somebody did already, or it is over."""
    changed = await tx.execute(
        update(recoveries)
        .where(
            recoveries.c.id == recovery_id,
            recoveries.c.approved_at.is_(None),
            *_going_on(now),
        )
        .values(approved_by=by, approved_at=now)
    )
    return changed.rowcount == 1


async def refuse(tx: Tx, recovery_ids: Collection[str], now: int) -> int:
    """End some of what was asked; return how many were not over."""
    changed = await tx.execute(
        update(recoveries)
        .where(recoveries.c.id.in_(sorted(recovery_ids)), *_going_on(now))
        .values(refused_at=now)
    )
    return changed.rowcount


async def refuse_approved_by(tx: Tx, account_id: str, now: int) -> int:
    """End what somebody approved and nobody has used; return how many those were."""
    changed = await tx.execute(
        update(recoveries)
        .where(recoveries.c.approved_by == account_id, *_going_on(now))
        .values(refused_at=now)
    )
    return changed.rowcount


async def approved(tx: Tx, secret_hash: str, now: int) -> str | None:
    """Return whose recovery somebody may finish by this secret; None: nobody's."""
    query = select(recoveries.c.account_id).where(*_usable(secret_hash, now))
    found_id = (await tx.execute(query)).scalar_one_or_none()
    return None if found_id is None else str(found_id)


async def use(tx: Tx, secret_hash: str, now: int) -> bool:
    """Use what was approved, once; False if it was not, or is over."""
    changed = await tx.execute(
        update(recoveries).where(*_usable(secret_hash, now)).values(used_at=now)
    )
    return changed.rowcount == 1


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` that ended before `instant`; return how many."""
    old = select(recoveries.c.id).where(recoveries.c.expires_at < instant).limit(limit)
    gone = await tx.execute(delete(recoveries).where(recoveries.c.id.in_(old)))
    return gone.rowcount


def _going_on(now: int) -> tuple[ColumnElement[bool], ...]:
    return (
        recoveries.c.refused_at.is_(None),
        recoveries.c.used_at.is_(None),
        recoveries.c.expires_at > now,
    )


def _usable(secret_hash: str, now: int) -> tuple[ColumnElement[bool], ...]:
    return (
        recoveries.c.secret_hash == secret_hash,
        recoveries.c.approved_at.is_not(None),
        *_going_on(now),
    )

"""A lease says which process may write for a network; its epoch fences off the others.

    free or expired --acquire--> held (epoch + 1) --renew--> held
                                   |--release--> free
                                   `--somebody else acquires after it expired--> lost

The row is never deleted, so an epoch never comes back. Times are on the database's clock: the
clocks of the processes do not matter. The first statement of every transaction that relies on
a lease is one of two; each locks the row, so that a lease which is in force then cannot be
taken before the commit:

    fence   an UPDATE: of transactions that must come one after the other
    check   a shared lock: many at once, and beside a fence or a renewal

                       check    fence, renew    acquire      (PostgreSQL; SQLite has one
    check              at once  at once         waits         writer at a time anyway)
    fence, renew       at once  waits           waits

A process that is stopped inside a transaction (SIGSTOP, a frozen machine) keeps the row locked
for as long as the database lets a transaction be idle: `Limits.idle_s`. Then its session is
ended, and whoever waits to acquire gets on; what it was writing was never committed. Its own
renewal, or another transaction of its, may have waited for that very row: it must not get it
then, and keep it for as long again. So nobody waits as long as that for a lock
(`engines.WAIT_SHARE`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Select, Update, case, or_, select, update

from server.storage.errors import LeaseLost
from server.storage.statements import Tx, clock_us, insert_into
from server.storage.tables import leases

__all__ = [
    "Lease",
    "LeaseLost",
    "acquire",
    "check",
    "fence",
    "holder_of",
    "is_in_force",
    "release",
    "renew",
]
MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it was acquired.

    Attributes:
        name: what it is for.
        holder: the process that has it.
        epoch: grows with every acquisition.
        ttl_s: for how long it holds without being renewed.
    """

    name: str
    holder: str
    epoch: int
    ttl_s: float = field(default=0.0, compare=False)


async def acquire(
    tx: Tx, name: str, holder: str, ttl_s: float, *, patience_s: float = 0.0
) -> Lease | None:
    """Take a lease that is free, expired, or the holder's own already.

    The new epoch shuts out whoever held it before, the same holder's older tasks included. A
    holder that is the same for every start (an embedded database has one process) need not
    wait for its own expiry after a crash.

    Waits for the transactions that checked the lease and are not over. While it is somebody
    else's, nothing is locked: asking often disturbs nobody.

    Args:
        tx: the transaction.
        name: which lease.
        holder: who wants it.
        ttl_s: for how long it holds without being renewed.
        patience_s: an expired one is left to others for so long; a released one is not.

    Returns:
        The lease, or None while somebody else has it.
    """
    if await _is_kept_from(tx, name, holder, patience_s):
        return None
    # An UPDATE of these columns would not wait for a shared lock: this does.
    await tx.execute(select(leases.c.epoch).where(leases.c.name == name).with_for_update())
    until = clock_us() + round(ttl_s * MICROSECONDS)
    statement = insert_into(tx, leases).values(
        name=name, holder=holder, epoch=1, expires_at=until
    )
    taken = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "epoch": leases.c.epoch + 1, "expires_at": until},
        where=or_(leases.c.expires_at <= clock_us(), leases.c.holder == holder),
    ).returning(leases.c.epoch)
    epoch = (await tx.execute(taken)).scalar_one_or_none()
    return None if epoch is None else Lease(name, holder, int(epoch), ttl_s)


async def renew(tx: Tx, lease: Lease, ttl_s: float) -> None:
    """Hold the lease for `ttl_s` from now, if nobody took it (even if it has expired).

    Raises:
        LeaseLost: somebody else acquired it.
    """
    until = clock_us() + round(ttl_s * MICROSECONDS)
    await _touch(tx, lease, _of(lease).values(expires_at=until))


async def release(tx: Tx, lease: Lease) -> None:
    """Let others take it at once; does nothing if they already have."""
    await tx.execute(_of(lease).values(expires_at=0))


async def fence(tx: Tx, lease: Lease, *, renews: bool = False) -> None:
    """Go on only if the lease is still this one, and keep it so until the commit.

    Args:
        tx: the transaction.
        lease: as it was acquired.
        renews: the commit renews it too: while batch follows batch on a slow database, a
            renewal of its own does not get the row. A released one stays free.

    Raises:
        LeaseLost: somebody else acquired it; let the transaction roll back.
    """
    statement = _of(lease).values(epoch=leases.c.epoch)
    if renews:
        until = clock_us() + round(lease.ttl_s * MICROSECONDS)
        is_sooner = leases.c.expires_at.between(1, until)
        statement = statement.values(
            expires_at=case((is_sooner, until), else_=leases.c.expires_at)
        )
    await _touch(tx, lease, statement)


async def check(tx: Tx, lease: Lease) -> None:
    """Go on only if the lease is still this one, and keep it so until the commit.

    Any number of transactions may do so at once.

    Raises:
        LeaseLost: somebody else acquired it; let the transaction roll back.
    """
    held: Select[int] = select(leases.c.epoch).where(
        leases.c.name == lease.name, leases.c.epoch == lease.epoch
    )
    shared = held.with_for_update(read=True, key_share=True)
    if (await tx.execute(shared)).scalar_one_or_none() is None:
        raise LeaseLost(lease.name)


async def is_in_force(tx: Tx, lease: Lease) -> bool:
    """Tell whether nobody acquired the lease since, in what `tx` sees; nothing is locked."""
    held = select(leases.c.epoch).where(
        leases.c.name == lease.name, leases.c.epoch == lease.epoch
    )
    return (await tx.execute(held)).first() is not None


async def holder_of(tx: Tx, name: str) -> str | None:
    """Name the process whose lease is in force, or None."""
    query = select(leases.c.holder).where(
        leases.c.name == name, leases.c.expires_at > clock_us()
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def _is_kept_from(tx: Tx, name: str, holder: str, patience_s: float) -> bool:
    others = select(leases.c.name).where(
        leases.c.name == name,
        leases.c.expires_at > clock_us() - round(patience_s * MICROSECONDS),
        leases.c.holder != holder,
    )
    return (await tx.execute(others)).first() is not None


def _of(lease: Lease) -> Update:
    return update(leases).where(leases.c.name == lease.name, leases.c.epoch == lease.epoch)


async def _touch(tx: Tx, lease: Lease, statement: Update) -> None:
    if (await tx.execute(statement)).rowcount != 1:
        raise LeaseLost(lease.name)

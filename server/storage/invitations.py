"""Invitations: a link for one person, which becomes their account once.

What says that it was accepted once is a conditional UPDATE: of two acceptances at the same time
one wins.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from server.storage.directory import AccountAudience
from server.storage.keyed_rows import found, only
from server.storage.statements import Query, Tx
from server.storage.tables import invitations


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A row of `invitations`; instants in microseconds UTC.

    Attributes:
        audience: which pages; organization_id: of a network or a spa; role: what they will be.
        display_name: of the one person whom it names.
        profession: of a practitioner, as `npi` and `languages`; else None.
        secret_hash: hex SHA-256 of what the link carries.
        invited_by: who, as the audit log names people.
        account_id: whose it became.
    """

    id: str
    organization_id: str
    audience: AccountAudience
    role: str
    login: str
    display_name: str
    profession: str | None = None
    npi: str | None = None
    languages: str | None = None
    secret_hash: str = field(repr=False)
    invited_by: str
    created_at: int
    expires_at: int
    accepted_at: int | None = None
    withdrawn_at: int | None = None
    account_id: str | None = None

    def is_open(self, now: int) -> bool:
        """Tell whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


async def add(tx: Tx, one: Invitation) -> None:
    """Insert an invitation."""
    await tx.execute(insert(invitations).values(asdict(one)))


async def get(tx: Tx, invitation_id: str) -> Invitation:
    """Give an invitation, open or not, or raise RowMissing."""
    query = select(invitations).where(invitations.c.id == invitation_id)
    return Invitation(**await only(tx, query, "invitations", invitation_id))


async def find(tx: Tx, invitation_id: str) -> Invitation | None:
    """Give an invitation; None: there is none any more."""
    rows = await _all(tx, select(invitations).where(invitations.c.id == invitation_id))
    return rows[0] if rows else None


async def by_secret(tx: Tx, secret_hash: str) -> Invitation | None:
    """Give the invitation that a link stands for, open or not."""
    rows = await _all(tx, select(invitations).where(invitations.c.secret_hash == secret_hash))
    return rows[0] if rows else None


async def open_of(
    tx: Tx, organization_ids: Collection[str], now: int, limit: int
) -> list[Invitation]:
    """Give the open invitations of organizations, the newest first."""
    query = (
        select(invitations)
        .where(invitations.c.organization_id.in_(sorted(organization_ids)), *_open(now))
        .order_by(invitations.c.created_at.desc(), invitations.c.id)
        .limit(limit)
    )
    return await _all(tx, query)


async def count_open(tx: Tx, organization_id: str, now: int) -> int:
    """Return how many invitations of an organization are open."""
    query = select(func.count()).where(
        invitations.c.organization_id == organization_id, *_open(now)
    )
    return int((await tx.execute(query)).scalar_one())


async def is_promised(tx: Tx, audience: str, login: str, now: int) -> bool:
    """Tell whether an open invitation gives this login to somebody."""
    query = (
        select(invitations.c.id)
        .where(invitations.c.audience == audience, invitations.c.login == login, *_open(now))
        .limit(1)
    )
    return (await tx.execute(query)).scalar_one_or_none() is not None


async def accept(tx: Tx, invitation_id: str, account_id: str, now: int) -> bool:
    """Write whose account it became; False if it is not open any more."""
    return await _close(tx, invitation_id, now, {"accepted_at": now, "account_id": account_id})


async def withdraw(tx: Tx, invitation_id: str, now: int) -> bool:
    """Take an invitation back; False if it is not open any more."""
    return await _close(tx, invitation_id, now, {"withdrawn_at": now})


async def withdraw_of(tx: Tx, invited_by: str, now: int) -> int:
    """Take back all open invitations that somebody made; return how many."""
    changed = await tx.execute(
        update(invitations)
        .where(invitations.c.invited_by == invited_by, *_open(now))
        .values(withdrawn_at=now)
    )
    return changed.rowcount


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete up to `limit` invitations that ended before `instant`; return how many."""
    old = select(invitations.c.id).where(invitations.c.expires_at < instant).limit(limit)
    gone = await tx.execute(delete(invitations).where(invitations.c.id.in_(old)))
    return gone.rowcount


def _open(now: int) -> tuple[ColumnElement[bool], ...]:
    return (
        invitations.c.accepted_at.is_(None),
        invitations.c.withdrawn_at.is_(None),
        invitations.c.expires_at > now,
    )


async def _close(tx: Tx, invitation_id: str, now: int, values: dict[str, object]) -> bool:
    changed = await tx.execute(
        update(invitations).where(invitations.c.id == invitation_id, *_open(now)).values(values)
    )
    return changed.rowcount == 1


async def _all(tx: Tx, query: Query) -> list[Invitation]:
    return [Invitation(**row) for row in await found(tx, query)]

"""Where people sign in at their provider alone, and who may sign in without it in need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from server.storage.keyed_rows import found
from server.storage.statements import Tx, insert_into
from server.storage.tables import accounts, emergency_accounts, local_sign_ins, organizations


@dataclass(frozen=True, slots=True)
class EmergencyAccount:
    """An account for emergencies; instants in microseconds UTC.

    Attributes:
        signed_in_at: last time that it signed in without the provider, while others could not.
        seen_at: when compliance last saw that.
    """

    account_id: str
    organization_id: str
    login: str
    display_name: str
    active: bool
    signed_in_at: int | None
    seen_at: int | None


@dataclass(frozen=True, slots=True)
class Unseen:
    """Emergency accounts that signed in and compliance has not seen it."""

    count: int
    oldest_at: int
    newest_at: int


async def emergency_only(tx: Tx, organization_ids: Collection[str]) -> frozenset[str]:
    """Return in which of these organizations people sign in at their provider alone."""
    query = select(local_sign_ins.c.organization_id).where(
        local_sign_ins.c.organization_id.in_(sorted(organization_ids)),
        local_sign_ins.c.emergency_only.is_(True),
    )
    return frozenset((await tx.execute(query)).scalars())


async def say(tx: Tx, organization_id: str, *, only: bool, now: int, by: str) -> None:
    """Write whether people of an organization sign in at their provider alone."""
    said = {"emergency_only": only, "changed_at": now, "changed_by": by}
    statement = insert_into(tx, local_sign_ins).values(organization_id=organization_id, **said)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["organization_id"], set_=said)
    )


async def name(tx: Tx, account_id: str, *, now: int, by: str) -> None:
    """Let an account be one for emergencies."""
    statement = insert_into(tx, emergency_accounts).values(
        account_id=account_id, named_by=by, named_at=now
    )
    await tx.execute(statement.on_conflict_do_nothing())


async def unname(tx: Tx, account_id: str) -> None:
    """Let an account be one like others."""
    which = emergency_accounts.c.account_id == account_id
    await tx.execute(delete(emergency_accounts).where(which))


async def is_named(tx: Tx, account_id: str, *, lock: bool = False) -> bool:
    """Tell whether an account is one for emergencies; `lock` keeps it so until the commit."""
    query = select(emergency_accounts.c.account_id).where(
        emergency_accounts.c.account_id == account_id
    )
    if lock:
        query = query.with_for_update(read=True)
    return (await tx.execute(query)).scalar_one_or_none() is not None


async def named_in(tx: Tx, organization_ids: Collection[str]) -> list[EmergencyAccount]:
    """Give the emergency accounts of organizations, by login."""
    query = (
        select(
            accounts.c.id.label("account_id"),
            accounts.c.organization_id,
            accounts.c.login,
            accounts.c.display_name,
            accounts.c.active,
            emergency_accounts.c.signed_in_at,
            emergency_accounts.c.seen_at,
        )
        .join(accounts, accounts.c.id == emergency_accounts.c.account_id)
        .where(accounts.c.organization_id.in_(sorted(organization_ids)))
        .order_by(accounts.c.login, accounts.c.id)
    )
    return [EmergencyAccount(**row) for row in await found(tx, query)]


async def signed_in(tx: Tx, account_id: str, now: int) -> None:
    """Note that an emergency account signed in."""
    which = emergency_accounts.c.account_id == account_id
    await tx.execute(update(emergency_accounts).where(which).values(signed_in_at=now))


async def is_unseen(tx: Tx, account_id: str) -> bool:
    """Tell whether an account signed in in an emergency and compliance has not seen it."""
    query = select(emergency_accounts.c.account_id).where(
        emergency_accounts.c.account_id == account_id, _is_unseen()
    )
    return (await tx.execute(query)).scalar_one_or_none() is not None


async def seen(
    tx: Tx, organization_ids: Collection[str], now: int, *, but: str | None = None
) -> int:
    """Note that compliance saw who signed in; return how many accounts that is news about.

    Args:
        tx: writes it.
        organization_ids: whose accounts.
        now: microseconds UTC.
        but: an account that is left as it is.
    """
    theirs = select(accounts.c.id).where(
        accounts.c.organization_id.in_(sorted(organization_ids))
    )
    changed = await tx.execute(
        update(emergency_accounts)
        .where(
            emergency_accounts.c.account_id.in_(theirs),
            emergency_accounts.c.account_id != (but or ""),
            _is_unseen(),
        )
        .values(seen_at=now)
    )
    return changed.rowcount


async def unseen(tx: Tx) -> Mapping[str, Unseen]:
    """Count the sign-ins that compliance has not seen, by network."""
    network = func.coalesce(organizations.c.network_id, organizations.c.id)
    at = emergency_accounts.c.signed_in_at
    query = (
        select(network, func.count(), func.min(at), func.max(at))
        .select_from(emergency_accounts)
        .join(accounts, accounts.c.id == emergency_accounts.c.account_id)
        .join(organizations, organizations.c.id == accounts.c.organization_id)
        .where(_is_unseen())
        .group_by(network)
    )
    return {
        one: Unseen(count, oldest, newest)
        for one, count, oldest, newest in await tx.execute(query)
    }


def _is_unseen() -> ColumnElement[bool]:
    at, seen_at = emergency_accounts.c.signed_in_at, emergency_accounts.c.seen_at
    return at.is_not(None) & or_(seen_at.is_(None), seen_at < at)

"""A spa's own software: its keys, the assertions that served, and the tokens that it got.

A token opens something while its account is not revoked and the key that it was got by is not
removed: both are looked at each time, so either ends it at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update

from server.storage.errors import RowMissing
from server.storage.keyed_rows import found, only, set_row
from server.storage.statements import Tx, insert_into
from server.storage.tables import (
    organizations,
    service_accounts,
    service_assertions,
    service_keys,
    service_tokens,
)

STANDING: Final = (service_keys.c.removed_at.is_(None), service_accounts.c.revoked_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """Software of a spa; instants in microseconds UTC.

    Attributes:
        scopes: what it may do, between spaces.
        created_by: who registered it, as the audit log names people.
        signed_in_at: when it last got a token.
    """

    id: str
    spa_id: str
    label: str
    scopes: str
    created_by: str
    created_at: int
    signed_in_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKey:
    """A public key of an account.

    Attributes:
        kid: as the software calls it.
        public_key: SubjectPublicKeyInfo, DER.
        removed_at: nothing that it signs counts since then.
    """

    id: str
    service_account_id: str
    kid: str
    public_key: bytes = field(repr=False)
    created_at: int
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token that works opens: for whom, and which scopes between spaces."""

    service_account_id: str
    spa_id: str
    scopes: str


# ------------------------------------------------------------------ accounts


async def hold_spa(tx: Tx, spa_id: str) -> None:
    """Keep a spa for oneself until the commit: how much software it has is about to change."""
    query = select(organizations.c.id).where(organizations.c.id == spa_id).with_for_update()
    await tx.execute(query)


async def add(tx: Tx, one: ServiceAccount) -> None:
    """Insert an account."""
    await tx.execute(insert(service_accounts).values(asdict(one)))


async def get(tx: Tx, account_id: str, *, lock: bool = False) -> ServiceAccount:
    """Return an account. Raises RowMissing.

    Args:
        tx: where; writes, for a lock.
        account_id: whose.
        lock: it stays as it is, and nobody else changes its keys, until the commit.
    """
    query = select(service_accounts).where(service_accounts.c.id == account_id)
    if lock:
        query = query.with_for_update()
    return ServiceAccount(**await only(tx, query, "service_accounts", account_id))


async def find(tx: Tx, account_id: str) -> ServiceAccount | None:
    """Return an account, revoked or not; None: there is none."""
    query = select(service_accounts).where(service_accounts.c.id == account_id)
    rows = await found(tx, query)
    return ServiceAccount(**rows[0]) if rows else None


async def owner_of(tx: Tx, account_id: str) -> str:
    """Return whose software it is. Raises RowMissing."""
    return (await get(tx, account_id)).spa_id


async def of_spa(tx: Tx, spa_id: str) -> list[ServiceAccount]:
    """List the software of a spa, the newest first, revoked ones included."""
    query = (
        select(service_accounts)
        .where(service_accounts.c.spa_id == spa_id)
        .order_by(service_accounts.c.created_at.desc(), service_accounts.c.id)
    )
    return [ServiceAccount(**row) for row in await found(tx, query)]


async def count(tx: Tx, spa_id: str) -> tuple[int, int]:
    """Return how many accounts a spa has, and how many of them are not revoked."""
    query = select(
        func.count(), func.count().filter(service_accounts.c.revoked_at.is_(None))
    ).where(service_accounts.c.spa_id == spa_id)
    every, live = (await tx.execute(query)).one()
    return int(every), int(live)


async def revoke(tx: Tx, account_id: str, now: int) -> None:
    """End an account, its tokens with it. Raises RowMissing."""
    await set_row(tx, service_accounts, account_id, {"revoked_at": now})


async def signed_in(tx: Tx, account_id: str, now: int) -> None:
    """Write down that software got a token. Raises RowMissing."""
    await set_row(tx, service_accounts, account_id, {"signed_in_at": now})


# ------------------------------------------------------------------ keys


async def add_key(tx: Tx, one: ServiceKey) -> None:
    """Insert a key; the caller has made sure that the account has none of this name."""
    await tx.execute(insert(service_keys).values(asdict(one)))


async def keys_of(tx: Tx, account_id: str) -> list[ServiceKey]:
    """List the keys of an account, the newest first, removed ones included."""
    return await _keys(tx, service_keys.c.service_account_id == account_id)


async def keys_of_spa(tx: Tx, spa_id: str) -> list[ServiceKey]:
    """List the keys of all software of a spa, the newest first, removed ones included."""
    theirs = select(service_accounts.c.id).where(service_accounts.c.spa_id == spa_id)
    return await _keys(tx, service_keys.c.service_account_id.in_(theirs))


async def _keys(tx: Tx, which: ColumnElement[bool]) -> list[ServiceKey]:
    query = (
        select(service_keys)
        .where(which)
        .order_by(service_keys.c.created_at.desc(), service_keys.c.id)
    )
    return [ServiceKey(**row) for row in await found(tx, query)]


async def live_key(tx: Tx, account_id: str, kid: str) -> ServiceKey | None:
    """Find a key that counts, of an account that does."""
    query = (
        select(service_keys)
        .join(service_accounts, service_accounts.c.id == service_keys.c.service_account_id)
        .where(
            service_keys.c.service_account_id == account_id,
            service_keys.c.kid == kid,
            *STANDING,
        )
    )
    rows = await found(tx, query)
    return ServiceKey(**rows[0]) if rows else None


async def remove_key(tx: Tx, account_id: str, key_id: str, now: int) -> None:
    """Let a key count no more, nor the tokens that were got by it.

    Raises:
        RowMissing: the account has no such key, or not any more.
    """
    changed = await tx.execute(
        update(service_keys)
        .where(
            service_keys.c.id == key_id,
            service_keys.c.service_account_id == account_id,
            service_keys.c.removed_at.is_(None),
        )
        .values(removed_at=now)
    )
    if changed.rowcount != 1:
        raise RowMissing("service_keys", key_id)


# ------------------------------------------------------------------ assertions and tokens


async def serve_once(tx: Tx, account_id: str, jti_hash: str, expires_at: int) -> bool:
    """Let an assertion serve; False if it did before."""
    statement = insert_into(tx, service_assertions).values(
        service_account_id=account_id, jti_hash=jti_hash, expires_at=expires_at
    )
    first = statement.on_conflict_do_nothing().returning(service_assertions.c.jti_hash)
    return (await tx.execute(first)).one_or_none() is not None


async def add_token(
    tx: Tx, secret_hash: str, *, key_id: str, scopes: str, now: int, expires_at: int
) -> None:
    """Insert a token."""
    await tx.execute(
        insert(service_tokens).values(
            secret_hash=secret_hash,
            service_key_id=key_id,
            scopes=scopes,
            created_at=now,
            expires_at=expires_at,
        )
    )


async def opened_by(tx: Tx, secret_hash: str, now: int) -> Opened | None:
    """Find what a token opens; None if it opens nothing, or nothing any more."""
    query = (
        select(service_accounts.c.id, service_accounts.c.spa_id, service_tokens.c.scopes)
        .select_from(service_tokens)
        .join(service_keys, service_keys.c.id == service_tokens.c.service_key_id)
        .join(service_accounts, service_accounts.c.id == service_keys.c.service_account_id)
        .where(
            service_tokens.c.secret_hash == secret_hash,
            service_tokens.c.expires_at > now,
            *STANDING,
        )
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else Opened(*row)


async def forget_before(tx: Tx, instant: int, limit: int) -> None:
    """Delete up to `limit` tokens, and as many assertions, that ended before `instant`."""
    for table in (service_tokens, service_assertions):
        keys = tuple(table.primary_key)
        old = select(*keys).where(table.c.expires_at < instant).limit(limit)
        await tx.execute(delete(table).where(tuple_(*keys).in_(old)))

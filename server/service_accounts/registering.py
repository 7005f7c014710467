"""A spa's manager and its software: register, add a key, remove one, revoke.

Each is one transaction of the caller's. An account and its keys are kept when they are ended:
what software did stays in charts and in the audit log under its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.access.scopes import SCOPES
from server.errors import NotFound
from server.service_accounts import public_keys
from server.service_accounts.refusals import (
    KeyKnown,
    KeysFull,
    SoftwareFull,
    SoftwareRevoked,
)
from server.services import Core
from server.storage import service_accounts as stored
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.storage.service_accounts import ServiceAccount, ServiceKey

ID_BYTES: Final = 16
SOFTWARE_MAX: Final = 20
KEPT_MAX: Final = 200  # revoked ones included
KEYS_MAX: Final = 5
KEYS_KEPT_MAX: Final = 50  # removed ones included


async def register(
    tx: Tx,
    core: Core,
    spa_id: str,
    *,
    label: str,
    scopes: Sequence[str],
    jwk: str,
    by: str,
) -> str:
    """Register software with its first key; return the id that it signs in by.

    Args:
        tx: writes.
        core: randomness and the time.
        spa_id: whose.
        label: which software, for people.
        scopes: some of `SCOPES`.
        jwk: its public key, as text.
        by: who registers it, as the audit log names people.

    Raises:
        KeyRefused, KeyPrivate: see `public_keys.read`.
        SoftwareFull: there is as much as there may be.
    """
    key = public_keys.read(jwk)
    await stored.hold_spa(tx, spa_id)
    every, live = await stored.count(tx, spa_id)
    if live >= SOFTWARE_MAX or every >= KEPT_MAX:
        raise SoftwareFull
    one = ServiceAccount(
        id=core.random_bytes(ID_BYTES).hex(),
        spa_id=spa_id,
        label=label,
        scopes=" ".join(scope for scope in SCOPES if scope in scopes),
        created_by=by,
        created_at=core.clock.now(),
    )
    await stored.add(tx, one)
    await _add(tx, core, one.id, key)
    return one.id


async def add_key(tx: Tx, core: Core, account_id: str, jwk: str) -> None:
    """Let software sign in by another key, too.

    Raises:
        KeyRefused, KeyPrivate: see `public_keys.read`.
        KeyKnown: it has, or had, a key of that name.
        KeysFull: it has as many as it may have.
        SoftwareRevoked: it signs in by nothing any more.
    """
    key = public_keys.read(jwk)
    await _living(tx, account_id)
    every = await stored.keys_of(tx, account_id)
    if any(one.kid == key.kid or one.public_key == key.spki for one in every):
        raise KeyKnown
    live = [one for one in every if one.removed_at is None]
    if len(live) >= KEYS_MAX or len(every) >= KEYS_KEPT_MAX:
        raise KeysFull
    await _add(tx, core, account_id, key)


async def remove_key(tx: Tx, core: Core, account_id: str, key_id: str) -> None:
    """Let a key count no more, and no token that was got by it.

    Raises:
        NotFound: there is no such key, or not any more.
    """
    await stored.get(tx, account_id, lock=True)
    try:
        await stored.remove_key(tx, account_id, key_id, core.clock.now())
    except RowMissing:
        raise NotFound from None


async def revoke(tx: Tx, core: Core, account_id: str) -> None:
    """End software for good: its keys and tokens open nothing from now on.

    Raises:
        SoftwareRevoked: it was, before.
    """
    await _living(tx, account_id)
    await stored.revoke(tx, account_id, core.clock.now())


async def _living(tx: Tx, account_id: str) -> ServiceAccount:
    one = await stored.get(tx, account_id, lock=True)
    if one.revoked_at is not None:
        raise SoftwareRevoked
    return one


async def _add(tx: Tx, core: Core, account_id: str, key: public_keys.ReadKey) -> None:
    row = ServiceKey(
        id=core.random_bytes(ID_BYTES).hex(),
        service_account_id=account_id,
        kid=key.kid,
        public_key=key.spki,
        created_at=core.clock.now(),
    )
    await stored.add_key(tx, row)

"""Passkeys of accounts: the public half of a key that a device or a key ring of theirs keeps.

Who changes what an account proves itself by holds its row (`storage.proofs.hold`); whoever
relies on a passkey holds that passkey's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sqlalchemy import delete, func, select, update

from server.storage.keyed_rows import Row, found
from server.storage.statements import Tx, insert_into
from server.storage.tables import passkeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A row of `passkeys`; instants in microseconds UTC.

    Attributes:
        id: hex SHA-256 of the credential id: no two accounts have the same one.
        credential_id: what authenticators know it by.
        public_key: a COSE_Key (RFC 9052).
        sign_count: of its last use, 0 where its authenticator does not count.
        transports: how a browser reaches it, as it said itself.
        backed_up: it is kept by more than one device.
    """

    id: str
    account_id: str
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: tuple[str, ...]
    backed_up: bool
    label: str
    created_at: int
    last_used_at: int | None = None


async def add(tx: Tx, one: Passkey) -> bool:
    """Insert a passkey; False if there is one of this id, whosever."""
    row = {**asdict(one), "transports": " ".join(one.transports)}
    statement = insert_into(tx, passkeys).values(row)
    added = statement.on_conflict_do_nothing(index_elements=["id"]).returning(passkeys.c.id)
    return (await tx.execute(added)).scalar_one_or_none() is not None


async def find(tx: Tx, passkey_id: str, *, lock: bool = False) -> Passkey | None:
    """Give a passkey, or None; `lock` keeps it for oneself until the commit."""
    query = select(passkeys).where(passkeys.c.id == passkey_id)
    rows = await found(tx, query.with_for_update() if lock else query)
    return _passkey(rows[0]) if rows else None


async def of_account(tx: Tx, account_id: str) -> list[Passkey]:
    """Give an account's passkeys, the oldest first."""
    query = (
        select(passkeys)
        .where(passkeys.c.account_id == account_id)
        .order_by(passkeys.c.created_at, passkeys.c.id)
    )
    return [_passkey(row) for row in await found(tx, query)]


async def count(tx: Tx, account_id: str) -> int:
    """Return how many passkeys an account has."""
    query = select(func.count()).where(passkeys.c.account_id == account_id)
    return int((await tx.execute(query)).scalar_one())


async def used(tx: Tx, passkey_id: str, *, sign_count: int, backed_up: bool, now: int) -> None:
    """Note the use of a passkey that was locked when it was looked at."""
    await tx.execute(
        update(passkeys)
        .where(passkeys.c.id == passkey_id)
        .values(sign_count=sign_count, backed_up=backed_up, last_used_at=now)
    )


async def relabel(tx: Tx, account_id: str, passkey_id: str, label: str) -> bool:
    """Call a passkey something else; False if the account has none by this id."""
    changed = await tx.execute(
        update(passkeys)
        .where(passkeys.c.id == passkey_id, passkeys.c.account_id == account_id)
        .values(label=label)
    )
    return changed.rowcount == 1


async def remove(tx: Tx, account_id: str, passkey_id: str) -> bool:
    """Forget a passkey; False if the account has none by this id."""
    gone = await tx.execute(
        delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.account_id == account_id)
    )
    return gone.rowcount == 1


async def remove_all(tx: Tx, account_id: str) -> int:
    """Forget all passkeys of an account; return how many there were."""
    gone = await tx.execute(delete(passkeys).where(passkeys.c.account_id == account_id))
    return gone.rowcount


def _passkey(row: Row) -> Passkey:
    return Passkey(**{**row, "transports": tuple(str(row["transports"]).split())})

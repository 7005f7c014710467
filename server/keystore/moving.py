"""From the table `wrapped_keys`, in which older versions kept keys, to the keystore.

    copied      every row, in commits of the keystore of 1,000 rows each
    verified    read again, and compared byte for byte
    dropped     overwritten and taken out of the database

One process does it, from beginning to end. Killed at any point, the
next start does it again: a row that is there already is the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import RowMapping, text

from server.keystore.key import WrappedKey
from server.keystore.store import KeyStore
from server.storage.errors import UpgradeFailed
from server.storage.statements import Tx
from server.storage.transactions import Transactions

THERE: Final = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'wrapped_keys'",
    # to_regclass() may answer from a cache that has not heard of another process's DROP.
    "postgresql": "SELECT 1 FROM pg_tables WHERE tablename = 'wrapped_keys'"
    " AND schemaname = ANY(current_schemas(false))",
}
BATCH: Final = 1_000
_ADVISORY_LOCK: Final = 0x6D6F76656B657973  # "movekeys"


def no_step(_: str) -> None:
    """Let a step pass: tests stop here instead."""


async def take_over(
    database: Transactions, keystore: KeyStore, step: Callable[[str], None] = no_step
) -> int:
    """Move what an older version left, and return how many keys that were.

    Args:
        database: opened, at the version of this program.
        keystore: where keys go.
        step: told of every step before it is taken (tests).

    Raises:
        UpgradeFailed: the keystore has another key of the same purpose and subject, or a row
            does not hang under any organization.
        StorageError: either database refused; nothing was dropped.
    """
    async with database.read() as tx:
        if not await _is_there(tx):
            return 0
    async with database.write() as tx:
        if tx.dialect.name == "postgresql":
            await tx.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
            )
        if not await _is_there(tx):
            return 0
        rows = (await tx.execute(text("SELECT * FROM wrapped_keys"))).mappings().all()
        moving = _hung(rows)
        step("copy")
        for start in range(0, len(moving), BATCH):
            await keystore.adopt(moving[start : start + BATCH])
        step("verify")
        await _verify(keystore, moving)
        step("drop")
        if tx.dialect.name == "sqlite":
            await tx.execute(text("PRAGMA secure_delete = ON"))
        await tx.execute(text("DROP TABLE wrapped_keys"))
        step("commit")
    await database.truncate_journal()
    return len(moving)


async def _is_there(tx: Tx) -> bool:
    found = await tx.execute(text(THERE[tx.dialect.name]))
    return found.scalar_one_or_none() is not None


def _hung(rows: Sequence[RowMapping]) -> list[WrappedKey]:
    tenants = {row["id"]: row["subject"] for row in rows if row["purpose"] == "tenant"}
    moving = []
    for row in rows:
        own = row["subject"] if row["purpose"] == "tenant" else None
        tenant = own or tenants.get(row["parent"])
        if tenant is None:
            raise UpgradeFailed(f"the {row['purpose']} key {row['id']} hangs under nothing")
        values = dict(row)
        moving.append(WrappedKey(key_id=values.pop("id"), tenant=tenant, **values))
    return moving


async def _verify(keystore: KeyStore, moving: Sequence[WrappedKey]) -> None:
    for start in range(0, len(moving), BATCH):
        batch = moving[start : start + BATCH]
        stored = {
            one.key_id: one for one in await keystore.with_ids([it.key_id for it in batch])
        }
        for one in batch:
            if not _same(one, stored.get(one.key_id)):
                raise UpgradeFailed(
                    f"the keystore has another {one.purpose} key for {one.subject}:"
                    " it belongs to another database"
                )


def _same(old: WrappedKey, new: WrappedKey | None) -> bool:
    """Tell whether a key arrived; one that was there may be destroyed or wrapped anew."""
    if new is None or (old.purpose, old.subject, old.tenant) != (
        new.purpose,
        new.subject,
        new.tenant,
    ):
        return False
    changed = not new.sealed_key or old.parent != new.parent
    return changed or (old.sealed_key, old.public_key) == (new.sealed_key, new.public_key)

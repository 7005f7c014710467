"""Looking at a keystore: how many keys of which kind there are, and whether each one opens.

No key and no subject leaves here but those of organizations: subjects are random identifiers,
yet a list of them is nobody's business.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from server.keystore.keeping import KeyTree, opened_by
from server.keystore.key import ROOT, WrappedKey
from server.keystore.store import KeyStore, ParentRetired, wrapped
from server.keystore.tables import keys
from server.storage.errors import KeyringError

BATCH: Final = 1_000
FAULTS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Above:
    """A root key, or a version of an organization's key; instants in microseconds UTC.

    Attributes:
        purpose: `root` or `tenant`.
        subject: the organization.
        version: from 1.
        key_id: its identifier.
        below: how many keys it wraps.
        created_at: when it was made.
        retired_at: since when it wraps nothing.
    """

    purpose: str
    subject: str
    version: int
    key_id: str
    below: int
    created_at: int
    retired_at: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What opening every key has shown.

    Attributes:
        opened: how many opened.
        shredded: how many were destroyed on purpose.
        faults: what does not open, at most `FAULTS_MAX` of them.
        failed: how many do not open.
    """

    opened: int
    shredded: int
    faults: tuple[str, ...]
    failed: int


async def above(store: KeyStore) -> list[Above]:
    """List the root keys and the keys of organizations."""
    counted = (
        select(keys.c.parent, func.count().label("below"))
        .where(keys.c.sealed_key != b"")
        .group_by(keys.c.parent)
        .subquery()
    )
    query = (
        select(keys, func.coalesce(counted.c.below, 0).label("below"))
        .select_from(keys.outerjoin(counted, counted.c.parent == keys.c.id))
        .where(keys.c.purpose.in_(["root", "tenant"]))
        .order_by(keys.c.purpose, keys.c.subject, keys.c.version)
    )
    async with store.read() as tx:
        return [
            Above(
                row["purpose"],
                row["subject"],
                row["version"],
                row["id"],
                row["below"],
                row["created_at"],
                row["retired_at"],
            )
            for row in (await tx.execute(query)).mappings()
        ]


async def check(store: KeyStore, tree: KeyTree) -> Checked:
    """Open every key of a keystore, one after the other, however many there are."""
    opened = shredded = failed = 0
    faults: list[str] = []
    async for one in _every(store):
        if not one.sealed_key or (one.purpose == ROOT and one.retired_at is not None):
            shredded += one.shredded_at is not None
            continue
        try:
            if one.purpose == ROOT:
                await opened_by(tree.roots.named(one.key_id), one)
            else:
                await _open(store, tree, one)
        except KeyringError as error:
            failed += 1
            faults.append(f"{one.key_id}: {error}")
        else:
            opened += 1
    return Checked(opened, shredded, tuple(faults[:FAULTS_MAX]), failed)


async def _open(store: KeyStore, tree: KeyTree, one: WrappedKey) -> None:
    """Open a key, and once more as it is by now if it was wrapped anew since it was listed.

    Raises:
        KeyringError: it does not open.
    """
    try:
        await tree.opened(store, one, one.tenant)
    except ParentRetired:
        # Rare enough to be looked for as everybody does, who finds what there is by now.
        await tree.stored(store, one.purpose, [one.subject], one.tenant)


async def _every(store: KeyStore) -> AsyncIterator[WrappedKey]:
    last = ""
    while True:
        query = select(keys).where(keys.c.id > last).order_by(keys.c.id).limit(BATCH)
        async with store.read() as tx:
            found = [wrapped(row) for row in (await tx.execute(query)).mappings()]
        for one in found:
            yield one
        if len(found) < BATCH:
            return
        last = found[-1].key_id

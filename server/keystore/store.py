"""The store of wrapped keys: what may be asked of it, and how a key is added.

A key is committed here before anything that is sealed with it is committed elsewhere. Whoever
asked for it and rolls back leaves a key that nothing was sealed with, which harms nobody.
Transactions here are short and wait for no other database, so they can be begun in the middle
of one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.exc import DBAPIError

from server.keystore import opening, rewriting
from server.keystore.key import ROOT, Purpose, WrappedKey
from server.keystore.tables import keys, state
from server.storage.engines import Engines, describe
from server.storage.errors import KeyMissing, ReadFailed
from server.storage.faults import NO_FAULTS, Faults
from server.storage.statements import Query, Tx, Values, clock_us, insert_into
from server.storage.transactions import Transactions

VERSIONED: Final = frozenset({"root", "tenant"})
SUBJECTS_MAX: Final = 500


class ParentRetired(Exception):
    """The key above was replaced meanwhile: wrap with the new one and try again."""


class KeyStore:
    """A keystore that opens when it is first asked. Ended by `close`.

    Args:
        url: `sqlite:///path` or `postgresql://...`.
        faults: which commits are made to fail (tests).
    """

    def __init__(self, url: str, *, faults: Faults = NO_FAULTS) -> None:
        self.url = url
        self._faults = faults
        self._opened: tuple[Engines, Transactions] | None = None
        self._opening = asyncio.Lock()

    @classmethod
    def beside(cls, database_url: str, keystore_url: str | None = None) -> KeyStore:
        """Give the keystore of a database.

        Raises:
            DatabaseUrlRefused: neither a SQLite file nor PostgreSQL.
        """
        return cls(keystore_url or opening.beside(database_url))

    async def close(self) -> None:
        """Close every connection."""
        if self._opened is not None:
            await self._opened[0].dispose()
            self._opened = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Begin a transaction that sees one snapshot (`Transactions.read`)."""
        async with (await self._transactions()).read() as tx:
            yield tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """Begin a transaction that commits when the block ends (`Transactions.write`)."""
        async with (await self._transactions()).write() as tx:
            yield tx

    async def find(self, purpose: Purpose, subjects: Sequence[str]) -> list[WrappedKey]:
        """Give the keys of subjects, of each the newest version; of many, in several steps."""
        found: dict[str, WrappedKey] = {}
        if not subjects:
            return []
        async with self.read() as tx:
            for start in range(0, len(subjects), SUBJECTS_MAX):
                some = subjects[start : start + SUBJECTS_MAX]
                query = select(keys).where(keys.c.purpose == purpose, keys.c.subject.in_(some))
                for one in await _listed(tx, query.order_by(keys.c.version)):
                    found[one.subject] = one
        return list(found.values())

    async def with_ids(self, key_ids: Sequence[str]) -> list[WrappedKey]:
        """Give keys by their identifiers, whichever versions."""
        async with self.read() as tx:
            return await _listed(tx, select(keys).where(keys.c.id.in_(key_ids)))

    async def by_id(self, key_id: str) -> WrappedKey | None:
        """Give one key, whichever version."""
        found = await self.with_ids([key_id])
        return found[0] if found else None

    async def all_of(self, purpose: Purpose, prefix: str = "") -> list[WrappedKey]:
        """Give every key of a purpose whose subject begins so, oldest first."""
        query = select(keys).where(
            keys.c.purpose == purpose, keys.c.subject.startswith(prefix, autoescape=True)
        )
        async with self.read() as tx:
            return await _listed(tx, query.order_by(keys.c.created_at, keys.c.id))

    async def any_tenant(self) -> WrappedKey | None:
        """Give some organization's key that is in use, if there is one."""
        query = select(keys).where(
            keys.c.purpose == "tenant",
            keys.c.retired_at.is_(None),
            keys.c.shredded_at.is_(None),
        )
        async with self.read() as tx:
            found = await _listed(tx, query.limit(1))
        return found[0] if found else None

    async def add(self, made: Sequence[WrappedKey]) -> list[WrappedKey]:
        """Store new keys that hang under one parent; return what is stored of each by now.

        A key that another process stored first is the one; what was made here is forgotten.

        Raises:
            ParentRetired: the parent was replaced; nothing was stored.
            CommitFailed: nothing was stored.
        """
        async with self.write() as tx:
            for parent in {one.parent for one in made if one.purpose != ROOT}:
                await hold_parent(tx, parent)
            return [await _insert(tx, one) for one in made]

    async def generation(self) -> int:
        """Give a number that grows when keys that are remembered elsewhere are stale."""
        async with self.read() as tx:
            return int((await tx.execute(select(state.c.generation))).scalar_one())

    async def adopt(self, moved: Sequence[WrappedKey]) -> None:
        """Store keys as they are, under whichever parents; those that are there stay."""
        async with self.write() as tx:
            for one in moved:
                await tx.execute(
                    insert_into(tx, keys).values(values_of(one)).on_conflict_do_nothing()
                )

    async def checkpoint(self) -> None:
        """Take what was overwritten out of SQLite's journal too, as far as readers allow."""
        await (await self._transactions()).truncate_journal()

    async def rewrite(self) -> bool:
        """Take what was overwritten out of PostgreSQL's files too (`keystore.rewriting`).

        Returns:
            False: the bytes of destroyed keys may be in them still.
        """
        return await rewriting.rewritten((await self._parts())[0])

    async def _transactions(self) -> Transactions:
        return (await self._parts())[1]

    async def _parts(self) -> tuple[Engines, Transactions]:
        if self._opened is None:
            async with self._opening:
                if self._opened is None:
                    self._opened = await self._open()
        return self._opened

    async def _open(self) -> tuple[Engines, Transactions]:
        engines = opening.engines_of(self.url)
        failure: ReadFailed | None = None
        try:
            await opening.prepare(engines)
        except DBAPIError as error:
            await engines.dispose()
            failure = ReadFailed(f"the keystore cannot be opened: {describe(error)}")
        except BaseException:
            await engines.dispose()
            raise
        if failure is not None:
            raise failure from None
        return engines, Transactions(engines, self._faults, opening.LIMITS)


async def hold_parent(tx: Tx, parent: str) -> None:
    """Hold a key so that it cannot be retired before this transaction ends.

    Raises:
        ParentRetired: it is, or was never there.
    """
    query = select(keys.c.id).where(keys.c.id == parent, keys.c.retired_at.is_(None))
    if (await tx.execute(query.with_for_update(read=True))).one_or_none() is None:
        raise ParentRetired(parent)


async def grow_generation(tx: Tx) -> None:
    """Tell everybody that what they remember of keys is stale."""
    await tx.execute(update(state).values(generation=state.c.generation + 1))


async def newest(tx: Tx, purpose: Purpose, subject: str) -> WrappedKey | None:
    """Give the newest version of a key."""
    query = select(keys).where(keys.c.purpose == purpose, keys.c.subject == subject)
    found = await _listed(tx, query.order_by(keys.c.version.desc()).limit(1))
    return found[0] if found else None


async def count_of(tx: Tx, *parents: str) -> int:
    """Count the keys that are wrapped with any of these parents and not destroyed."""
    query = select(func.count()).where(keys.c.parent.in_(parents), keys.c.sealed_key != b"")
    return int((await tx.execute(query)).scalar_one())


def values_of(one: WrappedKey) -> Values:
    """Give a key as columns; `created_at` 0 stands for now, by the keystore's clock."""
    return {
        "id": one.key_id,
        "purpose": one.purpose,
        "subject": one.subject,
        "version": one.version,
        "tenant": one.tenant,
        "parent": one.parent,
        "sealed_key": one.sealed_key,
        "public_key": one.public_key,
        "created_at": one.created_at or clock_us(),
        "retired_at": one.retired_at,
        "shredded_at": one.shredded_at,
    }


async def _insert(tx: Tx, one: WrappedKey) -> WrappedKey:
    written = await tx.execute(
        insert_into(tx, keys)
        .values(values_of(one))
        # By whichever of its names it is there: a root's id is made of the root itself.
        .on_conflict_do_nothing()
        .returning(keys.c.id)
    )
    if written.one_or_none() is not None:
        return one
    stored = await newest(tx, one.purpose, one.subject)
    if stored is None:
        raise KeyMissing(f"the {one.purpose} key for {one.subject} came and went")
    return stored


async def _listed(tx: Tx, query: Query) -> list[WrappedKey]:
    return [wrapped(row) for row in (await tx.execute(query)).mappings()]


def wrapped(row: RowMapping) -> WrappedKey:
    """Give a row as a key."""
    values = dict(row)
    return WrappedKey(key_id=values.pop("id"), **values)

"""The database: opened at the version that this program needs, with its keys beside it.

How transactions begin and end: `server.storage.transactions`.
"""

from __future__ import annotations

from server.keystore.moving import take_over
from server.keystore.store import KeyStore
from server.storage.engines import Engines, Limits, build, parse_url
from server.storage.errors import ReadFailed, SchemaMismatch, SchemaUnread
from server.storage.faults import NO_FAULTS, Faults
from server.storage.folder_lock import FolderLock
from server.storage.revisions import COMMENT, VERSION, latest_revision, leaves_in_peace
from server.storage.schema import lock_file
from server.storage.statements import Tx
from server.storage.transactions import Transactions

__all__ = ["Database", "Limits", "Tx"]


class Database(Transactions):
    """An open database. Made by `Database.open`, ended by `close`."""

    def __init__(
        self,
        engines: Engines,
        faults: Faults,
        limits: Limits,
        lock: FolderLock | None,
        keystore: KeyStore,
    ) -> None:
        super().__init__(engines, faults, limits, keystore)
        self._lock = lock
        self.keystore = keystore

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        faults: Faults = NO_FAULTS,
        limits: Limits | None = None,
        exclusive: bool = True,
        keystore_url: str | None = None,
        exact: bool = False,
    ) -> Database:
        """Open a database that `server.storage.schema.upgrade` has brought up to date.

        Keys that an older version kept in the database itself are moved to the keystore first.

        Args:
            url: `sqlite:///path` or `postgresql://...`; a driver name is not needed.
            faults: which commits are made to fail (tests).
            limits: bounds on connections and waiting.
            exclusive: take the data folder's lock (SQLite). A command-line tool that writes
                beside a running server passes False.
            keystore_url: where the keys are; None: beside the database, apart from it.
            exact: a newer schema will not do, although it has room for this program: a copy
                by an older one would not be whole.

        Raises:
            StartRefused: wrong URL, wrong schema version, folder in use, or keys that cannot be
                moved.
            ReadFailed: the database does not answer.
        """
        kind, _ = parse_url(url)
        limits = limits or Limits()
        keystore = KeyStore.beside(url, keystore_url)
        lock = None
        if kind == "sqlite" and exclusive:
            lock = FolderLock.hold(lock_file(url))
        database = cls(build(url, limits), faults, limits, lock, keystore)
        try:
            await database._require_schema(exact=exact)
            await take_over(database, keystore)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection and give the data folder back."""
        await self._engines.dispose()
        await self.keystore.close()
        if self._lock is not None:
            self._lock.release()

    async def _require_schema(self, *, exact: bool) -> None:
        comment: str | None = None
        try:
            async with self.read() as tx:
                found = (await tx.execute(VERSION)).scalar()
                if self._engines.kind == "postgresql":
                    comment = (await tx.execute(COMMENT)).scalar()
        except ReadFailed as error:
            raise SchemaUnread(f"the database has no usable schema: {error}") from None
        if found == latest_revision():
            return
        if exact or not leaves_in_peace(found, comment):
            raise SchemaMismatch(
                f"the database is at version {found}, this program needs {latest_revision()}"
            )

"""A database whose every write begins with a check of a lease.

    fenced.write()   check(lease) . . . the caller's statements . . . COMMIT
    fenced.read()    as it is: what was read is checked when something is written for it

Whoever lost the lease, or was stopped while somebody else took it, writes nothing: the check is
part of the transaction. It is not the desk's fence, which makes its batches come one after the
other (`server.storage.leases`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from server.storage import leases
from server.storage.database import Database
from server.storage.errors import LeaseLost
from server.storage.leases import Lease
from server.storage.statements import Tx

__all__ = ["Fenced"]


class Fenced(Database):
    """An open database, for one who may write only under a lease.

    It has no connections of its own; whoever opened the database closes it.
    """

    def __init__(
        self, database: Database, name: str, lease: Callable[[], Lease | None]
    ) -> None:
        """Wrap a database.

        Args:
            database: an open one.
            name: of the lease.
            lease: gives the lease as it was acquired last, or None when there is none.
        """
        self._database = database
        self._name = name
        self._lease = lease
        self.keystore = database.keystore
        self.on_told = self._tell

    async def truncate_journal(self) -> None:
        """See `Transactions.truncate_journal`."""
        await self._database.truncate_journal()

    async def close(self) -> None:
        """Leave the database open: others use it."""

    async def is_ours(self, tx: Tx) -> bool:
        """Tell whether the lease is still the one that is given, in what `tx` sees."""
        lease = self._lease()
        return lease is not None and await leases.is_in_force(tx, lease)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """See `Transactions.read`."""
        async with self._database.read() as tx:
            yield tx

    def write(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction that commits only if the lease is still the one that is given.

        Raises:
            LeaseLost: there is none, or somebody else acquired it; nothing was written.
            CommitFailed: a statement failed; nothing was committed.
            CommitOutcomeUnknown: COMMIT was sent and not answered.
        """
        return self._fenced(self._database.write)

    def urgent_write(self) -> AbstractAsyncContextManager[Tx]:
        """See `Transactions.urgent_write`; the same check."""
        return self._fenced(self._database.urgent_write)

    @asynccontextmanager
    async def _fenced(
        self, write: Callable[[], AbstractAsyncContextManager[Tx]]
    ) -> AsyncIterator[Tx]:
        lease = self._lease()
        if lease is None:
            raise LeaseLost(self._name)
        async with write() as tx:
            await leases.check(tx, lease)
            yield tx

    def _tell(self) -> None:
        self._database.on_told()

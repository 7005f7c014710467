"""Transactions: the only way to a database.

    async with database.write() as tx: ...    one writer at a time on SQLite, queued in order
    async with database.urgent_write() as tx: ...    the same, by connections of its own
    async with database.read() as tx: ...     one snapshot, cannot write

How a write ends, for its caller:

    the block raised            rolled back; the exception passes through
    a statement failed          rolled back; CommitFailed (whether or not the block caught it)
    COMMIT failed               CommitOutcomeUnknown: settled by command id
    COMMIT answered             committed

The keys are a database of their own and go through the same door (`server.keystore`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as CheckoutTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncTransaction

from server.storage.absence import marked
from server.storage.engines import Engines, Limits, describe, truncate_journal
from server.storage.errors import (
    CommitFailed,
    CommitOutcomeUnknown,
    ConstraintBroken,
    ReadFailed,
)
from server.storage.faults import FaultPoint, Faults
from server.storage.statements import Tx, begin_state, clock_us, state_of

if TYPE_CHECKING:
    from server.keystore.store import KeyStore


class Transactions:
    """Begins transactions on engines that are ready.

    Args:
        engines: where.
        faults: which commits are made to fail (tests).
        limits: bounds on waiting.
        keystore: where the keys are of what these transactions seal.

    Attributes:
        on_told: called after a commit that put something into the outbox.
    """

    def __init__(
        self,
        engines: Engines,
        faults: Faults,
        limits: Limits,
        keystore: KeyStore | None = None,
    ) -> None:
        self._engines = engines
        self._faults = faults
        self._limits = limits
        self._turn = asyncio.Lock()
        self._keystore = keystore
        self.on_told: Callable[[], None] = lambda: None

    async def now_us(self, tx: Tx) -> int:
        """Read the database's clock: microseconds UTC."""
        return int((await tx.execute(select(clock_us()))).scalar_one())

    async def is_ours(self, _tx: Tx) -> bool:
        """Tell whether who reads may act on it where no write is: always, but for a lease."""
        return True

    async def truncate_journal(self) -> None:
        """Take deleted bytes out of SQLite's journal too, as far as readers allow."""
        if self._engines.kind == "sqlite":
            await truncate_journal(self._engines)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Begin a transaction that sees one snapshot and cannot write.

        Raises:
            ReadFailed: the database did not answer.
        """
        failure: ReadFailed | None = None
        try:
            async with self._engines.reader.connect() as tx, tx.begin():
                begin_state(tx, writable=False, keystore=self._keystore)
                yield tx
        except (DBAPIError, CheckoutTimeout) as error:
            read_failed = marked(ReadFailed(describe(error)), error)
            failure = read_failed.with_traceback(error.__traceback__)
        if failure is not None:
            raise failure from None

    def write(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction that commits when the block ends.

        Raises:
            CommitFailed: a statement failed; nothing was committed.
            CommitOutcomeUnknown: COMMIT was sent and not answered.
        """
        return self._writing(self._engines.writer)

    def urgent_write(self) -> AbstractAsyncContextManager[Tx]:
        """Begin one that does not queue behind others: it fails soon, or is over soon.

        For what others take this process for dead without. On SQLite it is like any other.

        Raises:
            CommitFailed: a statement failed; nothing was committed.
            CommitOutcomeUnknown: COMMIT was sent and not answered.
        """
        return self._writing(self._engines.urgent)

    @asynccontextmanager
    async def _writing(self, engine: AsyncEngine) -> AsyncIterator[Tx]:
        failure: CommitFailed | None = None
        try:
            async with self._in_turn(), engine.connect() as tx:
                transaction = await tx.begin()
                begin_state(tx, writable=True, keystore=self._keystore)
                try:
                    yield tx
                except BaseException:
                    await _roll_back(transaction)
                    raise
                await self._commit(tx, transaction)
                told = state_of(tx).told
            if told:
                self.on_told()
        except (DBAPIError, CheckoutTimeout) as error:
            failure = _failed(error)
        if failure is not None:
            raise failure from None  # the driver's own words may quote a row

    async def _commit(self, tx: Tx, transaction: AsyncTransaction) -> None:
        if self._faults.strikes(FaultPoint.BEFORE_COMMIT) or state_of(tx).doomed:
            await _roll_back(transaction)
            raise CommitFailed("a statement of the transaction failed")
        if self._faults.strikes(FaultPoint.COMMIT_LOST):
            await _roll_back(transaction)
            raise CommitOutcomeUnknown("the connection was lost during COMMIT")
        # A caller that is cancelled now leaves the COMMIT running to its end: the connection
        # and the writer's turn are given back only then.
        commit = asyncio.ensure_future(transaction.commit())
        try:
            await asyncio.shield(commit)
        except asyncio.CancelledError:
            await asyncio.wait({commit})
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the COMMIT was sent
            unknown = marked(CommitOutcomeUnknown(describe(error)), error)
        else:
            if not self._faults.strikes(FaultPoint.AFTER_COMMIT):
                return
            unknown = CommitOutcomeUnknown("the connection was lost after COMMIT")
        raise unknown

    def _in_turn(self) -> AbstractAsyncContextManager[None]:
        # Writers of one process queue here, first come first served, instead of spinning on
        # SQLite's lock.
        return self._queued() if self._engines.kind == "sqlite" else nullcontext()

    @asynccontextmanager
    async def _queued(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.write_wait_s):
                await self._turn.acquire()
        except TimeoutError:
            raise CommitFailed("the writers' queue did not move") from None
        try:
            yield
        finally:
            self._turn.release()


async def _roll_back(transaction: AsyncTransaction) -> None:
    with suppress(SQLAlchemyError):  # a lost connection rolls back by itself
        await transaction.rollback()


def _failed(error: DBAPIError | CheckoutTimeout) -> CommitFailed:
    kind = ConstraintBroken if isinstance(error, IntegrityError) else CommitFailed
    return marked(kind(describe(error)), error).with_traceback(error.__traceback__)

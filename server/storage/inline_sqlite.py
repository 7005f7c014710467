"""SQLite without a thread hop for every statement.

The stock asyncio driver hands each statement to a thread of its own and waits for the answer.
A statement of this product takes some 20 us; the hop takes 300 us on an idle machine and more
than 1 ms while browsers and other processes compete for two cores, 25 times in one accept.
Here statements run where they are called, and only what may wait for a disk or for another
process goes to a thread: BEGIN IMMEDIATE, COMMIT, ROLLBACK and a checkpoint. Readers never
wait in WAL mode. Figures: docs/decisions/0006.

What it is not: a way to run long queries. Every query here is bounded.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

DRIVER: Final = "inline"
WAITS: Final = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "PRAGMA")
T = TypeVar("T")


async def _at_once() -> None:
    """Satisfy SQLAlchemy, which wants every statement of an async engine to be awaited."""


def _in_thread(work: Callable[[], T]) -> T:
    return await_only(_to_its_end(asyncio.get_running_loop().run_in_executor(None, work)))


async def _to_its_end(running: asyncio.Future[T]) -> T:
    """Wait even when cancelled: nobody may touch the connection while the thread has it."""
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


class InlineCursor(sqlite3.Cursor):
    """A cursor that waits in a thread only where SQLite may wait."""

    def execute(self, sql: str, parameters: Any = ()) -> InlineCursor:  # noqa: ANN401
        """Execute one statement (DB-API 2.0)."""
        if sql.startswith(WAITS):
            _in_thread(lambda: super(InlineCursor, self).execute(sql, parameters))
        else:
            await_only(_at_once())
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Any) -> InlineCursor:  # noqa: ANN401
        """Execute one statement for every set of parameters (DB-API 2.0)."""
        await_only(_at_once())
        super().executemany(sql, parameters)
        return self

    async def _async_soft_close(self) -> None:
        """Do nothing: SQLAlchemy asks this of the cursors of an async engine."""


class InlineConnection(sqlite3.Connection):
    """A connection whose commits wait in a thread."""

    def cursor(self, *_: Any) -> InlineCursor:  # type: ignore[override]  # noqa: ANN401
        """Return a cursor (DB-API 2.0)."""
        return super().cursor(InlineCursor)

    def commit(self) -> None:
        """Commit, waiting for the disk in a thread (DB-API 2.0)."""
        _in_thread(super().commit)

    def rollback(self) -> None:
        """Roll back (DB-API 2.0)."""
        _in_thread(super().rollback)


class InlineDialect(SQLiteDialect_pysqlite):
    """SQLite for an async engine, with the cursor above."""

    driver = DRIVER
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: object) -> type[Pool]:  # noqa: ARG003 - the base's parameter
        """Return a pool whose waiting is awaited."""
        return AsyncAdaptedQueuePool

    def connect(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401
        """Open a connection; it is used by one transaction at a time, in any thread."""
        settings.update(factory=InlineConnection, check_same_thread=False)
        return _in_thread(lambda: super(InlineDialect, self).connect(*arguments, **settings))


registry.register(f"sqlite.{DRIVER}", __name__, "InlineDialect")

"""How the two databases are connected to, with every limit and safety switch set.

SQLite: WAL, synchronous FULL, foreign keys on. What the writer erases is overwritten: free
pages would keep destroyed words, and a copy of the file would take them along. The driver's
own idea of transactions (a BEGIN before some statements and not before others) is switched
off; SQLAlchemy's begin event issues the only BEGIN there is. Readers get connections that
cannot write.

PostgreSQL: a bounded pool, a limit on every statement, kept by the database and a little later
by us (`server.storage.answers`), readers in REPEATABLE READ. What keeps a process alive in the
eyes of others (renewals of leases, beats) has a few connections of its own, with short limits:
it must not queue behind the work that it is kept alive for.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from server.storage import inline_sqlite
from server.storage.answers import connecting
from server.storage.errors import DatabaseUrlRefused
from server.storage.statements import state_of

_DRIVERS: Final = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgresql+psycopg": "postgresql",
}

# A server that vanished without a word is noticed within some ten seconds (libpq, TCP only).
NOTICED: Final = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
URGENT_MAX: Final = 2
URGENT_S: Final = 2.0
URGENT_LOCK_S: Final = 0.5
URGENT_CONNECT_S: Final = 2  # the least that libpq knows
# Who waits for a row that a stopped process keeps gives up before PostgreSQL takes it away:
# else another transaction of that process would get it, and keep it for as long again.
WAIT_SHARE: Final = 2 / 3
WAL_ATTEMPTS: Final = 200
WAL_PAUSE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what the database may take.

    Attributes:
        readers_max: connections for reading (SQLite).
        connections_max: connections of the pool (PostgreSQL).
        checkout_s: how long a transaction waits for its connection.
        write_wait_s: how long a writer queues for its turn (SQLite).
        busy_s: how long SQLite waits for another process's write.
        statement_s: the longest statement (PostgreSQL).
        answer_more_s: how much longer its answer may take: then the database is taken for dead.
        lock_s: the longest wait for a row's lock, if `idle_s` allows it (PostgreSQL).
        idle_s: the longest pause inside a transaction (PostgreSQL).
        connect_s: the longest connection attempt (PostgreSQL).
    """

    readers_max: int = 4
    connections_max: int = 10
    checkout_s: float = 10.0
    write_wait_s: float = 10.0
    busy_s: float = 5.0
    statement_s: float = 10.0
    answer_more_s: float = 2.0
    lock_s: float = 5.0
    idle_s: float = 30.0
    connect_s: int = 5

    def urgent(self) -> Limits:
        """Return the bounds on what must not wait long: it is tried again soon."""
        return replace(
            self,
            connections_max=URGENT_MAX,
            checkout_s=URGENT_S,
            statement_s=URGENT_S,
            lock_s=URGENT_LOCK_S,
            connect_s=URGENT_CONNECT_S,
        )


@dataclass(frozen=True, slots=True)
class Engines:
    """Where transactions are begun.

    Attributes:
        kind: which database.
        writer: for `Database.write`.
        reader: for `Database.read`; the same pool on PostgreSQL.
        urgent: for `Database.urgent_write`; the writer itself on SQLite.
    """

    kind: Literal["sqlite", "postgresql"]
    writer: AsyncEngine
    reader: AsyncEngine
    urgent: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection."""
        await self.urgent.dispose()
        await self.reader.dispose()
        await self.writer.dispose()


def parse_url(url: str) -> tuple[Literal["sqlite", "postgresql"], URL]:
    """Tell which database `url` means.

    Raises:
        DatabaseUrlRefused: neither a SQLite file nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlRefused("the database URL cannot be read") from None
    kind = _DRIVERS.get(parsed.drivername)
    if kind == "postgresql":
        return "postgresql", parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return "sqlite", parsed.set(drivername=f"sqlite+{inline_sqlite.DRIVER}")
    raise DatabaseUrlRefused("the database must be a SQLite file or PostgreSQL")


def file_of(url: URL) -> Path:
    """Give the file of a SQLite URL that `parse_url` returned."""
    return Path(url.database or "").absolute()


def build(url: str, limits: Limits) -> Engines:
    """Make the engines of `url`; nothing is connected yet."""
    kind, parsed = parse_url(url)
    engines = _sqlite(parsed, limits) if kind == "sqlite" else _postgresql(parsed, limits)
    for engine in {engines.writer, engines.urgent}:
        event.listen(engine.sync_engine, "handle_error", _doom)
    return engines


def _sqlite(url: URL, limits: Limits) -> Engines:
    def connect(size: int) -> AsyncEngine:
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_size=size,
            max_overflow=0,
            pool_timeout=limits.checkout_s,
            connect_args={"isolation_level": None, "timeout": limits.busy_s},
        )

    writer, reader = connect(1), connect(limits.readers_max)
    prepare_sqlite(writer.sync_engine, begin="BEGIN IMMEDIATE", pragmas=("secure_delete = ON",))
    prepare_sqlite(reader.sync_engine, begin="BEGIN", pragmas=("query_only = ON",))
    return Engines("sqlite", writer, reader, urgent=writer)


def prepare_sqlite(engine: Engine, *, begin: str, pragmas: tuple[str, ...] = ()) -> None:
    """Make every connection of `engine` durable and strict, and `begin` its only BEGIN."""
    settings = ("synchronous = FULL", "foreign_keys = ON", *pragmas)

    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        _set_wal(cursor)
        for setting in settings:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _set_wal(cursor: DBAPICursor) -> None:
    """Switch to WAL, which stays so. SQLite does not wait for others who do it now."""
    for attempt in range(WAL_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == WAL_ATTEMPTS - 1:
                raise
            threading.Event().wait(WAL_PAUSE_S)
        else:
            return


def _postgresql(url: URL, limits: Limits) -> Engines:
    writer = _pool(url, limits)
    reader = writer.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    return Engines("postgresql", writer, reader, urgent=_pool(url, limits.urgent()))


def _pool(url: URL, limits: Limits) -> AsyncEngine:
    bounds = {
        "statement_timeout": limits.statement_s,
        "lock_timeout": min(limits.lock_s, WAIT_SHARE * limits.idle_s),
        "idle_in_transaction_session_timeout": limits.idle_s,
    }
    options = " ".join(f"-c {name}={round(s * 1000)}" for name, s in bounds.items())
    given = url.query.get("options", "")
    engine = create_async_engine(
        url.difference_update_query(["options"]),
        hide_parameters=True,
        pool_size=limits.connections_max,
        max_overflow=0,
        pool_timeout=limits.checkout_s,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": limits.connect_s,
            **NOTICED,
            "async_creator_fn": connecting(limits.statement_s + limits.answer_more_s),
            "options": f"{options} {given}".strip(),
        },
    )
    # (a, b) IN (VALUES ...) is a join; IN ((1, 2), ...) is hundreds of ORs, planned each time.
    engine.sync_engine.dialect.tuple_in_values = True
    return engine


async def truncate_journal(engines: Engines) -> None:
    """Empty SQLite's write-ahead log, where deleted bytes stay, as far as readers allow."""
    async with engines.writer.connect() as connection:
        await connection.run_sync(_truncate)


def _truncate(connection: Connection) -> None:
    # Its row is read: until then the statement is at work, and whoever has the connection next
    # cannot commit. That the cursor is dropped is not enough, as the thread that waited for the
    # disk may hold on to it a moment longer.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.fetchall()
    cursor.close()


def describe(error: Exception) -> str:
    """Name the failure without the driver's sentence, which may quote a row."""
    original = getattr(error, "orig", None)
    name = type(original or error).__name__
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    return " ".join(str(part) for part in (name, state, constraint) if part)


def _doom(context: ExceptionContext) -> None:
    # PostgreSQL answers the COMMIT of a failed transaction with a quiet ROLLBACK, and SQLite
    # would commit the statements that did not fail. Neither may pass for a success.
    if context.connection is not None and not context.connection.invalidated:
        state_of(context.connection).doomed = True

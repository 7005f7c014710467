"""A look at a database that changes nothing of it: no lock, no schema, no file beside it.

    SQLite with a journal       mode=ro: somebody has it open, or died with it
    SQLite without one          immutable: all is in the file; a journal would be made otherwise
    PostgreSQL                  transactions that cannot write

What it is not: a way to serve. What is read may be of another version than this program.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from server.storage import inline_sqlite
from server.storage.engines import Engines, Limits, build, file_of, parse_url
from server.storage.faults import NO_FAULTS
from server.storage.transactions import Transactions


class Look(Transactions):
    """Reads only. `close` ends it."""

    @classmethod
    def at(cls, url: str, limits: Limits) -> Look:
        """Prepare to look; nothing is connected yet.

        Args:
            url: as for `Database.open`.
            limits: bounds on waiting.

        Raises:
            DatabaseUrlRefused: neither a SQLite file nor PostgreSQL.
        """
        kind, parsed = parse_url(url)
        engines = _engines(file_of(parsed), limits) if kind == "sqlite" else build(url, limits)
        return cls(engines, NO_FAULTS, limits)

    async def close(self) -> None:
        """Close every connection."""
        await self._engines.dispose()


def is_there(url: str) -> bool:
    """Tell whether there may be a database: a SQLite file is, or it is PostgreSQL.

    Raises:
        DatabaseUrlRefused: neither a SQLite file nor PostgreSQL.
    """
    kind, parsed = parse_url(url)
    return kind == "postgresql" or file_of(parsed).is_file()


def journal_of(file: Path) -> Path:
    """Return where the write-ahead log of a SQLite file is, if there is one."""
    return file.with_name(f"{file.name}-wal")


def _engines(file: Path, limits: Limits) -> Engines:
    how = {"mode": "ro"} if journal_of(file).exists() else {"immutable": "1"}
    engine = create_async_engine(
        URL.create(
            f"sqlite+{inline_sqlite.DRIVER}",
            database=f"file:{quote(str(file))}",
            query={**how, "uri": "true"},
        ),
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        connect_args={"isolation_level": None, "timeout": limits.busy_s},
    )
    event.listen(engine.sync_engine, "connect", _only_read)
    event.listen(engine.sync_engine, "begin", _begin)
    return Engines("sqlite", engine, engine, urgent=engine)


def _only_read(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")

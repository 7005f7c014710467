"""Where the keystore is, and making it the first time.

    database                      keystore, unless a URL is set
    sqlite DATA/goodfaith.db      DATA/keys.db
    sqlite DATA/NAME.db           DATA/NAME.keys.db
    postgresql                    schema `goodfaith_keys` of the same database

It has connections of its own: whoever holds a connection of the database's pool while waiting
for a key waits for another pool, whose users wait for nothing.
"""

from __future__ import annotations

import os
from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.event import listen
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from server.keystore.tables import FORMAT, KEYSTORE, keys, state
from server.storage.engines import Engines, Limits, build, file_of, parse_url
from server.storage.errors import SchemaMismatch

SCHEMA: Final = "goodfaith_keys"
FILE: Final = "keys.db"
MAIN_FILE: Final = "goodfaith.db"
LIMITS: Final = Limits(readers_max=2, connections_max=3, statement_s=6.0)
_ADVISORY_LOCK: Final = 0x676F6F646B657973  # "goodkeys"
_SEALED: Final = f"{SCHEMA}.{keys.name} ALTER COLUMN {keys.c.sealed_key.name}"
UNSAMPLED: Final = f"ALTER TABLE {_SEALED} SET STATISTICS 0"
"""ANALYZE keeps some of a column's values in a table of PostgreSQL's own: not of this one."""
FORGET_SAMPLES: Final = f"ALTER TABLE {_SEALED} TYPE bytea"
"""It has this type already; PostgreSQL forgets what it sampled."""


def beside(database_url: str) -> str:
    """Say where the keys of a database are.

    Raises:
        DatabaseUrlRefused: neither a SQLite file nor PostgreSQL.
    """
    kind, parsed = parse_url(database_url)
    if kind == "postgresql":
        return database_url
    file = file_of(parsed)
    name = FILE if file.name == MAIN_FILE else f"{file.stem}.keys.db"
    return f"sqlite:///{file.with_name(name)}"


def engines_of(url: str) -> Engines:
    """Make the engines of a keystore; nothing is connected yet, and its file is private."""
    kind, parsed = parse_url(url)
    if kind == "sqlite":
        file = file_of(parsed)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        engines = build(url, LIMITS)
        listen(engines.writer.sync_engine, "connect", _overwrite_deleted)
        return engines
    given = str(parsed.query.get("options", ""))
    options = f"{given} -c search_path={SCHEMA}".strip()
    within = parsed.update_query_dict({"options": options})
    return build(within.render_as_string(hide_password=False), LIMITS)


async def prepare(engines: Engines) -> None:
    """Make the tables, unless they are there; any number of processes may do so at once.

    Raises:
        SchemaMismatch: the keystore is of another format.
    """
    found = await _format_of(engines)
    if found is None:
        async with engines.writer.begin() as tx:
            if engines.kind == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:key)")
                await tx.execute(lock, {"key": _ADVISORY_LOCK})
                await tx.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            await tx.run_sync(KEYSTORE.create_all)
            if engines.kind == "postgresql":
                await tx.execute(text(UNSAMPLED))
            if (await tx.execute(select(state.c.format))).scalar_one_or_none() is None:
                await tx.execute(insert(state).values(format=FORMAT, generation=1))
        found = await _format_of(engines)
    if found != FORMAT:
        raise SchemaMismatch(f"the keystore is of format {found}, this program needs {FORMAT}")


async def _format_of(engines: Engines) -> int | None:
    try:
        async with engines.reader.connect() as tx, tx.begin():
            return (await tx.execute(select(state.c.format))).scalar_one_or_none()
    except (OperationalError, ProgrammingError) as error:
        if getattr(error.orig, "sqlstate", None) not in {None, "42P01"}:
            raise
        if engines.kind == "sqlite" and "no such table" not in str(error.orig):
            raise
        return None


def _overwrite_deleted(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Overwrite what is deleted: the bytes of a destroyed key must not stay in free pages."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()

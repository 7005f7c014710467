"""Bringing a database to the schema of this program (Alembic).

Two processes may start at once: on PostgreSQL they queue on an advisory lock, on SQLite on
the data folder's lock and BEGIN IMMEDIATE. A migration is all or nothing on both.

Other nodes may be at work meanwhile. Whoever waits for a table's lock has everybody behind him
who only wants to read it: so a migration waits for a moment only, gives everything back, and
tries again. An older program that starts on a newer schema leaves it as it is
(`server.storage.revisions`).
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from server.storage.engines import describe, file_of, parse_url, prepare_sqlite
from server.storage.errors import SchemaMismatch, UpgradeFailed
from server.storage.folder_lock import FolderLock
from server.storage.revisions import (
    COMMENT,
    configuration,
    found_in,
    known,
    latest_revision,
    leaves_in_peace,
    say_oldest,
)

__all__ = ["configuration", "latest_revision", "lock_file", "upgrade"]
_TURN_S: Final = 60  # how long one process waits for another one's migrations
_LOCK_MS: Final = 1_000  # and a migration for a table that running nodes use
_TRIES: Final = 40
_PAUSE_S: Final = 0.5
_BUSY: Final = frozenset({"55P03", "40P01"})  # lock not available, deadlock
_ADVISORY_LOCK: Final = 0x676F6F6466616974  # "goodfait": one number for all our processes


def lock_file(url: str) -> Path:
    """Give the lock file beside a SQLite database, making its folder."""
    file = file_of(parse_url(url)[1])
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return file.with_name(f"{file.name}.lock")


def upgrade(url: str, *, exclusive: bool = True) -> None:
    """Run the migrations that `url` has not seen. Blocks: call it before the loop starts.

    Args:
        url: as for `Database.open`.
        exclusive: take the data folder's lock for the time being (SQLite).

    Raises:
        StartRefused: a URL that is not ours, another process has the data folder, the schema
            is of a newer program, or a migration failed; then nothing of it remains.
    """
    kind, parsed = parse_url(url)
    lock = FolderLock.hold(lock_file(url)) if kind == "sqlite" and exclusive else None
    engine = _sqlite(parsed) if kind == "sqlite" else _postgresql(parsed)
    failure: UpgradeFailed | None = None
    try:
        _run(engine)
    except DBAPIError as error:
        failure = UpgradeFailed(describe(error)).with_traceback(error.__traceback__)
    except CommandError:
        failure = UpgradeFailed("the database has a schema that this program does not know")
    finally:
        engine.dispose()
        if lock is not None:
            lock.release()
    if failure is not None:
        raise failure


def _run(engine: Engine) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            with engine.begin() as connection:
                _migrate(connection)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _BUSY or attempt == _TRIES:
                raise
            threading.Event().wait(_PAUSE_S)
        else:
            return


def _migrate(connection: Connection) -> None:
    shared = connection.dialect.name == "postgresql"
    if shared:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_MS}"))
    found = found_in(connection)
    if found is not None and found not in known():
        if shared and leaves_in_peace(found, connection.execute(COMMENT).scalar()):
            return
        raise SchemaMismatch(
            f"the database is at version {found}, which this program does not know (the newest "
            f"that it knows is {latest_revision()}): start the version that made it, see "
            "docs/operations/upgrade.md"
        )
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if shared:
        say_oldest(connection)


def _sqlite(url: URL) -> Engine:
    """Give an engine of the plain driver: migrations run without an event loop."""
    _create_private(file_of(url))
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"isolation_level": None, "timeout": _TURN_S},
        hide_parameters=True,
    )
    prepare_sqlite(engine, begin="BEGIN IMMEDIATE")
    return engine


def _postgresql(url: URL) -> Engine:
    options = f"-c lock_timeout={_TURN_S * 1000}"
    return create_engine(url, connect_args={"options": options}, hide_parameters=True)


def _create_private(file: Path) -> None:
    """Make the database's file readable by its owner alone; its companions inherit that."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

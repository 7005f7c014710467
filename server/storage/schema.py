"""Bringing a database to the schema of this program (Alembic).

Two processes may start at once: on PostgreSQL they queue on an advisory lock, on SQLite on
the data folder's lock and BEGIN IMMEDIATE. A migration is all or nothing on both.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from server.storage.engines import describe, file_of, parse_url, prepare_sqlite
from server.storage.errors import UpgradeFailed
from server.storage.folder_lock import FolderLock

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_TURN_S: Final = 60  # how long one process waits for another one's migrations
_ADVISORY_LOCK: Final = 0x676F6F6466616974  # "goodfait": one number for all our processes


def configuration() -> Config:
    """Tell Alembic where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def latest_revision() -> str:
    """Name the revision that this program needs."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    if revision is None:
        raise AssertionError("there is no migration")
    return revision


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
    config = configuration()
    failure: UpgradeFailed | None = None
    try:
        with engine.begin() as connection:
            if kind == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
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

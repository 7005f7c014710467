"""Restoring a backup, and checking one without restoring it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, update

from server.backups import loading
from server.backups.files import BackupFile
from server.backups.making import KEY_TABLES
from server.backups.refusals import FileUnusable, NothingThere
from server.storage.engines import file_of, parse_url
from server.storage.schema import upgrade
from server.storage.statements import clock_us
from server.storage.tables import sessions

ENDED: Final = "revoked"


@contextmanager
def reading(path: Path, root_key: bytes) -> Iterator[BackupFile]:
    """Open a backup.

    Raises:
        BackupRefused: it cannot be read, is no backup, is damaged, or has another root key.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileUnusable(path, error) from None
    with file:
        yield BackupFile(path, file, root_key)


def check(file: BackupFile) -> None:
    """Read the whole backup; afterwards its counts are known.

    Raises:
        BackupRefused: it is damaged, or of a schema that this program does not know.
    """
    loading.require_known(file.header.database_schema)
    for _ in file.rows():
        pass


def restore(url: str, file: BackupFile) -> None:
    """Put a backup into an empty database, all of it or nothing.

    Everybody is signed out: who was signed out, or lost a device, after the backup was made
    would be signed in again.

    Raises:
        BackupRefused: why it was not done; the database is as it was.
        StorageError: the database cannot be used.
    """
    if file.header.holding == "keys":
        _restore_keys(url, file)
    else:
        loading.load(url, file.header.database_schema, file.rows, end_sessions)


def _restore_keys(url: str, file: BackupFile) -> None:
    kind, parsed = parse_url(url)
    if kind == "sqlite" and not file_of(parsed).exists():
        raise NothingThere("restore the records first: keys are added to a database")
    loading.require_known(file.header.database_schema)
    upgrade(url)
    loading.add(url, KEY_TABLES, file.rows)


def end_sessions(connection: Connection) -> None:
    """Sign everybody out."""
    connection.execute(
        update(sessions)
        .where(sessions.c.ended_at.is_(None))
        .values(ended_at=clock_us(), end_reason=ENDED)
    )

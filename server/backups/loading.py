"""The rows of a backup put into an empty database: all of them, or nothing.

SQLite      into a fresh file beside the database, which takes its place at the end
PostgreSQL  in one transaction, schema included

Either way the tables are first made as they were when the backup was (so that an older backup
fits), foreign keys are checked when all rows are there, and then the migrations run that the
backup has not seen. The loader takes rows as they come; the backup's last chunk is verified
before anything is committed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Double,
    Engine,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    String,
    TableClause,
    column,
    create_engine,
    insert,
    inspect,
    table,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import AddConstraint, DropConstraint
from sqlalchemy.types import TypeEngine

from server.backups.refusals import ContentBroken, NotEmpty, RestoreFailed, SchemaNewer
from server.backups.rows import Head, Kind, Row
from server.storage.engines import describe, file_of, parse_url
from server.storage.folder_lock import FolderLock
from server.storage.schema import configuration, lock_file
from server.storage.tables import METADATA

BATCH_ROWS: Final = 200
BATCH_BYTES: Final = 4 * 1_048_576
VERSION_TABLE: Final = "alembic_version"
FORMERLY: Final = frozenset({VERSION_TABLE, "wrapped_keys"})
# Functions that triggers of this schema's tables call.
TRIGGERED: Final = """SELECT DISTINCT tgfoid::regprocedure::text
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"""
DRAFT_SUFFIX: Final = ".restoring"
_TYPES: Final[dict[Kind, TypeEngine[Any]]] = {
    "int": BigInteger(),
    "text": String(),
    "bool": Boolean(),
    "float": Double(),
    "bytes": LargeBinary(),
}
Rows = Callable[[], Iterator[tuple[Head, Row]]]
Aftercare = Callable[[Connection], None]


def require_known(revision: str) -> None:
    """See that this program knows the schema of a backup.

    Raises:
        SchemaNewer: it does not.
    """
    try:
        ScriptDirectory.from_config(configuration()).get_revision(revision)
    except CommandError:
        raise SchemaNewer(
            f"the backup has schema {revision}, which this program does not know: "
            "restore with the program that made it, or a newer one"
        ) from None


def load(url: str, revision: str, rows: Rows, aftercare: Aftercare) -> None:
    """Fill an empty database. Blocks: no event loop runs meanwhile.

    Args:
        url: as for `Database.open`.
        revision: schema of the backup.
        rows: the backup's rows; raises where the backup is damaged.
        aftercare: what is to be done once the schema is this program's.

    Raises:
        NotEmpty: the database has rows.
        StartRefused: a URL that is not ours, or another process has the data folder.
        RestoreFailed: the database refused.
        BackupDamaged: `rows` raised it.
    """
    require_known(revision)
    kind, parsed = parse_url(url)
    with _said():
        if kind == "sqlite":
            with _fresh_file(url) as draft:
                _fill_sqlite(draft, revision, rows, aftercare)
        else:
            engine = create_engine(parsed, hide_parameters=True)
            with _disposed(engine), engine.begin() as connection:
                _make_room(connection)
                _fill(connection, revision, rows, aftercare)


def add(
    connection: Connection,
    into: set[str],
    left_out: set[str],
    rows: Iterator[tuple[Head, Row]],
) -> None:
    """Insert rows in a transaction of the caller, those of some tables left out.

    Raises:
        BackupDamaged: `rows` raised it.
    """
    with _said():
        _insert(connection, into, (one for one in rows if one[0].table not in left_out))


@contextmanager
def _said() -> Iterator[None]:
    """Say what the database refused without its own sentence, which may quote a row."""
    try:
        yield
    except SQLAlchemyError as error:
        failure = RestoreFailed(f"the database refused: {describe(error)}")
    else:
        return
    raise failure


@contextmanager
def _disposed(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()


# ------------------------------------------------------------------ SQLite


@contextmanager
def _fresh_file(url: str) -> Iterator[Path]:
    """Give a file beside the database; it becomes the database when the block ends well."""
    lock = FolderLock.hold(lock_file(url))
    file = file_of(parse_url(url)[1])
    draft = file.with_name(f"{file.name}{DRAFT_SUFFIX}")
    try:
        _require_empty_file(file)
        _remove(draft)
        try:
            yield draft
            _settle(draft, file)
        finally:
            _remove(draft)
    finally:
        lock.release()


def _require_empty_file(file: Path) -> None:
    if not file.exists():
        return
    engine = _sqlite(file)
    with _disposed(engine), engine.connect() as connection:
        _require_empty(connection)
    if file.with_name(f"{file.name}-wal").exists():
        raise NotEmpty(f"{file} is in use by another program")


def _fill_sqlite(draft: Path, revision: str, rows: Rows, aftercare: Aftercare) -> None:
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    engine = _sqlite(draft)
    with _disposed(engine), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _fill(connection, revision, rows, aftercare)
        connection.exec_driver_sql("COMMIT")


def _sqlite(file: Path) -> Engine:
    """Give an engine that begins no transaction by itself."""
    return create_engine(
        f"sqlite+pysqlite:///{file}",
        connect_args={"isolation_level": None},
        hide_parameters=True,
    )


def _settle(draft: Path, file: Path) -> None:
    for one in (draft, draft.parent):
        descriptor = os.open(one, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
            if one == draft:
                draft.replace(file)
        finally:
            os.close(descriptor)


def _remove(draft: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        draft.with_name(f"{draft.name}{suffix}").unlink(missing_ok=True)


# ------------------------------------------------------------------ both


def _require_empty(connection: Connection) -> None:
    for name in inspect(connection).get_table_names():
        if name == VERSION_TABLE:
            continue
        if connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first():  # noqa: S608 - the database's own name
            raise NotEmpty(f"the database is not empty: {name} has rows")


def _make_room(connection: Connection) -> None:
    """Drop the empty tables of a database that was only begun (PostgreSQL).

    Raises:
        NotEmpty: a table has rows, or is not one of ours.
    """
    _require_empty(connection)
    known = MetaData()
    known.reflect(connection)
    strangers = set(known.tables) - set(METADATA.tables) - FORMERLY
    if strangers:
        raise NotEmpty(f"the database has tables of another program: {min(strangers)}")
    functions = connection.execute(text(TRIGGERED)).scalars().all()
    known.drop_all(connection)
    for one in functions:
        connection.execute(text(f"DROP FUNCTION {one}"))


def _fill(connection: Connection, revision: str, rows: Rows, aftercare: Aftercare) -> None:
    _migrate(connection, revision)
    apart = _without_foreign_keys(connection)
    tables = set(inspect(connection).get_table_names())
    _insert(connection, tables, rows())
    _with_foreign_keys(connection, apart)
    _migrate(connection, "head")
    aftercare(connection)


def _migrate(connection: Connection, revision: str) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _without_foreign_keys(connection: Connection) -> Sequence[ForeignKeyConstraint]:
    """Take foreign keys off: a row may name one that comes later (PostgreSQL)."""
    if connection.dialect.name == "sqlite":
        return ()
    known = MetaData()
    known.reflect(connection)
    found = [one for table in known.sorted_tables for one in table.foreign_key_constraints]
    for one in found:
        connection.execute(DropConstraint(one))
    return found


def _with_foreign_keys(connection: Connection, apart: Sequence[ForeignKeyConstraint]) -> None:
    """See that every row that is named is there."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ContentBroken(f"a row of {broken[0]} names a row that is not there")
    for one in apart:
        connection.execute(AddConstraint(one))


def _insert(connection: Connection, tables: set[str], rows: Iterator[tuple[Head, Row]]) -> None:
    for head, of_table in groupby(rows, key=lambda one: one[0]):
        if head.table not in tables:
            raise ContentBroken(f"there is no table {head.table} in the backup's schema")
        target = _target(head)
        names = [name for name, _ in head.columns]
        batch: list[dict[str, object]] = []
        size = 0
        for _, row in of_table:
            batch.append(dict(zip(names, row, strict=True)))
            size += sum(len(one) for one in row if isinstance(one, (bytes, str)))
            if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
                connection.execute(insert(target), batch)
                batch, size = [], 0
        if batch:
            connection.execute(insert(target), batch)


def _target(head: Head) -> TableClause:
    return table(head.table, *(column(name, _TYPES[kind]) for name, kind in head.columns))

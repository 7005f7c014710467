"""Making a backup while the server runs: one snapshot of the database, into one file."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Table

from server.backups import dump, files
from server.backups.files import Facts
from server.backups.header import Header, Holding, Stand
from server.backups.refusals import NothingThere
from server.backups.rows import Counts
from server.storage.database import Database, Limits
from server.storage.engines import file_of, parse_url
from server.storage.schema import latest_revision
from server.storage.statements import Tx
from server.storage.tables import METADATA

KEY_TABLES: Final = ("wrapped_keys",)
LIMITS: Final = Limits(readers_max=1, connections_max=1, statement_s=120.0, idle_s=600.0)
StandOf = Callable[[Tx], Awaitable[Stand | None]]


async def no_stand(_tx: Tx) -> Stand | None:
    """Give nothing: there is no log yet."""
    return None


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written."""

    header: Header
    counts: Counts


def tables_of(holding: Holding) -> Sequence[Table]:
    """Give the tables of a backup, each after those that its rows name."""
    keys = holding == "keys"
    return [one for one in METADATA.sorted_tables if (one.name in KEY_TABLES) is keys]


async def backup(
    url: str,
    path: Path,
    holding: Holding,
    *,
    root_key: bytes,
    stand_of: StandOf,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Made:
    """Write a backup of what is committed now. Others may write meanwhile.

    The loop stands still while a page is read and written: this is for a process that does
    nothing else.

    Raises:
        BackupRefused: there is no database, or the file cannot be written; nothing is left.
        StorageError: the database does not answer, or has another schema.
    """
    kind, parsed = parse_url(url)
    if kind == "sqlite" and not file_of(parsed).exists():
        raise NothingThere(f"there is no database: {file_of(parsed)} is missing")
    database = await Database.open(url, limits=LIMITS, exclusive=False)
    counts = Counts()
    try:
        async with database.read() as tx:
            stand = await stand_of(tx) if holding == "records" else None
            facts = Facts(
                holding=holding,
                database_schema=latest_revision(),
                made_at=await database.now_us(tx),
                stand=stand,
            )
            header = await tx.run_sync(
                lambda connection: files.write(
                    path,
                    facts,
                    dump.lines(connection, tables_of(holding), counts),
                    root_key=root_key,
                    random_bytes=random_bytes,
                )
            )
    finally:
        await database.close()
    return Made(header, counts)

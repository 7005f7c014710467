"""Making a backup while the server runs: one snapshot of a database, into one file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from server.backups import dump, files
from server.backups.files import Facts
from server.backups.header import Header, Stand
from server.backups.refusals import NothingThere
from server.backups.rows import Counts
from server.backups.seals import Seal, new_seal, root_to_seal_with
from server.keyring import Keyring
from server.keystore.opening import beside
from server.keystore.roots import RootKeys
from server.keystore.store import KeyStore
from server.keystore.tables import FORMAT, KEYSTORE
from server.settings import Settings
from server.storage import tlog
from server.storage.cluster_tables import CARRIERS
from server.storage.database import Database, Limits
from server.storage.engines import file_of, parse_url
from server.storage.errors import KeyringError
from server.storage.schema import latest_revision
from server.storage.statements import Tx, clock_us
from server.storage.tables import METADATA
from server.tlog.checkpoints import parse_text
from server.tlog.signed_notes import VerifierKey, taken_apart

LIMITS: Final = Limits(readers_max=1, connections_max=2, statement_s=120.0, idle_s=600.0)
KEYSTORE_SCHEMA: Final = f"keystore_{FORMAT}"
KEPT: Final = [one for one in METADATA.sorted_tables if one not in CARRIERS]
"""What the nodes of a cluster are telling each other just now is not worth keeping."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written."""

    header: Header
    counts: Counts


async def backup_records(
    settings: Settings,
    path: Path,
    roots: RootKeys,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Made:
    """Write a backup of every table of the database. Others may write meanwhile.

    The loop stands still while a page is read and written: this is for a process that does
    nothing else.

    Raises:
        BackupRefused: there is no database, or the file cannot be written; nothing is left.
        StorageError: the database does not answer, or has another schema.
    """
    _require_there(settings.database)
    database = await Database.open(
        settings.database,
        limits=LIMITS,
        exclusive=False,
        keystore_url=settings.keystore,
        exact=True,
    )
    counts = Counts()
    try:
        source = await root_to_seal_with(roots, database.keystore)
        seal = await new_seal(source, random_bytes)
        async with database.read() as tx:
            facts = Facts(
                holding="records",
                database_schema=latest_revision(),
                made_at=await database.now_us(tx),
                stand=await stand_of(tx, Keyring(roots)),
            )
            header = await tx.run_sync(
                lambda connection: files.write(
                    path,
                    facts,
                    seal,
                    dump.lines(connection, KEPT, counts),
                )
            )
    finally:
        await database.close()
    return Made(header, counts)


async def backup_keys(
    settings: Settings,
    path: Path,
    roots: RootKeys,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Made:
    """Write a backup of the keystore: wrapped keys, and what was destroyed.

    Raises:
        BackupRefused: there is no keystore, or the file cannot be written; nothing is left.
        StorageError: the keystore does not answer, or has another format.
    """
    url = settings.keystore or beside(settings.database)
    _require_there(url)
    keystore = KeyStore(url)
    try:
        seal = await new_seal(await root_to_seal_with(roots, keystore), random_bytes)
        return await _dumped_keys(keystore, path, seal)
    finally:
        await keystore.close()


async def _dumped_keys(keystore: KeyStore, path: Path, seal: Seal) -> Made:
    counts = Counts()
    async with keystore.read() as tx:
        facts = Facts(
            holding="keys",
            database_schema=KEYSTORE_SCHEMA,
            made_at=int((await tx.execute(select(clock_us()))).scalar_one()),
        )
        header = await tx.run_sync(
            lambda connection: files.write(
                path, facts, seal, dump.lines(connection, KEYSTORE.sorted_tables, counts)
            )
        )
    return Made(header, counts)


async def stand_of(tx: Tx, keyring: Keyring) -> Stand | None:
    """Tell where the log stands in a snapshot; None while it is empty.

    Records are to be saved even where their keys are lost: then the log's key is left out.
    """
    newest = await tlog.latest(tx)
    if newest is None:
        return None
    named = parse_text(taken_apart(newest.note)[0]).origin  # it may be renamed since
    try:
        public = (await keyring.log_key(tx)).public_key().public_bytes_raw()
        log_key = str(VerifierKey(named, public))
    except KeyringError:
        log_key = None
    return Stand(size=newest.size, root=newest.root.hex(), note=newest.note, log_key=log_key)


def _require_there(url: str) -> None:
    kind, parsed = parse_url(url)
    if kind == "sqlite" and not file_of(parsed).exists():
        raise NothingThere(f"there is no database: {file_of(parsed)} is missing")

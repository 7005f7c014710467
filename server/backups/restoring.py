"""Restoring a backup, and checking one without restoring it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Table, delete, select, update

from server.backups import loading
from server.backups.files import BackupFile
from server.backups.making import KEYSTORE_SCHEMA
from server.backups.refusals import NotEmpty, SchemaNewer
from server.keystore.opening import beside
from server.keystore.store import KeyStore, grow_generation
from server.keystore.tables import keys, shreds, state
from server.settings import Settings
from server.storage.database import Database
from server.storage.engines import file_of, parse_url
from server.storage.errors import SchemaMismatch
from server.storage.message_tables import patient_messages
from server.storage.outbox_tables import deliveries
from server.storage.statements import Tx, clock_us
from server.storage.tables import (
    challenges,
    invitations,
    oidc_flows,
    recoveries,
    service_tokens,
    sessions,
)

ENDED: Final = "revoked"
RESTORED: Final = "restored"  # the outcome of a delivery that a restore brought back
# Each row lets somebody in for minutes, and is used by being deleted. What says that something
# was used (`service_assertions`, `oidc_logouts`) stays: without it that would serve again. The
# marks of used tickets go with challenges: what they are of is over in minutes as well.
BEGUN: Final[tuple[Table, ...]] = (challenges, oidc_flows, service_tokens)


def check(file: BackupFile) -> None:
    """Read the whole backup; afterwards its counts are known.

    Raises:
        BackupRefused: it is damaged, or of a schema that this program does not know.
    """
    _require_known(file)
    for _ in file.rows():
        pass


def restore_records(settings: Settings, file: BackupFile) -> None:
    """Put records into an empty database, all of them or nothing. Blocks.

    Everybody is signed out, nothing that waited is sent, and nobody is let in by what may have
    been taken back since (`settle`).

    Raises:
        BackupRefused: why it was not done; the database is as it was.
        StorageError: the database cannot be used.
    """
    loading.load(settings.database, file.header.database_schema, file.rows, settle)


async def restore_keys(settings: Settings, file: BackupFile) -> None:
    """Put keys into an empty keystore, all of them or nothing.

    Raises:
        BackupRefused: why it was not done; the keystore is as it was.
        StorageError: the keystore cannot be used.
    """
    _require_known(file)
    keystore = KeyStore(settings.keystore or beside(settings.database))
    try:
        async with keystore.write() as tx:
            await _require_no_keys(tx)
            await tx.run_sync(
                lambda connection: loading.add(
                    connection, {keys.name, shreds.name}, {state.name}, file.rows()
                )
            )
            await grow_generation(tx)
    finally:
        await keystore.close()


async def both_there(settings: Settings) -> bool:
    """Tell whether there are records, and keys too; makes neither.

    Raises:
        StorageError: one of them does not answer.
    """
    url = settings.keystore or beside(settings.database)
    for one in (settings.database, url):
        kind, parsed = parse_url(one)
        if kind == "sqlite" and not file_of(parsed).exists():
            return False
    keystore = KeyStore(url)
    try:
        if await keystore.any_tenant() is None:
            return False
        database = await Database.open(settings.database, exclusive=False, keystore_url=url)
        await database.close()
    except SchemaMismatch:
        return False
    finally:
        await keystore.close()
    return True


async def _require_no_keys(tx: Tx) -> None:
    for table in (keys, shreds):
        if (await tx.execute(select(1).select_from(table).limit(1))).first() is not None:
            raise NotEmpty(f"the keystore is not empty: {table.name} has rows")


def _require_known(file: BackupFile) -> None:
    if file.header.holding == "records":
        loading.require_known(file.header.database_schema)
    elif file.header.database_schema != KEYSTORE_SCHEMA:
        raise SchemaNewer(
            f"the backup has keys of form {file.header.database_schema}, "
            "which this program does not know"
        )


def settle(connection: Connection) -> None:
    """End what went on after the backup was made, and must not go on from it.

    Who was signed out, or lost a device, since then would be signed in again. What waited was
    sent since then, or overtaken: a patient would be written to twice, with a dead link. Who
    was refused a recovery, or whose invitation was taken back, would be let in after all.
    """
    connection.execute(
        update(sessions)
        .where(sessions.c.ended_at.is_(None))
        .values(ended_at=clock_us(), end_reason=ENDED)
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.state.in_(("waiting", "sending")))
        .values(state="dead", outcome=RESTORED, settled_at=clock_us())
    )
    connection.execute(
        update(patient_messages)
        .where(patient_messages.c.sealed_link.is_not(None))
        .values(sealed_link=None)
    )
    _take_back(connection)


def _take_back(connection: Connection) -> None:
    """End what lets somebody in who has the secret to it, whoever that is by now."""
    connection.execute(
        update(recoveries)
        .where(recoveries.c.used_at.is_(None), recoveries.c.refused_at.is_(None))
        .values(refused_at=clock_us())
    )
    connection.execute(
        update(invitations)
        .where(invitations.c.accepted_at.is_(None), invitations.c.withdrawn_at.is_(None))
        .values(withdrawn_at=clock_us())
    )
    for table in BEGUN:
        connection.execute(delete(table))

"""`goodfaith backup` and `goodfaith restore`: a copy that is sealed, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from server.auditing import Action
from server.auditing.refusals import AuditUnavailable
from server.backups import making, restoring
from server.backups.dump import sizes
from server.backups.files import BackupFile, reading
from server.backups.header import Header, Stand
from server.backups.making import LIMITS, Made
from server.backups.refusals import BackupRefused
from server.backups.seals import existing_roots
from server.backups.standing import Finding
from server.commands.audited_copies import enter, enter_copy
from server.commands.enrolment import beside_server
from server.commands.standing import findings_of, leave, tell
from server.commands.terminal import MISUSED, err, settings, stop
from server.keyring import Keyring
from server.keystore.roots import RootKeys
from server.retention.replaying import Replayed, replay_shreds
from server.settings import Settings, SettingsError
from server.storage.database import Database
from server.storage.errors import SchemaMismatch, SchemaUnread, StorageError

T = TypeVar("T")
HOLDS: Final = {"records": "records without their keys", "keys": "keys"}
MISSING: Final = {
    "records": "The keys are not here. Restore them before the server starts.",
    "keys": "The records are not here. Restore them before the server starts.",
}
MEGABYTE: Final = 1_000_000

backup: Final = typer.Typer(
    invoke_without_command=True, help="Copy the records, or the keys, into a sealed file."
)

File = Annotated[Path, typer.Argument(help="A backup.")]
SealedWith = Annotated[
    Path | None,
    typer.Option(help="File of the root key that the backup was made under, if another."),
]
Checkpoint = Annotated[
    Path | None,
    typer.Option(help="A checkpoint of the log that somebody kept, to compare with."),
]
RequireWitness = Annotated[
    bool, typer.Option(help="Fail unless a witness, or a checkpoint, was compared with.")
]


def finish(work: Coroutine[Any, Any, T], otherwise: str) -> T:
    """Run a command to its end; what it may fail with becomes a sentence."""
    try:
        return asyncio.run(work)
    except (BackupRefused, StorageError, SettingsError) as error:
        stop(f"{otherwise}: {error}.")
    except AuditUnavailable as error:
        stop(f"{otherwise}: {error.message}")


@backup.callback()
def make(
    context: typer.Context,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; it must not exist.")
    ] = None,
    keys: Annotated[
        bool, typer.Option("--keys", help="The keys instead of the records.")
    ] = False,
    unaudited: Annotated[
        bool, typer.Option("--unaudited", help="Go on although the audit log has no entry.")
    ] = False,
) -> None:
    """Copy the records, or the keys, into a sealed file, while the server runs."""
    if context.invoked_subcommand is not None:
        return
    if output is None:
        stop("Say where to: goodfaith backup -o FILE", MISUSED)
    chosen = settings()

    async def work() -> Made:
        roots = await existing_roots(chosen)
        command = "backup keys" if keys else "backup"
        await _enter(chosen, roots, command, unaudited=unaudited)
        dump = making.backup_keys if keys else making.backup_records
        return await dump(chosen, output, roots)

    made = finish(work(), "No backup was made")
    typer.echo(
        f"{output}: {HOLDS[made.header.holding]}, {made.counts.rows} rows, "
        f"{output.stat().st_size / MEGABYTE:.1f} MB"
    )


async def _enter(chosen: Settings, roots: RootKeys, command: str, *, unaudited: bool) -> None:
    """Enter the copy in the audit log, or say that it has none.

    Into a database of another version nothing is written; its records are copied with the old
    program, before an upgrade, which enters it. The keys are in another place than the
    records, and must be saved just when those are in trouble: then somebody says so.
    """
    try:
        await _entered(chosen, roots, command)
    except (StorageError, AuditUnavailable) as error:
        if isinstance(error, SchemaMismatch) and not isinstance(error, SchemaUnread):
            err.print("The database is of another version: the audit log says nothing of this.")
            return
        why = error.message if isinstance(error, AuditUnavailable) else str(error)
        if not unaudited:
            stop(
                "No backup was made: the audit log cannot be written, and the copy would be "
                f"in no log ({why}). With --unaudited it is made all the same."
            )
        err.print(
            f"UNAUDITED: this copy is in no audit log ({why}). "
            "Write down who made it, when, and where it is.",
            style="bold red",
            markup=False,
        )


async def _entered(chosen: Settings, roots: RootKeys, command: str) -> None:
    database = await opened_database(chosen)
    try:
        await enter_copy(database, roots, chosen, command)
    finally:
        await database.close()


@backup.command("check")
def check(file: File, *, sealed_with: SealedWith = None) -> None:
    """Read a backup to its end and verify every byte, without restoring it."""

    async def work() -> BackupFile:
        async with reading(file, await existing_roots(settings(), sealed_with)) as opened:
            restoring.check(opened)
            return opened

    opened = finish(work(), "Not a good backup")
    describe(opened.header)
    if opened.header.holding == "records":
        tell(opened.header.stand, [])
    for name, rows in sizes(opened.counts.by_table):
        typer.echo(f"{rows:>10} {name}")
    typer.echo(f"{opened.counts.rows:>10} rows in all; the file is whole")


@backup.command("compare")
def compare(*, checkpoint: Checkpoint = None, require_witness: RequireWitness = False) -> None:
    """Compare the log with its entries, its witnesses and a checkpoint, and name a rollback."""
    chosen = settings()

    async def work() -> tuple[Stand | None, list[Finding]]:
        keyring = Keyring(await existing_roots(chosen))
        database = await opened_database(chosen)
        try:
            async with database.read() as tx:
                stand = await making.stand_of(tx, keyring)
                if stand is None:
                    return None, []
                return stand, await findings_of(tx, chosen, stand, checkpoint)
        finally:
            await database.close()

    stand, found = finish(work(), "Nothing was compared")
    tell(stand, found)
    leave(found, require_witness=require_witness)


def restore(
    file: File,
    *,
    sealed_with: SealedWith = None,
    checkpoint: Checkpoint = None,
    require_witness: RequireWitness = False,
) -> None:
    """Put a backup into an empty database, all of it or nothing, and compare the log."""
    chosen = settings()
    opened = finish(restored(chosen, file, sealed_with), "Nothing was restored")
    describe(opened.header)
    typer.echo(f"restored: {opened.counts.rows} rows")
    together = "It was restored, and could not be put together with the rest"
    replayed = finish(put_together(chosen), together)
    if replayed is None:
        err.print(MISSING[opened.header.holding])
    else:
        typer.echo(f"destroyed again: {replayed.keys} keys that were destroyed before")
    if opened.header.holding == "keys":
        return
    err.print("Everybody is signed out.")
    stand = opened.header.stand
    found = finish(
        compared(chosen, stand, checkpoint), "It was restored, and could not be compared"
    )
    tell(stand, found)
    leave(found, require_witness=require_witness)


async def restored(chosen: Settings, file: Path, sealed_with: Path | None) -> BackupFile:
    """Restore a backup and return it, read to its end.

    Raises:
        BackupRefused: nothing was restored.
        StorageError: the same.
    """
    roots = await existing_roots(chosen, sealed_with)
    chosen.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with reading(file, roots) as opened:
        if opened.header.holding == "keys":
            await restoring.restore_keys(chosen, opened)
        else:
            restoring.restore_records(chosen, opened)
        return opened


async def put_together(chosen: Settings) -> Replayed | None:
    """Destroy again what a restore brought back; None while records or keys are missing.

    Before both are there nothing is done: what one side knows to be destroyed would be entered
    on the other, which would no longer be empty for its own restore.
    """
    if not await restoring.both_there(chosen):
        return None
    async with beside_server(chosen) as core:
        replayed = await replay_shreds(core)
        await enter(core, Action.RESTORED, "restore")
        return replayed


async def compared(
    chosen: Settings, stand: Stand | None, checkpoint: Path | None
) -> list[Finding]:
    """Compare a restored log with what others have seen of it."""
    if stand is None:
        return []
    database = await opened_database(chosen)
    try:
        async with database.read() as tx:
            return await findings_of(tx, chosen, stand, checkpoint)
    finally:
        await database.close()


async def opened_database(chosen: Settings) -> Database:
    """Open the database beside whoever uses it."""
    return await Database.open(
        chosen.database, limits=LIMITS, exclusive=False, keystore_url=chosen.keystore
    )


def describe(header: Header) -> None:
    """Print what a backup says about itself."""
    made = datetime.fromtimestamp(header.made_at / 1_000_000, UTC)
    typer.echo(
        f"{HOLDS[header.holding]}, made {made:%Y-%m-%d %H:%M:%S} UTC, "
        f"schema {header.database_schema}"
    )

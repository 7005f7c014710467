"""`goodfaith backup` and `goodfaith restore`: a copy that is sealed, and the way back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from server.backups import making, restoring
from server.backups.dump import sizes
from server.backups.files import existing_root_key
from server.backups.header import Header
from server.backups.refusals import BackupRefused
from server.commands.terminal import MISUSED, err, settings, stop
from server.settings import SettingsError
from server.storage.errors import StorageError

HOLDS: Final = {"records": "records without their keys", "keys": "keys"}
MEGABYTE: Final = 1_000_000

backup: Final = typer.Typer(
    invoke_without_command=True, help="Copy the records, or the keys, into a sealed file."
)

File = Annotated[Path, typer.Argument(help="A backup.")]
SealedWith = Annotated[
    Path | None,
    typer.Option(help="File of the root key that the backup was made with, if another."),
]


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
) -> None:
    """Copy the records, or the keys, into a sealed file, while the server runs."""
    if context.invoked_subcommand is not None:
        return
    if output is None:
        stop("Say where to: goodfaith backup -o FILE", MISUSED)
    chosen = settings()
    try:
        made = asyncio.run(
            making.backup(
                chosen.database,
                output,
                "keys" if keys else "records",
                root_key=existing_root_key(chosen),
                stand_of=making.no_stand,
            )
        )
    except (BackupRefused, StorageError, SettingsError) as error:
        stop(f"No backup was made: {error}.")
    typer.echo(
        f"{output}: {HOLDS[made.header.holding]}, {made.counts.rows} rows, "
        f"{output.stat().st_size / MEGABYTE:.1f} MB"
    )


@backup.command("check")
def check(file: File, *, sealed_with: SealedWith = None) -> None:
    """Read a backup to its end and verify every byte, without restoring it."""
    try:
        root_key = existing_root_key(settings(), sealed_with)
        with restoring.reading(file, root_key) as opened:
            restoring.check(opened)
    except (BackupRefused, StorageError, SettingsError) as error:
        stop(f"Not a good backup: {error}.")
    describe(opened.header)
    for name, rows in sizes(opened.counts.by_table):
        typer.echo(f"{rows:>10} {name}")
    typer.echo(f"{opened.counts.rows:>10} rows in all; the file is whole")


def restore(file: File, *, sealed_with: SealedWith = None) -> None:
    """Put a backup into an empty database: all of it, or nothing."""
    chosen = settings()
    try:
        root_key = existing_root_key(chosen, sealed_with)
        chosen.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with restoring.reading(file, root_key) as opened:
            restoring.restore(chosen.database, opened)
    except (BackupRefused, StorageError, SettingsError) as error:
        stop(f"Nothing was restored: {error}.")
    describe(opened.header)
    typer.echo(f"restored: {opened.counts.rows} rows")
    if opened.header.holding == "records":
        err.print("Everybody is signed out. Restore the keys next, if they are not here.")


def describe(header: Header) -> None:
    """Print what a backup says about itself."""
    made = datetime.fromtimestamp(header.made_at / 1_000_000, UTC)
    typer.echo(
        f"{HOLDS[header.holding]}, made {made:%Y-%m-%d %H:%M:%S} UTC, "
        f"schema {header.database_schema}"
    )
    if header.stand is not None:
        typer.echo(f"log: {header.stand.size} entries, root {header.stand.root}")

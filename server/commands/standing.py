"""Saying where a restored log stands, and what that means for the exit status.

0  the log is the one that others have seen, or nobody else was asked
1  a witness was required, and none answered
3  rollback: entries that were in the log are not here
4  fork: other entries were in the log than are here
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NoReturn

import typer

from server.backups import comparing
from server.backups.header import Stand
from server.backups.refusals import FileUnusable
from server.backups.standing import Finding, Verdict, worst
from server.commands.terminal import FAILED, err
from server.sequencing import asking
from server.settings import Settings
from server.storage.statements import Tx

ROLLED_BACK: Final = 3
FORKED: Final = 4
CHECKPOINT_BYTES_MAX: Final = 65_536
LOUD: Final = frozenset({Verdict.ROLLED_BACK, Verdict.FORKED})


async def findings_of(
    tx: Tx, settings: Settings, stand: Stand, checkpoint: Path | None
) -> list[Finding]:
    """Compare a log with its entries, with a checkpoint, and with every witness.

    Raises:
        BackupRefused: the checkpoint is none of this log.
    """
    found = [await comparing.with_entries(tx, stand)]
    if checkpoint is not None:
        note = read_note(checkpoint)
        found.append(await comparing.with_checkpoint(tx, stand, note, checkpoint.name))
    async with asking.open_session() as session:
        found += [
            await comparing.with_witness(tx, session, stand, witness)
            for witness in settings.log_witnesses
        ]
    return found


def read_note(path: Path) -> str:
    """Read a checkpoint.

    Raises:
        FileUnusable: it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(CHECKPOINT_BYTES_MAX)
    except OSError as error:
        raise FileUnusable(path, error) from None


def tell(stand: Stand | None, findings: list[Finding]) -> None:
    """Print how the log stands."""
    if stand is None:
        typer.echo("log: it was empty when the backup was made")
        return
    typer.echo(f"log: {stand.size} entries, root {stand.root}")
    for one in findings:
        if one.who == comparing.ENTRIES and one.verdict is Verdict.SAME:
            typer.echo("the entries that are here have this root")
        elif one.verdict in LOUD:
            err.print(one.sentence, style="bold red", markup=False)
        else:
            typer.echo(one.sentence)


def leave(findings: list[Finding], *, require_witness: bool) -> NoReturn:
    """End the command with the status that the findings deserve."""
    verdict = worst(findings)
    if verdict is Verdict.FORKED:
        raise typer.Exit(FORKED)
    if verdict is Verdict.ROLLED_BACK:
        raise typer.Exit(ROLLED_BACK)
    witnessed = [
        one
        for one in findings
        if one.who != comparing.ENTRIES and one.verdict is not Verdict.UNHEARD
    ]
    if require_witness and not witnessed:
        err.print("No witness answered: a rollback cannot be ruled out.", style="bold red")
        raise typer.Exit(FAILED)
    raise typer.Exit

"""`goodfaith chart`: an exam's record as a file, and what holds of such a file."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.enrolment import with_core
from server.commands.terminal import MISUSED, stop
from server.errors import GoodfaithError
from server.records.files import read_bounded, write_new
from server.records.making import record_of
from server.records.record import Holder
from server.records.refusals import ExportRefused, FileRefused
from server.records.verifying import Trust, Verdict
from server.records.verifying import verify as verify_record
from server.sequencing.batches import sequence
from server.services import Core
from server.tlog.signed_notes import NOTE_BYTES_MAX, NoteRefused, VerifierKey

chart: Final = typer.Typer(no_args_is_help=True, help="Records of exams, as files.")

KEY_BYTES: Final = 32
Output = Annotated[
    Path, typer.Option("--output", "-o", help="The new file; one that is there stays.")
]
ForHolder = Annotated[Holder, typer.Option("--holder", help="For whom: what they may read.")]
Since = Annotated[
    Path | None,
    typer.Option("--since", help="A checkpoint that was kept: does the log continue it?"),
]


def write_whole(output: Path, content: bytes) -> None:
    """Write a file, whole or not at all, that only this user may read; say how long it is."""
    try:
        write_new(output, content)
    except FileExistsError:
        stop(f"{output} is there already, and stays as it is.")
    except OSError as error:
        stop(f"{output} could not be written: {error.strerror}.")
    typer.echo(f"{output}: {len(content)} bytes")


@chart.command("export")
def export(
    encounter_id: Annotated[str, typer.Argument(metavar="ENCOUNTER")],
    *,
    output: Output,
    holder: ForHolder = "network",
    since: Since = None,
) -> None:
    """Write the record of an exam: entries, signatures, proofs and keys, in one file.

    Only the holder's own is readable in it. What does not hold is not written: it is named.
    """
    kept = _checkpoint(since)

    async def work(core: Core) -> bytes:
        await sequence(core, holder=f"export-{os.getpid()}")
        made = await record_of(core, encounter_id, holder, since=kept, whole=True)
        await auditing.of_cli(core, Action.EXPORTED, "chart export", encounter_id=encounter_id)
        return made

    try:
        content = with_core(work)
    except ExportRefused as error:
        stop(f"No record was made: {error}.")
    except GoodfaithError as error:
        stop(f"No record was made: {error.message}")
    write_whole(output, content)


@chart.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    *,
    network_key: Annotated[
        str | None,
        typer.Option("--network-key", help="Of the network, in hex or base64url (JWK x)."),
    ] = None,
    practitioner_key: Annotated[
        list[str] | None,
        typer.Option("--practitioner-key", help="Of who signed, in hex or base64url (JWK x)."),
    ] = None,
    log_key: Annotated[
        str | None, typer.Option("--log-key", help="Verifier key of the log.")
    ] = None,
    witness_key: Annotated[
        list[str] | None,
        typer.Option("--witness-key", help="Of a witness that must have cosigned."),
    ] = None,
    since: Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Verify a record, offline: say what holds, or name the first thing that does not.

    The status is 0 when all of it holds, 1 when something does not. Keys that are given must
    be those of the file; of others the file's own are named, to be compared.
    """
    trust = Trust(
        network_key=_public_key(network_key) if network_key else None,
        practitioner_keys=tuple(map(_public_key, practitioner_key or ())),
        log_key=_verifier_key(log_key) if log_key else None,
        witness_keys=tuple(map(_verifier_key, witness_key or ())),
        since=_checkpoint(since),
    )
    try:
        verdict = verify_record(read_bounded(file), trust)
    except FileRefused as error:
        verdict = Verdict(problem=f"This is no record: {error}.")
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", MISUSED)
    if as_json:
        said = {"holds": verdict.holds, "problem": verdict.problem, "entry": verdict.seq}
        typer.echo(json.dumps(said, indent=2))
    elif verdict.problem is None:
        typer.echo("\n".join(verdict.holds))
    if verdict.problem is not None:
        if as_json:
            raise typer.Exit(1)
        stop(verdict.problem)


def _checkpoint(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(NOTE_BYTES_MAX + 1).decode()
    except (OSError, UnicodeDecodeError):
        stop(f"{path} is no checkpoint.", MISUSED)


def _verifier_key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except NoteRefused as error:
        stop(f"Not a verifier key: {error}.", MISUSED)


def _public_key(text: str) -> bytes:
    keys = [_decoded(text, decode) for decode in (bytes.fromhex, _base64url)]
    found = next((one for one in keys if len(one) == KEY_BYTES), None)
    if found is None:
        stop("Not a public key: 32 bytes in hex or base64url.", MISUSED)
    return found


def _decoded(text: str, decode: Callable[[str], bytes]) -> bytes:
    try:
        return decode(text)
    except (ValueError, binascii.Error):
        return b""


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""`goodfaith chart fhir`: a signed exam as a FHIR R4 transaction bundle, in a file.

The file is PHI: only this user may read it, and it is there whole or not at all.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from server.commands.chart import chart
from server.commands.enrolment import with_core
from server.commands.terminal import stop
from server.errors import GoodfaithError
from server.fhir.gathering import bundle_of
from server.fhir.signed_chart import View
from server.services import Core

__all__ = ["chart"]


class ViewName(StrEnum):
    """For whom."""

    NETWORK = "network"
    SPA = "spa"


VIEWS: dict[ViewName, View] = {ViewName.NETWORK: "network", ViewName.SPA: "spa"}


@chart.command("fhir")
def export_fhir(
    encounter_id: Annotated[str, typer.Argument(metavar="ENCOUNTER", help="Its identifier.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    *,
    view: Annotated[
        ViewName, typer.Option(help="For whom: the spa's is without note and answers.")
    ] = ViewName.NETWORK,
) -> None:
    """Write a signed exam as a FHIR R4 transaction bundle (mode 0600, all or nothing)."""

    async def work(core: Core) -> bytes:
        try:
            return await bundle_of(core, encounter_id, VIEWS[view])
        except GoodfaithError as refused:
            stop(f"Refused: {refused.message}")

    content = with_core(work)
    try:
        write_private(output, content)
    except OSError as error:
        stop(f"The file cannot be written: {error.strerror}.")
    typer.echo(f"{output}: {len(content)} bytes")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, in place of an older one, all or nothing.

    Raises:
        OSError: it could not be written; an older one is as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(partial, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

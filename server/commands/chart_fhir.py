"""`goodfaith chart fhir`: a signed exam as a FHIR R4 transaction bundle, in a file.

The file is PHI: only this user may read it, and it is there whole or not at all. That it was
made is in the audit log before it is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.chart import Output, chart, write_whole
from server.commands.enrolment import with_core
from server.commands.terminal import stop
from server.errors import GoodfaithError
from server.fhir.gathering import bundle_of
from server.fhir.signed_chart import View
from server.services import Core

__all__ = ["chart"]


COMMAND: Final = "chart fhir"


class ViewName(StrEnum):
    """For whom."""

    NETWORK = "network"
    SPA = "spa"


VIEWS: dict[ViewName, View] = {ViewName.NETWORK: "network", ViewName.SPA: "spa"}


@chart.command("fhir")
def export_fhir(
    encounter_id: Annotated[str, typer.Argument(metavar="ENCOUNTER", help="Its identifier.")],
    *,
    output: Output,
    view: Annotated[
        ViewName, typer.Option(help="For whom: the spa's is without note and answers.")
    ] = ViewName.NETWORK,
) -> None:
    """Write a signed exam as a FHIR R4 transaction bundle (mode 0600, all or nothing)."""

    async def work(core: Core) -> bytes:
        try:
            made = await bundle_of(core, encounter_id, VIEWS[view])
            await auditing.of_cli(core, Action.EXPORTED, COMMAND, encounter_id=encounter_id)
        except GoodfaithError as refused:
            stop(f"Refused: {refused.message}")
        return made

    write_whole(output, with_core(work))

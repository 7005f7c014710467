"""`goodfaith chart pdf`: the paper of a signed exam, in a file.

The same paper that the portal gives out. It is PHI: only this user may read the file, and that
it was made is in the audit log before it is.
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.chart import ForHolder, Output, write_whole
from server.commands.chart_fhir import chart
from server.commands.enrolment import with_core
from server.commands.terminal import stop
from server.documents.issuing import document
from server.errors import GoodfaithError
from server.records.record import Holder
from server.services import Core
from server.storage.documents import DocumentKind
from server.storage.errors import KeyShredded, RowMissing

__all__ = ["chart"]


COMMAND: Final = "chart pdf"
PAPERS: Final[dict[Holder, DocumentKind]] = {
    "network": "exam",
    "spa": "spa_copy",
    "patient": "patient_copy",
}


@chart.command("pdf")
def export_pdf(
    encounter_id: Annotated[str, typer.Argument(metavar="ENCOUNTER", help="Its identifier.")],
    *,
    output: Output,
    holder: ForHolder = "network",
) -> None:
    """Write the paper of a signed exam as a PDF (mode 0600, all or nothing)."""

    async def work(core: Core) -> bytes:
        try:
            made = await document(core, encounter_id, PAPERS[holder])
            await auditing.of_cli(core, Action.EXPORTED, COMMAND, encounter_id=encounter_id)
        except KeyShredded:
            stop("Refused: its key was destroyed, and nobody can read it any more.")
        except RowMissing:
            stop("Refused: there is no such signed exam.")
        except GoodfaithError as refused:
            stop(f"Refused: {refused.message}")
        return made

    write_whole(output, with_core(work))

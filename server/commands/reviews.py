"""`goodfaith reviews`: by when a network reviews what was sent, and how long one may lie."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.terminal import AsJson, show
from server.services import Core
from server.storage import directory
from server.storage import reviews as stored
from server.storage.database import Tx
from server.storage.reviews import ReviewSettings

reviews: Final = typer.Typer(no_args_is_help=True, help="Reviews of what patients sent.")

HOUR_S: Final = 3_600
MINUTE_S: Final = 60
Network = Annotated[str, typer.Option("--network", help="Whose setting it is.")]
DueHours = Annotated[
    int, typer.Option(min=1, max=168, help="Hours from the submission until it is due.")
]
IdleMinutes = Annotated[
    int,
    typer.Option(
        min=5, max=480, help="Minutes without an act of the reviewer until it is given back."
    ),
]


@reviews.command("settle")
def settle(
    *, network: Network, due_hours: DueHours = 24, idle_minutes: IdleMinutes = 30
) -> None:
    """Settle both for what is submitted from now on; what is due already stays due."""
    wanted = ReviewSettings(due_hours * HOUR_S, idle_minutes * MINUTE_S)

    async def work(tx: Tx, core: Core) -> None:
        await note_change(tx, core, Action.POLICY_CHANGED, "reviews settle", network)
        await stored.settle(tx, network, wanted, now=core.clock.now())

    writing(work)
    typer.echo(f"Due after {due_hours} h; given back after {idle_minutes} min.")


@reviews.command("show")
def show_settings(*, network: Network, as_json: AsJson = False) -> None:
    """Show what a network has settled."""

    async def work(core: Core) -> ReviewSettings:
        async with core.database.read() as tx:
            await directory.organization(tx, network)
            return await stored.settings(tx, network)

    found = with_core(work)
    rows = [[str(found.due_after_s // HOUR_S), str(found.idle_after_s // MINUTE_S)]]
    show("Reviews", ["due after h", "idle min"], rows, as_json=as_json)

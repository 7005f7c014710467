"""`goodfaith emr deliveries` and `resend`: what was pushed to a record system, and once more.

A network has no page of deliveries: this is how its pushes are seen and sent again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.emr import emr, network_of
from server.commands.enrolment import with_core
from server.commands.terminal import MISUSED, AsJson, show, stop
from server.delivery import endpoints
from server.delivery.refusals import EndpointDisabled, StillOpen
from server.services import Core
from server.storage import emr_connections, outbox_history
from server.storage.outbox_history import DeliveryRow

__all__ = ["emr"]
ROWS_MAX: Final = 1_000
COLUMNS: Final = [
    *("message", "topic", "encounter", "state", "attempts"),
    *("made", "tried", "next", "outcome", "status"),
]
MICROSECONDS: Final = 1_000_000
Connection = Annotated[str, typer.Argument(help="As `connect` printed it.")]


@emr.command("deliveries")
def deliveries(
    connection_id: Connection,
    *,
    limit: Annotated[
        int, typer.Option(min=1, max=ROWS_MAX, help="Of those delivered, and of the others.")
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """List what is pushed: what waits or was given up first, then the newest that was taken."""

    async def work(core: Core) -> list[list[str]]:
        async with core.database.read() as tx:
            await emr_connections.get(tx, connection_id)
            known = await outbox_history.latest(tx, connection_id, limit, pressing_max=limit)
        return [_shown(one) for one in known]

    show("Deliveries", COLUMNS, with_core(work), as_json=as_json)


@emr.command("resend")
def resend(
    connection_id: Connection,
    message_id: Annotated[str, typer.Argument(help="As `deliveries` printed it.")] = "",
    *,
    dead: Annotated[
        bool, typer.Option("--dead", help="All that were given up, the oldest first.")
    ] = False,
) -> None:
    """Push again what was delivered or given up, under the same id; prints what waits now."""
    if dead == bool(message_id):
        stop("Name one message, or say --dead.", MISUSED)

    async def work(core: Core) -> list[str]:
        async with core.database.read() as tx:
            await emr_connections.get(tx, connection_id)
            network_id = await network_of(tx, connection_id)
            wanted = [message_id]
            if dead:
                wanted = await outbox_history.dead(tx, connection_id, ROWS_MAX)
        done = []
        for one in wanted:
            try:
                await _again(core, network_id, connection_id, one)
            except StillOpen as refused:
                if not dead:  # else somebody sent it again since it was listed
                    stop(f"Refused: {refused.message}")
            else:
                done.append(one)
        return done

    for one in with_core(work):
        typer.echo(one)


async def _again(core: Core, network_id: str, to: str, message_id: str) -> None:
    try:
        async with core.database.write() as tx:
            row = await endpoints.resend(tx, core, to, message_id)
            event = auditing.cli_event(
                core,
                Action.RESENT,
                "emr resend",
                encounter_id=row.encounter_id,
                network_id=network_id,
            )
            await auditing.note(tx, event)
    except EndpointDisabled:
        stop("Refused: it is disabled. `goodfaith emr enable` pushes there again.")


def _shown(one: DeliveryRow) -> list[str]:
    return [
        one.message_id,
        one.topic,
        one.encounter_id or "",
        one.state,
        str(one.attempts),
        _instant(one.created_at),
        _instant(one.tried_at),
        _instant(one.next_at if one.state == "waiting" else None),
        one.outcome or "",
        "" if one.status is None else str(one.status),
    ]


def _instant(at: int | None) -> str:
    if at is None:
        return ""
    return datetime.fromtimestamp(at // MICROSECONDS, UTC).isoformat().replace("+00:00", "Z")

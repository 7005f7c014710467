"""`goodfaith network standard`: what a network asks of every practitioner's file."""

from __future__ import annotations

from typing import Annotated, TypeVar

import typer

from server import auditing
from server.auditing import Action
from server.commands.enrolment import writing
from server.commands.organizations import network
from server.credentials import Standard
from server.services import Core
from server.storage import credentials, directory
from server.storage.database import Tx

__all__ = ["network"]

T = TypeVar("T")


@network.command("standard")
def standard(
    network_id: Annotated[str, typer.Argument(help="Whose practitioners.")],
    *,
    training_hours: Annotated[float | None, typer.Option(min=0, max=10_000)] = None,
    exclusion_days: Annotated[int | None, typer.Option(min=1, max=366)] = None,
    malpractice: Annotated[bool | None, typer.Option("--malpractice/--no-malpractice")] = None,
    employment: Annotated[bool | None, typer.Option("--employment/--no-employment")] = None,
    verify_again_days: Annotated[
        int | None,
        typer.Option(
            min=0, max=3_660, help="How long a look at a licence counts; 0: for good."
        ),
    ] = None,
    nothing: Annotated[
        bool, typer.Option("--nothing", help="Ask for nothing besides licences.")
    ] = False,
) -> None:
    """Show, or say, what a network asks of every practitioner's file."""
    given = (training_hours, exclusion_days, malpractice, employment, verify_again_days)

    async def work(tx: Tx, core: Core) -> Standard | None:
        await directory.organization(tx, network_id)
        there = await credentials.standard(tx, network_id)
        if not nothing and all(one is None for one in given):
            return there
        by = await _noted(tx, core, network_id)
        now, time_zone = core.clock.now(), core.settings.time_zone
        if nothing:
            await credentials.drop_standard(tx, network_id, now=now, time_zone=time_zone)
            return None
        before = there or Standard()
        asked = Standard(
            training_minutes_min=_or(
                None if training_hours is None else round(training_hours * 60),
                before.training_minutes_min,
            ),
            exclusion_days=_or(exclusion_days, before.exclusion_days),
            malpractice=_or(malpractice, before.malpractice),
            employment=_or(employment, before.employment),
            verify_again_days=_or(verify_again_days, before.verify_again_days) or None,
        )
        await credentials.set_standard(
            tx, network_id, asked, now=now, time_zone=time_zone, by=by
        )
        return asked

    asked = writing(work)
    if asked is None:
        typer.echo("Nothing is asked for besides licences.")
        return
    typer.echo(
        f"training: {asked.training_minutes_min / 60:g} h; exclusion check: every "
        f"{asked.exclusion_days} days; malpractice cover: {_word(asked.malpractice)}; "
        f"employment: {_word(asked.employment)}; a look at a licence counts "
        + (f"{asked.verify_again_days} days" if asked.verify_again_days else "for good")
    )


async def _noted(tx: Tx, core: Core, network_id: str) -> str:
    """Write the audit entry of a change, and return who makes it."""
    event = auditing.cli_event(
        core, Action.FILE_CHANGED, "network standard", network_id=network_id
    )
    await auditing.note(tx, event)
    return event.actor


def _or(given: T | None, before: T) -> T:
    return before if given is None else given


def _word(asked: bool) -> str:  # noqa: FBT001 - one word of two
    return "asked for" if asked else "not asked for"

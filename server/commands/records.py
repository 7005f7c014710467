"""`goodfaith records`: what holds records, and destroying those that nothing holds.

Identifiers only: no name of a patient is printed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Final

import typer

from server import auditing
from server.ages import day_of
from server.auditing import Action
from server.commands.enrolment import with_core, writing
from server.commands.terminal import MISUSED, AsJson, err, out, show, stop
from server.keystore.rewriting import BY_HAND
from server.retention import legal
from server.retention.expiring import Standing, let_go, require_clock, standings
from server.retention.law import unverified
from server.retention.replaying import replay_shreds
from server.services import Core
from server.storage import retention
from server.storage.database import Tx
from server.storage.retention import HoldRow

records: Final = typer.Typer(
    no_args_is_help=True, help="Records: what holds them, and letting go of what nothing holds."
)
By = Annotated[str, typer.Option(help="Who says so, of compliance.")]
STILL_THERE: Final = (
    "Keys that were destroyed may still be in PostgreSQL's files. When no long transaction is "
    f"open, run by hand, as the owner of the table: {BY_HAND}"
)
Reason = Annotated[str, typer.Option(help="Why, naming no patient.")]


@records.command("expire")
def expire(
    *,
    dry_run: Annotated[
        bool, typer.Option(help="Only list what would go, and what holds; change nothing.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who destroys; needed without --dry-run.")] = "",
    clock_is_right: Annotated[
        bool, typer.Option(help="Destroy although nothing happened for more than a year.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy the records that nothing holds any more. There is no way back.

    The keys of the charts are destroyed, and of patients none of whose records is left;
    documents and photos are erased. Hashes and signatures stay, so that proofs hold.
    """
    if not dry_run and not by.strip():
        stop("--by says who destroys.", MISUSED)

    async def work(core: Core) -> list[list[str]]:
        if not dry_run:
            await replay_shreds(core)
            if not clock_is_right:
                await require_clock(core)
        rows: list[list[str]] = []
        async for one in standings(core, day_of(core.clock.now())):
            went = None
            if not dry_run and (one.goes or any(it.goes for it in one.records)):
                done = await let_go(core, one, actor=f"compliance:{by.strip()}"[:120])
                went = {it.subject for it in done}
            rows += [_row(it, went) for it in one.records]
        if not dry_run and not await core.database.keystore.rewrite():
            err.print(STILL_THERE, style="bold", markup=False)
        return rows

    rows = with_core(work)
    columns = ["encounter", "patient", "what", "held until", "ground", "detail"]
    show("Records", columns, rows, as_json=as_json)
    if not as_json:
        unread = ", ".join(unverified())
        out.print(f"Years of {unread} are not looked up: the strictest of all counts there.")


@records.command("hold")
def hold(
    *,
    encounter: Annotated[str | None, typer.Option(help="Hold this chart.")] = None,
    patient: Annotated[
        str | None, typer.Option(help="Hold everything of this patient.")
    ] = None,
    reason: Reason,
    by: By,
) -> None:
    """Hold a record until it is released; print the identifier of the hold."""

    async def work(tx: Tx, core: Core) -> HoldRow:
        row = await legal.hold(
            tx, core, encounter_id=encounter, patient_id=patient, reason=reason, by=by
        )
        await _note(tx, core, Action.HOLD_SET, "records hold", row)
        return row

    typer.echo(writing(work).id)


@records.command("release")
def release(
    hold_id: Annotated[str, typer.Argument(help="As `hold` printed it.")],
    *,
    reason: Reason,
    by: By,
) -> None:
    """Release a hold. It stays on record with who released it and why."""

    async def work(tx: Tx, core: Core) -> None:
        standing = await retention.holds(tx)
        await legal.release(tx, core, hold_id, reason=reason, by=by)
        for row in standing:
            if row.id == hold_id:
                await _note(tx, core, Action.HOLD_LIFTED, "records release", row)

    writing(work)
    typer.echo(f"released {hold_id}")


@records.command("holds")
def list_holds(
    *,
    released: Annotated[bool, typer.Option("--all", help="Released ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the holds."""

    async def work(core: Core) -> list[HoldRow]:
        async with core.database.read() as tx:
            return await retention.holds(tx, standing=not released)

    rows = [
        [
            one.id,
            one.encounter_id or "",
            one.patient_id or "",
            one.reason,
            f"{one.set_by}, {_day(one.set_at)}",
            "" if one.released_at is None else f"{one.released_by}, {_day(one.released_at)}",
        ]
        for one in with_core(work)
    ]
    columns = ["id", "encounter", "patient", "reason", "set", "released"]
    show("Holds", columns, rows, as_json=as_json)


@records.command("contract")
def contract(
    organization: Annotated[str, typer.Argument(help="A network or a spa.")],
    years: Annotated[int, typer.Argument(help="Years from the last contact; 0 for none.")],
    *,
    reference: Annotated[str, typer.Option(help="Which contract.")],
    by: By,
    shorter: Annotated[
        str | None, typer.Option(help="Why fewer years than before; needed for that alone.")
    ] = None,
) -> None:
    """Set how long a contract asks that records are kept: it lengthens what the law asks."""

    async def work(tx: Tx, core: Core) -> None:
        done = await legal.contract(
            tx,
            core,
            organization,
            years=years,
            reference=reference,
            by=by,
            shorter=shorter,
        )
        action = Action.HOLD_LIFTED if done.shortened else Action.HOLD_SET
        event = auditing.cli_event(core, action, "records contract", network_id=done.network_id)
        await auditing.note(tx, replace(event, number=done.years))

    writing(work)
    typer.echo(f"{years} years")


async def _note(tx: Tx, core: Core, action: Action, command: str, row: HoldRow) -> None:
    """Enter a hold in the audit log, in the transaction that sets or ends it."""
    event = auditing.cli_event(
        core,
        action,
        command,
        encounter_id=row.encounter_id,
        patient_id=row.patient_id,
        network_id=row.network_id,
    )
    await auditing.note(tx, event)


def _row(one: Standing, went: set[str] | None) -> list[str]:
    if one.held is None:
        return [one.encounter_id, one.patient_id, "held", "", "open", "the visit is not over"]
    if one.goes:
        what = "would go" if went is None else "gone" if one.encounter_id in went else "held"
    else:
        what = "held"
    until = "released" if one.held.until is None else one.held.until.isoformat()
    return [one.encounter_id, one.patient_id, what, until, one.held.ground, one.held.detail]


def _day(instant: int) -> date:
    return datetime.fromtimestamp(instant / 1_000_000, UTC).date()

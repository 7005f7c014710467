"""`goodfaith practitioner file`, and what stands in it besides licences.

What is entered here was looked up: who looked, and where, is part of it. Running servers go by
it within a few seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from server.auditing import Action
from server.commands.changes import note_change
from server.commands.dea import practitioner
from server.commands.enrolment import find_practitioner, with_core, writing
from server.commands.practitioners import Login, Source, VerifiedBy, note_file
from server.commands.staffing import line_of, text_of
from server.commands.terminal import MISUSED, AsJson, err, show, stop
from server.credentials import Employment, ExclusionCheck, Malpractice, Part, Training
from server.errors import GoodfaithError
from server.practitioner_files import entering, importing
from server.practitioner_files.days import midnight, today_began
from server.practitioner_files.entering import Evidence
from server.practitioner_files.file_view import file_view
from server.practitioner_files.http_verification import service_of
from server.practitioner_files.importing import Import
from server.practitioner_files.reading import files_of
from server.services import Core
from server.storage import directory
from server.storage.database import Tx
from server.views.practitioner_files import PractitionerFileView

__all__ = ["practitioner"]

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day of the network's.")]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Until midnight; without it, it has no end yet."),
]
PartId = Annotated[str, typer.Argument(help="As `practitioner file` prints it.")]
LIMITS: Final = re.compile(r"([1-9][0-9]{0,9})/([1-9][0-9]{0,9})")


class ListName(StrEnum):
    """Which list of excluded people."""

    LEIE = "leie"
    SAM = "sam"
    STATE = "state"


class Outcome(StrEnum):
    """Whether they are in it."""

    CLEAR = "clear"
    MATCH = "match"


class EmploymentKind(StrEnum):
    """What somebody is to the network."""

    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"


class PartKind(StrEnum):
    """What can be taken back."""

    MALPRACTICE = "malpractice"
    EMPLOYMENTS = "employments"
    TRAININGS = "trainings"
    EXCLUSION_CHECKS = "exclusion-checks"


@practitioner.command("file")
def show_file(login: Login, *, as_json: AsJson = False) -> None:
    """Show what a practitioner's file holds besides licences, what is missing, what ends."""

    async def work(core: Core) -> PractitionerFileView:
        async with core.database.read() as tx:
            who = await find_practitioner(tx, login)
            time_zone = core.settings.time_zone
            files = await files_of(tx, who.network_id, time_zone=time_zone)
            service = service_of(core.settings) is not None
            now = core.clock.now()
            return await file_view(tx, files, who.practitioner_id, now=now, service=service)

    view = with_core(work)
    parts = (
        ("malpractice", [(one, one.insurer, one.valid_until_ms) for one in view.malpractice]),
        ("employments", [(one, one.title, one.valid_until_ms) for one in view.employments]),
        ("trainings", [(one, f"{one.minutes} min", None) for one in view.trainings]),
        (
            "exclusion-checks",
            [(one, f"{one.list_name}: {one.outcome}", None) for one in view.exclusion_checks],
        ),
    )
    rows = [
        [one.id, kind, what, "counts" if one.counts else "does not count", _day(until)]
        for kind, listed in parts
        for one, what, until in listed
    ]
    show("File", ["id", "part", "what", "standing", "until"], rows, as_json=as_json)
    if not as_json:
        missing = ", ".join(view.missing) or "nothing"
        typer.echo(f"matched: {'yes' if view.cleared else 'no'}; missing: {missing}")


@practitioner.command("exclusion")
def exclusion(
    login: Login,
    *,
    outcome: Annotated[Outcome, typer.Option(help="Whether the list names them.")],
    list_name: Annotated[ListName, typer.Option("--list", help="Which list.")] = ListName.LEIE,
    verified_by: VerifiedBy,
    source: Source,
) -> None:
    """Enter a look into a list of excluded people, made today. A match bars at once."""

    def made(core: Core) -> Part:
        today = today_began(core.clock.now(), core.settings.time_zone)
        return ExclusionCheck(list_name=list_name, outcome=outcome, checked_at=today)

    _enter("practitioner exclusion", login, made, Evidence(verified_by, source))


@practitioner.command("malpractice")
def malpractice(
    login: Login,
    *,
    insurer: Annotated[str, typer.Option(help="Who insures.")],
    number: Annotated[str, typer.Option(help="Of the policy.")],
    limits: Annotated[str, typer.Option(help="US dollars, as 1000000/3000000.")],
    since: Day,
    until: Day,
    verified_by: VerifiedBy,
    source: Source,
) -> None:
    """Enter a policy of malpractice insurance; its limits are per claim, and in all."""
    found = LIMITS.fullmatch(limits)
    if found is None:
        stop("Limits are per claim and in all, in whole US dollars: 1000000/3000000.", MISUSED)

    def made(core: Core) -> Part:
        return Malpractice(
            insurer=insurer,
            policy_number=number,
            per_claim_usd=int(found[1]),
            aggregate_usd=int(found[2]),
            valid_from=_begins(core, since),
            valid_until=_begins(core, until),
        )

    _enter("practitioner malpractice", login, made, Evidence(verified_by, source))


@practitioner.command("employment")
def employment(
    login: Login,
    *,
    title: Annotated[str, typer.Option(help="What they are there.")],
    kind: Annotated[EmploymentKind, typer.Option()] = EmploymentKind.EMPLOYEE,
    since: Day,
    until: Until = None,
    verified_by: VerifiedBy,
    source: Source,
) -> None:
    """Enter what somebody is to the network."""

    def made(core: Core) -> Part:
        return Employment(
            kind=kind,
            title=title,
            valid_from=_begins(core, since),
            valid_until=None if until is None else _begins(core, until),
        )

    _enter("practitioner employment", login, made, Evidence(verified_by, source))


@practitioner.command("training")
def training(
    login: Login,
    *,
    topic: Annotated[str, typer.Option(help="What it was about.")],
    provider: Annotated[str, typer.Option(help="Who gave it.")],
    minutes: Annotated[int, typer.Option(min=1, max=60_000, help="How long it took.")],
    completed: Day,
    verified_by: VerifiedBy,
    source: Source,
) -> None:
    """Enter training that was completed."""

    def made(core: Core) -> Part:
        return Training(
            topic=topic,
            provider=provider,
            minutes=minutes,
            completed_at=_begins(core, completed),
        )

    _enter("practitioner training", login, made, Evidence(verified_by, source))


@practitioner.command("take-back")
def take_back(login: Login, kind: PartKind, part_id: PartId) -> None:
    """Take a part of a file back: it counts no more."""

    async def work(tx: Tx, core: Core) -> None:
        who = await find_practitioner(tx, login)
        await entering.end(tx, core, who.practitioner_id, entering.KINDS[kind.value], part_id)
        await note_file(tx, core, "practitioner take-back", who)

    writing(work)


@practitioner.command("import")
def import_files(
    file: Annotated[Path, typer.Argument(help="A CSV file, or - for standard input.")],
    *,
    network_id: Annotated[str, typer.Option("--network", help="Whose practitioners.")],
    dry_run: Annotated[bool, typer.Option(help="Only say what it would do.")] = False,
) -> None:
    """Take files of practitioners in: all of it, or nothing if a line is wrong."""
    text = text_of(file)

    async def work(tx: Tx, core: Core) -> Import:
        await directory.organization(tx, network_id)
        found = await importing.plan(tx, core, network_id, text)
        if not dry_run and not found.errors:
            event = await note_change(
                tx, core, Action.FILE_CHANGED, "practitioner import", network_id
            )
            await importing.apply(tx, core, found, by=event.actor)
        return found

    found = writing(work)
    for remark in found.errors:
        err.print(line_of(remark), markup=False)
    if found.errors:
        stop(f"Nothing was changed: {len(found.errors)} errors.")
    would = "would be " if dry_run else ""
    typer.echo(
        f"{len(found.steps)} lines {would}taken in, {found.unchanged} are there already."
    )


# ------------------------------------------------------------------


def _enter(command: str, login: str, made: Callable[[Core], Part], seen: Evidence) -> None:
    """Enter a part in one transaction and print its id."""
    if not seen.checked_by.strip() or not seen.source.strip():
        stop("Who looked it up, and where, is part of it.")

    async def work(tx: Tx, core: Core) -> str:
        who = await find_practitioner(tx, login)
        by = (await note_file(tx, core, command, who)).actor
        return await entering.enter(
            tx, core, who.practitioner_id, made(core), by=by, evidence=seen
        )

    try:
        typer.echo(writing(work))
    except GoodfaithError as error:
        stop(f"Refused: {', '.join(error.fields)}: {error}")


def _begins(core: Core, day: datetime) -> int:
    return midnight(day.date(), core.settings.time_zone)


def _day(until_ms: int | None) -> str:
    if until_ms is None:
        return ""
    return datetime.fromtimestamp(until_ms / 1_000, UTC).date().isoformat()

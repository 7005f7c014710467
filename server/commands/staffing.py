"""`goodfaith shifts`: who is planned to be on duty when."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from server.commands.enrolment import find_practitioner, with_core, writing
from server.commands.terminal import FAILED, MISUSED, AsJson, err, show, stop
from server.errors import GoodfaithError
from server.services import Core
from server.staffing import importing, rostering
from server.staffing.importing import Import
from server.staffing.local_times import ZoneUnknown, microseconds, zone
from server.staffing.roster_csv import BYTES_MAX, Remark
from server.staffing.spans import DAY_US, Span
from server.storage import directory
from server.storage import shifts as stored
from server.storage.database import Tx
from server.storage.shifts import Shift

MICROSECONDS: Final = 1_000_000

shifts: Final = typer.Typer(no_args_is_help=True, help="Who is planned to be on duty when.")

Network = Annotated[str, typer.Option("--network", help="Whose practitioners.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
First = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day, UTC; unset: today."),
]
Zone = Annotated[str, typer.Option(help="In which the days are meant, such as America/Denver.")]
Moment = Annotated[str, typer.Argument(help="ISO 8601 with an offset: 2026-11-30T08:00-07:00.")]


@shifts.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV file, or - for standard input.")],
    *,
    network: Network,
    replace_from: Day = None,
    replace_to: Day = None,
    time_zone: Zone = "UTC",
    dry_run: Annotated[bool, typer.Option(help="Only say what it would do.")] = False,
) -> None:
    """Take a roster in: all of it, or nothing if a line is wrong.

    With --replace-from and --replace-to, what is planned to begin on those days (the last one
    included) and is not in the file is removed.
    """
    text = text_of(file)
    replaced = _replaced(replace_from, replace_to, time_zone)

    async def work(tx: Tx, core: Core) -> Import:
        await directory.organization(tx, network)
        found = await importing.plan(tx, core, network, text, source="csv", replaced=replaced)
        if not dry_run:
            await importing.apply(tx, found)
        return found

    found = writing(work)
    for remark in (*found.errors, *found.notes):
        err.print(line_of(remark), markup=False)
    if found.errors:
        stop(f"Nothing was changed: {len(found.errors)} errors.")
    would = "would be " if dry_run else ""
    typer.echo(
        f"{len(found.added)} shifts {would}added, {len(found.removed)} {would}removed, "
        f"{found.unchanged} are there already."
    )


def text_of(file: Path) -> str:
    """Return what is in a file, never more than one may be long."""
    try:
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as opened:
            content = opened.read(BYTES_MAX + 1)
        return content.decode("utf-8-sig")
    except OSError as error:
        stop(f"The file cannot be read: {error.strerror}.", MISUSED)
    except UnicodeDecodeError:
        stop("The file is not UTF-8. Save it as “CSV UTF-8”.", FAILED)


def _replaced(first: datetime | None, last: datetime | None, time_zone: str) -> Span | None:
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        stop("--replace-from and --replace-to go together, the first day first.", MISUSED)
    try:
        where = zone(time_zone)
    except ZoneUnknown:
        stop("No such time zone.", MISUSED)

    def midnight(day: date) -> int:
        return microseconds(datetime.combine(day, time(), where))

    return Span(midnight(first.date()), midnight(last.date() + timedelta(days=1)))


def line_of(remark: Remark) -> str:
    """Return something about a cell as one line."""
    where = f"line {remark.line}" if remark.line else "file"
    column = f", {remark.column}" if remark.column else ""
    return f"{where}{column}: {remark.message} ({remark.code})"


@shifts.command("list")
def list_shifts(
    *,
    network: Network,
    since: First = None,
    days: Annotated[int, typer.Option(min=1, max=45, help="How many.")] = 14,
    as_json: AsJson = False,
) -> None:
    """List the shifts that touch some days, the earliest first."""

    async def work(core: Core) -> tuple[list[Shift], dict[str, str]]:
        start = _midnight(since, core.clock.now())
        async with core.database.read() as tx:
            names = {
                one.practitioner_id: one.display_name
                for one in await directory.practitioners_of(tx, network)
            }
            return await stored.between(tx, network, start, start + days * DAY_US), names

    found, names = with_core(work)
    rows = [
        [
            one.shift_id,
            names.get(one.practitioner_id, ""),
            _iso(one.starts_at),
            _iso(one.ends_at),
            one.source,
        ]
        for one in found
    ]
    columns = ["id", "practitioner", "starts_at", "ends_at", "source"]
    show("Shifts", columns, rows, as_json=as_json)


@shifts.command("add")
def add(
    login: Annotated[str, typer.Argument(help="What the practitioner signs in with.")],
    starts_at: Moment,
    ends_at: Moment,
) -> None:
    """Plan a shift and print its id."""
    span = Span(_instant(starts_at), _instant(ends_at))

    async def work(tx: Tx, core: Core) -> Shift:
        who = await find_practitioner(tx, login)
        return await rostering.add(tx, core, who, span, source="ops")

    try:
        typer.echo(writing(work).shift_id)
    except GoodfaithError as error:
        stop(f"Refused: {error}")


@shifts.command("remove")
def remove(shift_id: Annotated[str, typer.Argument(help="As `list` prints it.")]) -> None:
    """Take a shift out of the plan."""

    async def work(tx: Tx, _core: Core) -> None:
        await rostering.remove(tx, shift_id)

    writing(work)


def _midnight(day: datetime | None, now: int) -> int:
    if day is None:
        return now // DAY_US * DAY_US
    return microseconds(day.replace(tzinfo=zone("UTC")))


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant / MICROSECONDS, zone("UTC")).isoformat(
        timespec="minutes"
    )


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop("That is no instant. It is written as 2026-11-30T08:00-07:00.", MISUSED)
    if moment.tzinfo is None:
        stop("The offset is missing: 2026-11-30T08:00-07:00 has one.", MISUSED)
    return microseconds(moment)

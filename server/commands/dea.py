"""`goodfaith practitioner dea`: registrations for controlled drugs, per jurisdiction.

Only what was looked up at its source is entered. It is in the file that rules R70 and R75 read;
whether a controlled drug may be ordered at all is the policy's and the law's to say.
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import accounts
from server.commands.enrolment import find_practitioner, with_core, writing
from server.commands.practitioners import (
    Day,
    Login,
    Source,
    VerifiedBy,
    note_file,
    practitioner,
    term,
)
from server.commands.terminal import AsJson, show, stop
from server.dea import DeaRegistration, is_number
from server.local_days import last_midnight
from server.services import Core
from server.storage import dea as stored
from server.storage import directory
from server.storage.database import Tx

__all__ = ["practitioner"]

dea: Final = typer.Typer(
    no_args_is_help=True, help="DEA registrations for controlled drugs, per jurisdiction."
)
practitioner.add_typer(dea, name="dea")


@dea.command("add")
def add(
    login: Login,
    jurisdiction: Annotated[str, typer.Argument(help="Two letters, such as FL.")],
    number: Annotated[str, typer.Argument(help="As the certificate prints it.")],
    *,
    until: Day,
    verified_by: VerifiedBy,
    source: Source,
) -> None:
    """Enter a registration that was looked up, and print its id."""
    where, printed = jurisdiction.upper(), number.strip().upper()
    _, valid_until = term(where, until, until)
    if not is_number(printed):
        stop("That is no DEA number: two letters, seven digits, and the last one checks them.")
    if not verified_by.strip() or not source.strip():
        stop("Who looked it up, and where, is part of it.")

    async def work(tx: Tx, core: Core) -> str:
        found = await find_practitioner(tx, login)
        entered = DeaRegistration(
            registration_id=accounts.new_id(core),
            jurisdiction=where,
            number=printed,
            valid_until=valid_until,
            verified_at=core.clock.now(),
            verified_by=verified_by.strip(),
            source=source.strip(),
        )
        await note_file(tx, core, "practitioner dea add", found)
        await stored.add(tx, found.practitioner_id, entered)
        return entered.registration_id

    typer.echo(writing(work))


@dea.command("end")
def end(
    registration_id: Annotated[str, typer.Argument(help="As `dea list` prints it.")],
) -> None:
    """Take a registration back at once: no offer, order or signature relies on it any more."""

    async def work(tx: Tx, core: Core) -> None:
        whose = await stored.end(tx, registration_id, at=core.clock.now())
        who = await directory.practitioner(tx, whose)
        await note_file(tx, core, "practitioner dea end", who)

    writing(work)


@dea.command("list")
def list_registrations(login: Login, *, as_json: AsJson = False) -> None:
    """List a practitioner's registrations, those that are over too."""

    async def work(core: Core) -> tuple[list[DeaRegistration], int]:
        async with core.database.read() as tx:
            found = await find_practitioner(tx, login)
            file = await directory.practitioner_file(tx, found.practitioner_id)
        return list(file.registrations), core.clock.now()

    registrations, now = with_core(work)
    rows = [
        [
            one.registration_id,
            one.jurisdiction,
            one.number,
            "holds" if one.holds(now) else "over",
            str(last_midnight(one.jurisdiction, one.valid_until)),
            one.verified_by,
            one.source,
        ]
        for one in sorted(registrations, key=lambda one: (one.jurisdiction, one.verified_at))
    ]
    columns = ["id", "jurisdiction", "number", "standing", "until", "verified_by", "source"]
    show("DEA registrations", columns, rows, as_json=as_json)

"""`goodfaith practitioner`: who examines, and what they may do where.

What is entered about an authority counts for nothing until it was verified at its source.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final

import typer

from server import accounts
from server.auditing import Action, AuditEvent
from server.authority import Authority, Collaboration
from server.commands.changes import note_change
from server.commands.enrolment import find_practitioner, with_core, writing
from server.commands.sign_ins import PasswordStdin, new_password
from server.commands.terminal import AsJson, show
from server.jurisdictions import is_jurisdiction
from server.local_days import begins, ends, first_day, last_midnight
from server.practitioner_files import entering
from server.practitioner_files.entering import Evidence, Status
from server.services import Core
from server.storage import credentials, directory
from server.storage.database import Tx
from server.storage.directory import Practitioner, PractitionerFile

ACTIVE: Final = "active"
REVOKED: Final = "revoked"
SUSPENDED: Final = "suspended"

practitioner: Final = typer.Typer(no_args_is_help=True, help="Who examines.")
authority: Final = typer.Typer(
    no_args_is_help=True, help="Licences, registrations and permits, per jurisdiction."
)
practitioner.add_typer(authority, name="authority")

Login = Annotated[str, typer.Argument(help="What the practitioner signs in with.")]
AuthorityId = Annotated[str, typer.Argument(help="As `authority list` prints it.")]
Day = Annotated[
    datetime,
    typer.Option(formats=["%Y-%m-%d"], help="From, or until, midnight in the jurisdiction."),
]
VerifiedBy = Annotated[str, typer.Option(help="Who looked it up.")]
Source = Annotated[str, typer.Option(help="The primary source that was looked at.")]


def term(jurisdiction: str, since: datetime, until: datetime) -> tuple[int, int]:
    """Return the instants between which something holds that a board dated by days."""
    if not is_jurisdiction(jurisdiction):
        raise typer.BadParameter("no such jurisdiction; two letters, such as AZ")
    return begins(jurisdiction, since.date()), ends(jurisdiction, until.date())


async def note_file(tx: Tx, core: Core, command: str, who: Practitioner) -> AuditEvent:
    """Append the entry of a change of somebody's file, and return it; it says whose."""
    named = f"{command} {who.practitioner_id}"
    return await note_change(tx, core, Action.FILE_CHANGED, named, who.network_id)


def _dated(one: Authority) -> str:
    """Return the days of an authority, as they were entered."""
    since = first_day(one.jurisdiction, one.valid_from)
    return f"{since} to {last_midnight(one.jurisdiction, one.valid_until)}"


@practitioner.command("create")
def create(
    network_id: Annotated[str, typer.Argument(help="Who employs them.")],
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="What patients see.")],
    profession: Annotated[str, typer.Option(help="MD, DO, NP or PA.")],
    npi: Annotated[str, typer.Option(help="National Provider Identifier, ten digits.")],
    languages: Annotated[str, typer.Option(help="Codes with spaces between them.")] = "en",
    password_stdin: PasswordStdin = False,
) -> None:
    """Enrol a practitioner with an account, and print the practitioner's id."""
    details = accounts.PractitionerDetails(name, profession.upper(), npi, languages)

    async def work(core: Core) -> Practitioner:
        password = new_password(core, password_stdin=password_stdin)
        password_hash = await accounts.hashed(core, password)
        async with core.database.write() as tx:
            made = await accounts.add_practitioner(
                tx, core, network_id, details, login=login, password_hash=password_hash
            )
            command = f"practitioner create {made.account_id}"
            await note_change(tx, core, Action.ACCOUNT_CREATED, command, network_id)
            return made

    typer.echo(with_core(work).practitioner_id)


@practitioner.command("list")
def list_practitioners(network_id: str, *, as_json: AsJson = False) -> None:
    """List the practitioners of a network and where they may examine."""

    async def work(core: Core) -> list[PractitionerFile]:
        async with core.database.read() as tx:
            return await directory.practitioner_files(tx, network_id)

    rows = [
        [
            one.practitioner.practitioner_id,
            one.practitioner.display_name,
            one.practitioner.profession,
            one.practitioner.npi,
            " ".join(sorted({each.jurisdiction for each in one.authorities})),
        ]
        for one in with_core(work)
    ]
    columns = ["id", "name", "profession", "npi", "jurisdictions"]
    show("Practitioners", columns, rows, as_json=as_json)


@practitioner.command("collaborate")
def collaborate(
    login: Login,
    jurisdiction: Annotated[str, typer.Argument(help="Two letters, such as TX.")],
    *,
    physician: Annotated[str, typer.Option(help="Who answers for them there.")],
    number: Annotated[str, typer.Option(help="The physician's licence number.")],
    since: Day,
    until: Day,
    physician_login: Annotated[
        str | None,
        typer.Option(help="Of the physician, if in this network: they read what is examined."),
    ] = None,
) -> None:
    """Enter the physician who answers for an NP or PA in one jurisdiction."""
    where = jurisdiction.upper()
    agreed = Collaboration(where, physician, number, *term(where, since, until))

    async def work(tx: Tx, core: Core) -> None:
        found = await find_practitioner(tx, login)
        known = agreed
        if physician_login is not None:
            reader = await find_practitioner(tx, physician_login)
            known = replace(agreed, physician_id=reader.practitioner_id)
        await note_file(tx, core, "practitioner collaborate", found)
        await accounts.add_collaboration(tx, core, found.practitioner_id, known)

    writing(work)


@authority.command("add")
def add_authority(
    login: Login,
    jurisdiction: Annotated[str, typer.Argument(help="Two letters, such as AZ.")],
    number: Annotated[str, typer.Argument(help="As the board prints it.")],
    *,
    since: Day,
    until: Day,
    independent: Annotated[
        bool, typer.Option(help="An NP with verified independent practice there.")
    ] = False,
) -> None:
    """Enter a licence and print its id. It counts once it is verified."""
    where = jurisdiction.upper()
    claimed = accounts.ClaimedAuthority(
        where, number, *term(where, since, until), independent_practice=independent
    )

    async def work(tx: Tx, core: Core) -> Authority:
        found = await find_practitioner(tx, login)
        await note_file(tx, core, "practitioner authority add", found)
        return await accounts.add_authority(tx, core, found, claimed)

    typer.echo(writing(work).authority_id)


@authority.command("verify")
def verify(authority_id: AuthorityId, *, verified_by: VerifiedBy, source: Source) -> None:
    """Write down that a licence was looked up at its primary source."""
    seen = Evidence(verified_by, source)

    async def work(tx: Tx, core: Core) -> None:
        who = await credentials.holder_of(tx, authority_id)
        event = await note_file(tx, core, "practitioner authority verify", who)
        await entering.verify_authority(
            tx, core, who.practitioner_id, authority_id, seen, by=event.actor
        )

    writing(work)


@authority.command("revoke")
def revoke(authority_id: AuthorityId) -> None:
    """End a licence at once, in all its rows: nothing relies on it any more."""
    _set_status(authority_id, REVOKED)


@authority.command("suspend")
def suspend(authority_id: AuthorityId) -> None:
    """Let a licence rest, in all its rows, until each is restored."""
    _set_status(authority_id, SUSPENDED)


@authority.command("restore")
def restore(authority_id: AuthorityId) -> None:
    """Let this row of a licence count again."""
    _set_status(authority_id, ACTIVE)


def _set_status(authority_id: str, status: Status) -> None:
    async def work(tx: Tx, core: Core) -> None:
        who = await credentials.holder_of(tx, authority_id)
        event = await note_file(tx, core, f"practitioner authority {status}", who)
        await entering.set_status(
            tx, core, who.practitioner_id, authority_id, status, by=event.actor
        )

    writing(work)


@authority.command("list")
def list_authorities(login: Login, *, as_json: AsJson = False) -> None:
    """List what a practitioner may do where."""

    async def work(core: Core) -> PractitionerFile:
        async with core.database.read() as tx:
            found = await find_practitioner(tx, login)
            return await directory.practitioner_file(tx, found.practitioner_id)

    rows = [
        [
            one.authority_id,
            one.jurisdiction,
            one.number,
            one.status,
            _dated(one),
            one.verified_by or "not verified",
        ]
        for one in with_core(work).authorities
    ]
    columns = ["id", "jurisdiction", "number", "status", "valid", "verified_by"]
    show("Authorities", columns, rows, as_json=as_json)

"""`goodfaith site director` and `goodfaith site protocol`: who answers for what a site does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from pydantic import TypeAdapter, ValidationError

from server.auditing import Action
from server.commands.changes import note_change, note_of_site
from server.commands.enrolment import find_account, with_core, writing
from server.commands.organizations import site
from server.commands.terminal import FAILED, MISUSED, AsJson, show, stop
from server.errors import GoodfaithError
from server.protocols import page, register
from server.protocols.register import DirectorDetails
from server.services import Core
from server.sign_in import is_password_of
from server.storage import directory
from server.storage import protocols as stored
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.protocols import DirectorRow, ProtocolRow
from server.views import ProtocolForm

__all__ = ["site"]

BYTES_MAX: Final = 1_000_000
FORMS_MAX: Final = 100
AUTHOR: Final = "operator:cli"
CHANGED: Final = Action.PROTOCOL_CHANGED
FORMS: Final[TypeAdapter[list[ProtocolForm]]] = TypeAdapter(list[ProtocolForm])

director: Final = typer.Typer(no_args_is_help=True, help="Medical directors of sites.")
protocol: Final = typer.Typer(no_args_is_help=True, help="Protocols, which directors sign.")
site.add_typer(director, name="director")
site.add_typer(protocol, name="protocol")

SiteId = Annotated[str, typer.Argument(help="As `goodfaith site list` prints it.")]


@director.command("add")
def add(
    site_id: SiteId,
    name: Annotated[str, typer.Argument(help="As it is to stand on orders.")],
    *,
    profession: Annotated[str, typer.Option(help="MD or DO.")],
    licence: Annotated[str, typer.Option("--license", help="Its number, where the site is.")],
    valid: Annotated[tuple[str, str], typer.Option(help="First and last day (UTC).")],
    verified_by: Annotated[str, typer.Option(help="Who looked the license up.")],
    source: Annotated[str, typer.Option(help="Where.")],
    login: Annotated[
        str | None, typer.Option(help="Their account in the portal (role medical_director).")
    ] = None,
) -> None:
    """Enter a medical director whose license was looked up, and print the id."""

    async def work(tx: Tx, core: Core) -> DirectorRow:
        account = await find_account(tx, "spa", login) if login else None
        details = DirectorDetails(
            display_name=name,
            profession=profession.upper(),
            jurisdiction=(await directory.site(tx, site_id)).jurisdiction,
            licence_number=licence,
            licence_from=valid[0],
            licence_until=valid[1],
            verified_by=verified_by,
            source=source,
            account_id=account.account_id if account else None,
        )
        made = await register.add_director(tx, core, site_id, details)
        await note_of_site(tx, core, CHANGED, "site director add", site_id)
        return made

    try:
        typer.echo(writing(work).director_id)
    except GoodfaithError as error:
        refuse(error)


@director.command("end")
def end(
    director_id: Annotated[str, typer.Argument(help="As `list` prints it.")],
) -> None:
    """End a directorship now: what they signed counts no more."""

    async def work(tx: Tx, core: Core) -> None:
        site_id = await stored.end_director(tx, director_id, core.clock.now())
        await note_of_site(tx, core, CHANGED, "site director end", site_id)

    writing(work)


@director.command("list")
def list_directors(site_id: SiteId, *, as_json: AsJson = False) -> None:
    """List the directors of a site, past ones included."""

    async def work(core: Core) -> tuple[Site, list[DirectorRow], int]:
        async with core.database.read() as tx:
            site = await directory.site(tx, site_id)
            return site, await register.directors_of(tx, [site_id]), core.clock.now()

    site, found, now = with_core(work)
    rows = []
    for one in found:
        view = page.director_view(one, site, now)
        in_force = "yes" if view.in_force else "no"
        licence = f"{view.jurisdiction} {view.licence_number}"
        rows.append(
            [view.director_id, view.display_name, licence, view.licence_until, in_force]
        )
    columns = ["id", "name", "license", "valid_until", "in_force"]
    show("Medical directors", columns, rows, as_json=as_json)


# ------------------------------------------------------------------ protocols


@protocol.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="JSON: one protocol or a list of them; or -.")],
    *,
    site_id: Annotated[str, typer.Option("--site", help="Whose protocols.")],
) -> None:
    """Take drafts in, all or none; they count once the director has signed them."""
    forms = _forms(file)

    async def work(tx: Tx, core: Core) -> list[ProtocolRow]:
        await note_of_site(tx, core, CHANGED, "site protocol import", site_id)
        return [await register.draft(tx, core, site_id, one, author=AUTHOR) for one in forms]

    try:
        added = writing(work)
    except GoodfaithError as error:
        refuse(error)
    for one in added:
        typer.echo(f"{one.protocol_id} {one.version} {one.treatment_class} {one.sha256}")


def _forms(file: Path) -> list[ProtocolForm]:
    try:
        with sys.stdin.buffer if str(file) == "-" else file.open("rb") as opened:
            content = opened.read(BYTES_MAX + 1).strip()
    except OSError as error:
        stop(f"The file cannot be read: {error.strerror}.", MISUSED)
    if len(content) > BYTES_MAX:
        stop("The file is too long.")
    listed = content if content.startswith(b"[") else b"[" + content + b"]"
    try:
        forms = FORMS.validate_json(listed)
    except ValidationError as error:
        places = sorted({".".join(map(str, one["loc"])) for one in error.errors()})
        stop(f"These are no protocols; wrong or missing: {', '.join(places)}.", FAILED)
    if not 1 <= len(forms) <= FORMS_MAX:
        stop(f"A file has 1 to {FORMS_MAX} protocols.")
    return forms


@protocol.command("list")
def list_protocols(site_id: SiteId, *, as_json: AsJson = False) -> None:
    """List every version of a site's protocols, and which are in force."""

    async def work(core: Core) -> list[list[str]]:
        async with core.database.read() as tx:
            site = await directory.site(tx, site_id)
            versions = await register.versions_of(tx, [site])
        return [
            [
                view.protocol_id,
                str(view.version),
                view.protocol.treatment_class,
                view.standing,
                view.protocol.valid_until,
                view.signed_by or "",
                view.sha256,
            ]
            for known in versions.values()
            for view in page.version_views(known, core.clock.now())
        ]

    columns = ["id", "version", "class", "standing", "valid_until", "signed_by", "sha256"]
    show("Protocols", columns, with_core(work), as_json=as_json)


@protocol.command("sign")
def sign(
    protocol_id: Annotated[str, typer.Argument(help="As `list` prints it.")],
    version: Annotated[int, typer.Argument(min=1, help="Which version.")],
    *,
    sha256: Annotated[str, typer.Option(help="Of the text that the director read.")],
    login: Annotated[str, typer.Option(help="The director's own; asks for the password.")],
    password_stdin: Annotated[
        bool, typer.Option(help="Read the password from standard input.")
    ] = False,
) -> None:
    """Sign a version, as its director with the director's own password."""
    if password_stdin:
        password = typer.get_text_stream("stdin").readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True)

    async def work(core: Core) -> None:
        async with core.database.read() as tx:
            account = await find_account(tx, "spa", login)
        if not (await is_password_of(core, account, password) and account.active):
            stop("Refused: that is not the password.")
        async with core.database.write() as tx:
            site = await directory.site(tx, await stored.site_of(tx, protocol_id))
            now = core.clock.now()
            who = await register.director_of_account(tx, site, account.account_id, now)
            await register.sign(
                tx, core, protocol_id, version, sha256=sha256, director_id=who.director_id
            )
            await note_change(tx, core, CHANGED, "site protocol sign", site.spa_id)

    try:
        with_core(work)
    except GoodfaithError as error:
        refuse(error)
    typer.echo("signed")


def refuse(error: GoodfaithError) -> NoReturn:
    """End the command with why it was refused."""
    fields = f" ({', '.join(error.fields)})" if error.fields else ""
    stop(f"Refused: {error}{fields}")

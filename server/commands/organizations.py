"""`goodfaith network`, `spa`, `site`: who there is, and where."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import accounts
from server.commands.enrolment import with_core, writing
from server.commands.terminal import AsJson, show
from server.services import Core
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Organization, Site

network: Final = typer.Typer(no_args_is_help=True, help="Networks, which employ practitioners.")
spa: Final = typer.Typer(no_args_is_help=True, help="Spas, which request exams.")
site: Final = typer.Typer(no_args_is_help=True, help="Places of treatment.")


@network.command("create")
def create_network(name: Annotated[str, typer.Argument(help="What it is called.")]) -> None:
    """Enrol a network and print its id. Running servers serve it within half a minute."""

    async def work(tx: Tx, core: Core) -> Organization:
        return await accounts.add_network(tx, core, name)

    typer.echo(writing(work).organization_id)


@network.command("list")
def list_networks(*, as_json: AsJson = False) -> None:
    """List networks and their spas."""

    async def work(core: Core) -> list[Organization]:
        async with core.database.read() as tx:
            return await directory.all_organizations(tx)

    rows = [
        [one.organization_id, one.kind, one.name, one.network_id or ""]
        for one in with_core(work)
    ]
    show("Organizations", ["id", "kind", "name", "network_id"], rows, as_json=as_json)


@spa.command("create")
def create_spa(
    network_id: Annotated[str, typer.Argument(help="Whose practitioners examine.")],
    name: Annotated[str, typer.Argument(help="What it is called.")],
) -> None:
    """Enrol a spa and print its id."""

    async def work(tx: Tx, core: Core) -> Organization:
        return await accounts.add_spa(tx, core, network_id, name)

    typer.echo(writing(work).organization_id)


@site.command("create")
def create_site(
    spa_id: Annotated[str, typer.Argument(help="Whose place it is.")],
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    street: Annotated[str, typer.Option(help="Number and street.")],
    city: Annotated[str, typer.Option(help="City.")],
    postal_code: Annotated[str, typer.Option(help="Five digits (and four).")],
    jurisdiction: Annotated[str, typer.Option(help="Two letters, such as AZ.")],
) -> None:
    """Enrol a place of treatment and print its id."""
    address = accounts.Address(street, city, postal_code, jurisdiction.upper())

    async def work(tx: Tx, core: Core) -> Site:
        return await accounts.add_site(tx, core, spa_id, name, address)

    typer.echo(writing(work).site_id)


@site.command("list")
def list_sites(
    spa_id: Annotated[str, typer.Argument(help="Whose places.")], *, as_json: AsJson = False
) -> None:
    """List the places of a spa."""

    async def work(core: Core) -> list[Site]:
        async with core.database.read() as tx:
            return await directory.sites_of(tx, spa_id)

    rows = [[one.site_id, one.name, one.city, one.jurisdiction] for one in with_core(work)]
    show("Sites", ["id", "name", "city", "jurisdiction"], rows, as_json=as_json)

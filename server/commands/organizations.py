"""`goodfaith network`, `spa`, `site`: who there is, and where."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

import typer

from server import accounts, auditing
from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.terminal import AsJson, show
from server.credentials import Standard
from server.proofs import policies, ways
from server.services import Core
from server.storage import credentials, directory
from server.storage.database import Tx
from server.storage.directory import Organization, Site
from server.storage.errors import RowMissing

network: Final = typer.Typer(no_args_is_help=True, help="Networks, which employ practitioners.")
spa: Final = typer.Typer(no_args_is_help=True, help="Spas, which request exams.")
site: Final = typer.Typer(no_args_is_help=True, help="Places of treatment.")


class SecondFactor(StrEnum):
    """Whether people need a second factor."""

    REQUIRED = policies.REQUIRED
    OPTIONAL = policies.OPTIONAL


Said = Annotated[
    SecondFactor | None,
    typer.Argument(help="What is said of second factors; without it, what holds is shown."),
]


@network.command("create")
def create_network(name: Annotated[str, typer.Argument(help="What it is called.")]) -> None:
    """Enrol a network and print its id. Running servers serve it within half a minute.

    It asks for complete files of its practitioners: see `goodfaith network standard`.
    """

    async def work(tx: Tx, core: Core) -> Organization:
        made = await accounts.add_network(tx, core, name)
        event = auditing.cli_event(
            core, Action.REGISTERED, "network create", network_id=made.organization_id
        )
        await credentials.set_standard(
            tx,
            made.organization_id,
            Standard(),
            now=event.at,
            time_zone=core.settings.time_zone,
            by=event.actor,
        )
        await auditing.note(tx, event)
        return made

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


@network.command("sign-in")
def network_sign_in(
    network_id: Annotated[str, typer.Argument(help="Whose people, and those of its spas.")],
    second_factor: Said = None,
) -> None:
    """Show or say whether people of a network and its spas need a second factor."""
    _sign_in("network", network_id, second_factor)


@spa.command("sign-in")
def spa_sign_in(
    spa_id: Annotated[str, typer.Argument(help="Whose people.")], second_factor: Said = None
) -> None:
    """Show or say whether people of a spa need a second factor; its network may require it."""
    _sign_in("spa", spa_id, second_factor)


def _sign_in(
    kind: Literal["network", "spa"], organization_id: str, word: SecondFactor | None
) -> None:
    async def shown(core: Core) -> tuple[str, int]:
        async with core.database.read() as tx:
            await of_kind(tx, kind, organization_id)
            return await policies.second_factor(tx, core, organization_id), 0

    async def said(tx: Tx, core: Core) -> tuple[str, int]:
        assert word is not None
        organization = await of_kind(tx, kind, organization_id)
        event = auditing.cli_event(
            core,
            Action.POLICY_CHANGED,
            f"{kind} sign-in",
            network_id=organization.network_id or organization_id,
        )
        await auditing.note(tx, event)
        ended = await policies.set_second_factor(
            tx, core, organization, _word(word), by=event.actor
        )
        return await policies.second_factor(tx, core, organization_id), len(ended)

    holds, ended = with_core(shown) if word is None else writing(said)
    typer.echo(f"second factor: {holds}; sessions ended: {ended}")


def _word(said: SecondFactor) -> ways.SecondFactor:
    return policies.REQUIRED if said is SecondFactor.REQUIRED else policies.OPTIONAL


async def of_kind(tx: Tx, kind: str, organization_id: str) -> Organization:
    """Return the organization.

    Raises:
        RowMissing: there is none of this kind.
    """
    organization = await directory.organization(tx, organization_id)
    if organization.kind != kind:
        raise RowMissing("organizations", organization_id)
    return organization


@spa.command("create")
def create_spa(
    network_id: Annotated[str, typer.Argument(help="Whose practitioners examine.")],
    name: Annotated[str, typer.Argument(help="What it is called.")],
) -> None:
    """Enrol a spa and print its id."""

    async def work(tx: Tx, core: Core) -> Organization:
        made = await accounts.add_spa(tx, core, network_id, name)
        await note_change(tx, core, Action.REGISTERED, "spa create", network_id)
        return made

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
        made = await accounts.add_site(tx, core, spa_id, name, address)
        await note_change(tx, core, Action.REGISTERED, "site create", spa_id)
        return made

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

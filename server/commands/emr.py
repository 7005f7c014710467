"""`goodfaith emr`: record systems to which signed charts are pushed as FHIR."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, Final

import typer

from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.terminal import show, stop
from server.delivery import emr_connecting as connecting
from server.delivery.client_keys import Algorithm
from server.delivery.emr_connecting import ConnectionRefused
from server.services import Core
from server.storage import destinations, directory, emr_connections
from server.storage.database import Tx

emr: Final = typer.Typer(no_args_is_help=True, help="Record systems that get signed charts.")
AUTHOR: Final = "operations"


class AlgorithmName(StrEnum):
    """By which algorithm we sign in there."""

    ES384 = "ES384"
    RS384 = "RS384"


ALGORITHMS: Final[dict[AlgorithmName, Algorithm]] = {
    AlgorithmName.ES384: "ES384",
    AlgorithmName.RS384: "RS384",
}


@emr.command("connect")
def connect(
    organization_id: Annotated[str, typer.Argument(help="A network, or a spa.")],
    base_url: Annotated[str, typer.Argument(help="Base URL of its FHIR R4 server.")],
    *,
    client_id: Annotated[str, typer.Option(help="As it knows us; may follow later.")] = "",
    scope: Annotated[str, typer.Option(help="Asked for.")] = connecting.SCOPES,
    algorithm: Annotated[
        AlgorithmName, typer.Option(help="RS384 where it takes nothing else.")
    ] = AlgorithmName.ES384,
) -> None:
    """Connect a record system; prints the connection, and where our public keys are."""

    async def work(core: Core) -> tuple[str, str]:
        try:
            async with core.database.write() as tx:
                await note_change(tx, core, Action.CONNECTED, "emr connect", organization_id)
                made = await connecting.connect(
                    tx,
                    core,
                    organization_id,
                    base_url,
                    client_id=client_id,
                    scopes=scope,
                    algorithm=ALGORITHMS[algorithm],
                    author=AUTHOR,
                )
        except ConnectionRefused as refused:
            stop(f"Refused: {refused}.")
        return made, core.settings.origin + connecting.JWKS.format(id=organization_id)

    made, keys = with_core(work)
    typer.echo(made)
    typer.echo(keys)


@emr.command("register")
def register(
    connection_id: Annotated[str, typer.Argument(help="As `connect` printed it.")],
    client_id: Annotated[str, typer.Argument(help="As the record system knows us.")],
) -> None:
    """Write the client identifier that the record system gave us."""

    async def work(tx: Tx, core: Core) -> None:
        try:
            await connecting.register(tx, core, connection_id, client_id)
        except ConnectionRefused as refused:
            stop(f"Refused: {refused}.")

    _entered(Action.CONNECTED, "emr register", connection_id, work)
    typer.echo(f"registered {connection_id}")


@emr.command("rotate")
def rotate(
    connection_id: Annotated[str, typer.Argument(help="As `connect` printed it.")],
    *,
    algorithm: Annotated[
        AlgorithmName, typer.Option(help="RS384 where it takes nothing else.")
    ] = AlgorithmName.ES384,
) -> None:
    """Make a new key; the old one stays published for a day."""

    async def work(tx: Tx, core: Core) -> None:
        await connecting.rotate(tx, core, connection_id, ALGORITHMS[algorithm])

    _entered(Action.KEY_ROTATED, "emr rotate", connection_id, work)
    typer.echo(f"rotated {connection_id}")


@emr.command("disconnect")
def disconnect(
    connection_id: Annotated[str, typer.Argument(help="As `connect` printed it.")],
) -> None:
    """Push nothing more there; what waits is given up, and our keys are destroyed."""

    async def work(tx: Tx, core: Core) -> None:
        await connecting.disconnect(tx, core, connection_id)

    _entered(Action.DISCONNECTED, "emr disconnect", connection_id, work)
    typer.echo(f"disconnected {connection_id}")


@emr.command("enable")
def enable(
    connection_id: Annotated[str, typer.Argument(help="As `connect` printed it.")],
    *,
    algorithm: Annotated[
        AlgorithmName, typer.Option(help="Of a new key, where the old ones were destroyed.")
    ] = AlgorithmName.ES384,
) -> None:
    """Push again, of what is signed from now on."""

    async def work(tx: Tx, core: Core) -> None:
        await connecting.enable(tx, core, connection_id, ALGORITHMS[algorithm])

    _entered(Action.CONNECTED, "emr enable", connection_id, work)
    typer.echo(f"enabled {connection_id}")


@emr.command("list")
def list_connections(
    organization_id: Annotated[str, typer.Argument(help="A network, or a spa.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the record systems of an organization."""

    async def work(core: Core) -> list[list[str]]:
        async with core.database.read() as tx:
            known = await destinations.of_organization(tx, core.keyring, organization_id)
            rows = []
            for one in known:
                if one.channel == "emr":
                    link = await emr_connections.get(tx, one.id)
                    state = one.state if one.reason is None else f"{one.state}: {one.reason}"
                    rows.append([one.id, one.address, link.client_id, link.scopes, state])
            return rows

    columns = ["id", "base URL", "client id", "scopes", "state"]
    show("Record systems", columns, with_core(work), as_json=as_json)


def _entered(
    action: Action,
    command: str,
    connection_id: str,
    work: Callable[[Tx, Core], Awaitable[None]],
) -> None:
    """Do something with a connection, with its entry for the network whose charts go there."""

    async def run(tx: Tx, core: Core) -> None:
        owner_id = await destinations.owner_of(tx, connection_id)
        await note_change(tx, core, action, command, owner_id)
        await work(tx, core)

    writing(run)


async def network_of(tx: Tx, connection_id: str) -> str:
    """Return the network whose charts go there; raises RowMissing."""
    owner = await directory.organization(tx, await destinations.owner_of(tx, connection_id))
    return owner.network_id or owner.organization_id

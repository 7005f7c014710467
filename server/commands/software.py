"""`goodfaith spa software`: a spa's own software that signs in with a key of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from server import auditing
from server.access import scopes
from server.auditing import Action
from server.commands.enrolment import with_core, writing
from server.commands.terminal import AsJson, show, stop
from server.commands.tokens import spa
from server.errors import GoodfaithError
from server.logging import stamp
from server.service_accounts import registering
from server.services import Core
from server.storage import directory
from server.storage import service_accounts as stored
from server.storage.database import Tx
from server.storage.service_accounts import ServiceAccount
from server.views.software import JWK_CHARS_MAX

__all__ = ["spa"]

COMMAND: Final = "spa software"

software: Final = typer.Typer(
    no_args_is_help=True, help="A spa's software that signs in with a key of its own."
)
spa.add_typer(software, name="software")


@software.command("register")
def register(
    spa_id: Annotated[str, typer.Argument(help="Whose software.")],
    label: Annotated[str, typer.Argument(help="Which software, for people.")],
    jwk: Annotated[
        Path, typer.Argument(help="File with its public key, a JWK.", dir_okay=False)
    ],
    *,
    scope: Annotated[
        list[str],
        typer.Option(help="authorizations:query, authorizations:use, charts:read; repeatable."),
    ] = [scopes.QUERY],  # noqa: B006 - typer reads it and never changes it
) -> None:
    """Register software and print the id that it signs in by. Its private key stays with it."""
    if not set(scope) <= set(scopes.SCOPES):
        stop(f"Refused: scopes are {', '.join(scopes.SCOPES)}.")
    try:
        text = jwk.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop(f"{jwk} cannot be read.")
    if len(text) > JWK_CHARS_MAX:
        stop(f"{jwk} is too long to be a public key.")

    async def work(tx: Tx, core: Core) -> str:
        owner = await directory.organization(tx, spa_id)
        if owner.kind != "spa":
            stop("Refused: only a spa has software.")
        event = auditing.cli_event(
            core, Action.ACCESS_CHANGED, COMMAND, network_id=owner.network_id
        )
        try:
            made = await registering.register(
                tx, core, spa_id, label=label, scopes=scope, jwk=text, by=event.actor
            )
        except GoodfaithError as refused:
            stop(f"Refused: {refused}")
        await auditing.note(tx, event)
        return made

    typer.echo(writing(work))


@software.command("list")
def list_software(
    spa_id: Annotated[str, typer.Argument(help="Whose software.")], *, as_json: AsJson = False
) -> None:
    """List the software of a spa, when it last signed in, and how many keys it has."""

    async def work(core: Core) -> list[list[str]]:
        async with core.database.read() as tx:
            keys = await stored.keys_of_spa(tx, spa_id)
            every = await stored.of_spa(tx, spa_id)
        live = [one.service_account_id for one in keys if one.removed_at is None]
        return [[*_said(one), str(live.count(one.id))] for one in every]

    columns = ["id", "label", "scopes", "state", "signed in", "keys"]
    show("Software", columns, with_core(work), as_json=as_json)


@software.command("revoke")
def revoke(software_id: Annotated[str, typer.Argument(help="As `list` prints it.")]) -> None:
    """End software at once and for good, its tokens with it."""

    async def work(tx: Tx, core: Core) -> None:
        one = await stored.get(tx, software_id)
        owner = await directory.organization(tx, one.spa_id)
        event = auditing.cli_event(
            core, Action.ACCESS_CHANGED, COMMAND, network_id=owner.network_id
        )
        try:
            await registering.revoke(tx, core, software_id)
        except GoodfaithError as refused:
            stop(f"Refused: {refused}")
        await auditing.note(tx, event)

    writing(work)
    typer.echo(f"revoked {software_id}")


def _said(one: ServiceAccount) -> list[str]:
    state = "works" if one.revoked_at is None else "revoked"
    signed_in = "never" if one.signed_in_at is None else stamp(one.signed_in_at)
    return [one.id, one.label, one.scopes, state, signed_in]

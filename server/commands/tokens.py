"""`goodfaith spa token`: tokens of a spa's own software."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import spa_tokens
from server.access import scopes
from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.organizations import spa
from server.commands.terminal import show
from server.services import Core
from server.spa_tokens import NewToken
from server.storage import spa_tokens as stored
from server.storage.database import Tx
from server.storage.spa_tokens import SpaToken

__all__ = ["spa"]

token: Final = typer.Typer(no_args_is_help=True, help="Tokens of a spa's own software.")
spa.add_typer(token, name="token")


@token.command("create")
def create_token(
    spa_id: Annotated[str, typer.Argument(help="Whose software.")],
    label: Annotated[str, typer.Argument(help="Which software, for people.")],
    *,
    scope: Annotated[
        list[str],
        typer.Option(help="authorizations:query, authorizations:use, charts:read; repeatable."),
    ] = [scopes.QUERY],  # noqa: B006 - typer reads it and never changes it
    days: Annotated[int, typer.Option(help="How long it works.")] = 365,
) -> None:
    """Make a token and print it. It is told this once: only its hash is kept."""

    async def work(tx: Tx, core: Core) -> NewToken:
        made = await spa_tokens.create(tx, core, spa_id, label=label, scopes=scope, days=days)
        command = f"spa token create {made.token_id}"
        await note_change(tx, core, Action.ACCESS_CHANGED, command, spa_id)
        return made

    typer.echo(writing(work).secret)


@token.command("list")
def list_tokens(
    spa_id: Annotated[str, typer.Argument(help="Whose software.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the tokens of a spa, never the tokens themselves."""

    async def work(core: Core) -> list[SpaToken]:
        async with core.database.read() as tx:
            return await stored.of_spa(tx, spa_id)

    rows = [
        [one.id, one.label, one.scopes, "revoked" if one.revoked_at else "works"]
        for one in with_core(work)
    ]
    show("Tokens", ["id", "label", "scopes", "state"], rows, as_json=as_json)


@token.command("revoke")
def revoke_token(token_id: Annotated[str, typer.Argument(help="As `list` prints it.")]) -> None:
    """End a token at once."""

    async def work(tx: Tx, core: Core) -> None:
        spa_id = await stored.revoke(tx, token_id, core.clock.now())
        command = f"spa token revoke {token_id}"
        await note_change(tx, core, Action.ACCESS_CHANGED, command, spa_id)

    writing(work)
    typer.echo(f"revoked {token_id}")

"""`goodfaith network local-sign-in`, `spa local-sign-in`: who signs in without the provider.

It only opens: closing, and naming accounts for emergencies, is for compliance, which has to be
able to undo it. This is for whoever runs the server, where nobody can sign in any more.
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from server import auditing
from server.auditing import Action
from server.commands.credential_standards import network
from server.commands.enrolment import with_core, writing
from server.commands.organizations import of_kind
from server.commands.software import spa
from server.federation import local_ways
from server.services import Core
from server.storage.database import Tx

__all__ = ["network", "spa"]

Open = Annotated[
    bool, typer.Option("--open", help="Let everybody's passwords and passkeys count again.")
]
WORDS: Final = {True: "everybody", False: "accounts for emergencies"}


@network.command("local-sign-in")
def network_local_sign_in(
    network_id: Annotated[str, typer.Argument(help="Whose people.")],
    *,
    open_again: Open = False,
) -> None:
    """Show who of a network signs in here, or let everybody do so again."""
    _local("network", network_id, open_again=open_again)


@spa.command("local-sign-in")
def spa_local_sign_in(
    spa_id: Annotated[str, typer.Argument(help="Whose people.")],
    *,
    open_again: Open = False,
) -> None:
    """Show who of a spa signs in here, or let everybody do so again."""
    _local("spa", spa_id, open_again=open_again)


def _local(kind: str, organization_id: str, *, open_again: bool) -> None:
    async def shown(core: Core) -> bool:
        async with core.database.read() as tx:
            one = await of_kind(tx, kind, organization_id)
            return await local_ways.is_open(tx, one.organization_id)

    async def said(tx: Tx, core: Core) -> bool:
        one = await of_kind(tx, kind, organization_id)
        event = auditing.cli_event(
            core,
            Action.POLICY_CHANGED,
            f"{kind} local-sign-in",
            network_id=one.network_id or organization_id,
        )
        await auditing.note(tx, event)
        await local_ways.decide(tx, core, one, emergency_only=False, by=event.actor)
        return True

    everybody = writing(said) if open_again else with_core(shown)
    typer.echo(f"signs in here: {WORDS[everybody]}")

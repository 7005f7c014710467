"""`goodfaith account invite`: a link for one person, where nobody can invite them on a page.

The first of a network come in by it; they invite the others.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from server import auditing
from server.access import Role
from server.auditing import Action
from server.commands.enrolment import with_core
from server.commands.sign_ins import account
from server.commands.terminal import stop
from server.errors import GoodfaithError
from server.people import inviting
from server.people.inviting import NewInvitation, Wanted
from server.services import Core
from server.storage import directory

__all__ = ["account"]


class InvitedRole(StrEnum):
    """What somebody can be invited to be."""

    PRACTITIONER = Role.PRACTITIONER.value
    SPA_STAFF = Role.SPA_STAFF.value
    SPA_MANAGER = Role.SPA_MANAGER.value
    MEDICAL_DIRECTOR = Role.MEDICAL_DIRECTOR.value
    OPS = Role.OPS.value
    COMPLIANCE = Role.COMPLIANCE.value


@account.command("invite")
def invite(
    organization_id: Annotated[str, typer.Argument(help="A network; of spa's people, a spa.")],
    login: Annotated[str, typer.Argument(help="What they will type to sign in.")],
    *,
    name: Annotated[str, typer.Option(help="Of the one person who gets the link.")],
    role: Annotated[InvitedRole, typer.Option(help="What they will be.")],
    profession: Annotated[
        str | None, typer.Option(help="Of a practitioner: MD, DO, NP or PA.")
    ] = None,
    npi: Annotated[
        str | None, typer.Option(help="Of a practitioner: National Provider Identifier.")
    ] = None,
    languages: Annotated[
        str | None, typer.Option(help="Of a practitioner: codes with spaces between them.")
    ] = None,
) -> None:
    """Print a link by which one person chooses a password and has an account, once.

    Hand it to them and to nobody else. It holds for the hours that `invitation_ttl_h` says.
    """
    wanted = Wanted(Role(role.value), login, name, profession, npi, languages)

    async def work(core: Core) -> NewInvitation:
        async with core.database.write() as tx:
            organization = await directory.organization(tx, organization_id)
            event = auditing.cli_event(
                core,
                Action.INVITED,
                "account invite",
                network_id=organization.network_id or organization_id,
            )
            made = await inviting.invite(tx, core, organization_id, wanted, by=event.actor)
            route = f"{event.route} {made.invitation.id}"
            await auditing.note(tx, replace(event, route=route))
        return made

    try:
        typer.echo(with_core(work).url)
    except GoodfaithError as error:
        fields = f" ({', '.join(error.fields)})" if error.fields else ""
        stop(f"Refused: {error}{fields}")

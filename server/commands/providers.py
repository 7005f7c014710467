"""`goodfaith network sso`, `spa sso`: the provider of identities at which people sign in.

The page of compliance does the same (`server.http.providers`). This is for an installation in
which nobody can sign in yet, or nobody any more. Our secret at the provider comes from a file
that nobody else can read, never from the command line, where every process can.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from server.auditing import Action
from server.commands.changes import note_change
from server.commands.enrolment import with_core, writing
from server.commands.local_sign_ins import network, spa
from server.commands.organizations import of_kind
from server.commands.terminal import AsJson, show, stop
from server.delivery.opening import may_loopback
from server.errors import GoodfaithError
from server.federation import flows, providers
from server.federation.discovery import Discovery
from server.federation.fetching import Fetcher
from server.logging import stamp
from server.secret_files import SecretFileRefused, read_secret
from server.services import Core
from server.storage import providers as stored
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.storage.providers import Kind, Provider
from server.views.federation import ProviderForm

__all__ = ["network", "spa"]


def sso(kind: Kind) -> typer.Typer:
    """Return the commands for one kind of organization."""
    group = typer.Typer(
        no_args_is_help=True, help="The provider of identities at which people sign in."
    )

    @group.command("add")
    def add(
        organization_id: Annotated[str, typer.Argument(help="Whose people.")],
        issuer: Annotated[str, typer.Argument(help="Of the provider, as it calls itself.")],
        client_id: Annotated[str, typer.Argument(help="Ours there.")],
        *,
        name: Annotated[str, typer.Option(help="On the button.")],
        secret_file: Annotated[
            Path | None,
            typer.Option(help="File with our secret there, closed to others.", dir_okay=False),
        ] = None,
        scopes: Annotated[str, typer.Option(help="Asked for besides openid.")] = "",
        acr: Annotated[str | None, typer.Option(help="How people have to be proven.")] = None,
    ) -> None:
        """Let people sign in by a provider, which is asked first; print its id.

        After it come the addresses that it has to know: where it sends browsers back to, and
        where it says that somebody signed out.
        """
        form = _form(
            organization_id=organization_id,
            name=name,
            issuer=issuer,
            client_id=client_id,
            client_secret=None if secret_file is None else _secret(secret_file),
            scopes=scopes,
            acr=acr,
        )
        for line in with_core(lambda core: _added(core, kind, form)):
            typer.echo(line)

    _add_keeping(group, kind)
    return group


def _add_keeping(group: typer.Typer, kind: Kind) -> None:
    """Add the commands for providers that are there."""

    @group.command("list")
    def list_providers(
        organization_id: Annotated[str, typer.Argument(help="Whose people.")],
        *,
        as_json: AsJson = False,
    ) -> None:
        """List the providers of an organization; a secret is shown nowhere."""

        async def work(core: Core) -> list[Provider]:
            async with core.database.read() as tx:
                one = await of_kind(tx, kind, organization_id)
                return await stored.live_of(tx, [one.organization_id])

        columns = ["id", "name", "issuer", "client_id", "secret", "since"]
        show("Providers", columns, [_row(one) for one in with_core(work)], as_json=as_json)

    @group.command("end")
    def end(
        provider_id: Annotated[str, typer.Argument(help="As `list` prints it.")],
    ) -> None:
        """Let nobody sign in by a provider any more, and end the sessions that it began."""
        ended = writing(lambda tx, core: _ended(tx, core, kind, provider_id))
        typer.echo(f"sessions ended: {len(ended)}")


async def _added(core: Core, kind: Kind, form: ProviderForm) -> list[str]:
    """Ask a provider, and keep it; return what is printed."""
    discovery = Discovery(Fetcher(loopback=may_loopback(core)), core.clock.elapsed_s)
    async with core.database.read() as tx:
        await of_kind(tx, kind, form.organization_id)
    try:
        await providers.ask(core, discovery, form)
        async with core.database.write() as tx:
            owner = await of_kind(tx, kind, form.organization_id)
            event = await note_change(
                tx, core, Action.POLICY_CHANGED, f"{kind} sso add", owner.organization_id
            )
            made = await providers.add(tx, core, owner, form, by=event.actor)
    except GoodfaithError as refused:
        stop(f"Refused: {refused}")
    back = flows.redirect_uris(core, kind, made.issuer)
    return [made.id, *back, core.settings.origin + providers.LOGOUT.replace("{id}", made.id)]


async def _ended(tx: Tx, core: Core, kind: Kind, provider_id: str) -> list[str]:
    """End a provider of an organization of this kind.

    Raises:
        RowMissing: there is none.
    """
    one = await stored.get(tx, provider_id)
    try:
        await of_kind(tx, kind, one.organization_id)
    except RowMissing:
        raise RowMissing("oidc_providers", provider_id) from None
    command = f"{kind} sso end"
    await note_change(tx, core, Action.POLICY_CHANGED, command, one.organization_id)
    try:
        return await providers.end(tx, core, provider_id)
    except GoodfaithError as refused:
        stop(f"Refused: {refused}")


def _form(**said: str | None) -> ProviderForm:
    try:
        return ProviderForm.model_validate(said)
    except ValidationError as error:
        wrong = sorted({str(part["loc"][0]) for part in error.errors() if part["loc"]})
        stop(f"Refused: {', '.join(wrong)} cannot be as it is.")


def _secret(path: Path) -> str:
    try:
        return read_secret(path).decode("ascii")
    except SecretFileRefused as refused:
        stop(f"Refused: {refused}.")
    except UnicodeDecodeError:
        stop(f"Refused: {path} is no text.")


def _row(one: Provider) -> list[str]:
    secret = "none" if one.sealed_secret is None else "sealed"
    return [one.id, one.name, one.issuer, one.client_id, secret, stamp(one.created_at)]


network.add_typer(sso("network"), name="sso")
spa.add_typer(sso("spa"), name="sso")

"""Providers of identities and accounts for emergencies: what compliance decides about them."""

from __future__ import annotations

from typing import Final

from server import auditing
from server.auditing import Action
from server.errors import NotFound
from server.federation import local_ways, providers
from server.federation.discovery import Discovery
from server.federation.refusals import (
    IssuerRefused,
    NoWayIn,
    OwnSignIn,
    ProviderFailed,
    ProviderKnown,
    ProvidersFull,
    ProviderUnknown,
    SignInUnseen,
)
from server.http.calls import Answer, Call, EmptyForm, answer
from server.http.changes import event_about, event_of
from server.http.operation import Operation, operation
from server.http.own_factors import hang_up, own_account
from server.http.routes import Route, Subject
from server.proofs import policies
from server.proofs.stepping_up import require_fresh
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Organization
from server.storage.errors import RowMissing
from server.views.federation import (
    EmergencyAccountForm,
    LocalSignInForm,
    ProviderForm,
    ProvidersAdminView,
)

API: Final = "/api/v1/compliance/providers"
LOCAL: Final = "/api/v1/compliance/local-sign-in"
EMERGENCY: Final = "/api/v1/compliance/emergency-accounts"


@operation()
async def get_own_providers(call: Call) -> Answer[ProvidersAdminView]:
    """GET compliance/providers: how people of the network and its spas sign in elsewhere."""
    return await _page(call)


def adding(discovery: Discovery) -> Operation:
    """Return the handler that lets people sign in by a provider."""

    @operation(IssuerRefused, ProviderFailed, ProviderKnown, ProvidersFull)
    async def post_own_provider(call: Call, form: ProviderForm) -> Answer[ProvidersAdminView]:
        """POST compliance/providers: people of an organization sign in by it from now on.

        It is asked first. Our secret there is sealed, and never shown again.
        """
        services, by = call.services, auditing.actor_of(call.principal)
        async with services.database.read() as tx:
            organization = await _within(tx, call, form.organization_id)
        await providers.ask(services, discovery, form)
        async with services.database.write() as tx:
            now = services.clock.now()  # it took its time
            await require_fresh(tx, services, call.principal.session, now=now, lock=True)
            made = await providers.add(tx, services, organization, form, by=by)
            await auditing.note(tx, event_about(call, Action.POLICY_CHANGED, made.id))
        return await _page(call)

    return post_own_provider


@operation(ProviderUnknown, NoWayIn)
async def delete_own_provider(call: Call) -> Answer[ProvidersAdminView]:
    """DELETE compliance/providers/{id}: nobody signs in by it; sessions begun by it end."""
    services = call.services
    async with services.database.write() as tx:
        ended = await providers.end(tx, services, call.path_id)
        await auditing.note(tx, event_about(call, Action.POLICY_CHANGED))
    await hang_up(call, ended)
    return await _page(call)


@operation(NoWayIn)
async def put_local_sign_in(call: Call, form: LocalSignInForm) -> Answer[ProvidersAdminView]:
    """PUT compliance/local-sign-in: who of an organization may sign in without its provider.

    Where it is closed but for emergencies, sessions of others that were begun here end.
    """
    services = call.services
    async with services.database.write() as tx:
        organization = await _within(tx, call, form.organization_id)
        into = "emergency_only" if form.emergency_only else "open"
        event = event_about(
            call, Action.POLICY_CHANGED, organization.organization_id, into=into
        )
        ended = await local_ways.decide(
            tx,
            services,
            organization,
            emergency_only=form.emergency_only,
            by=event.actor,
        )
        await auditing.note(tx, event)
        view = await providers.page(tx, services, _network(call))
    await hang_up(call, ended)
    return answer(view)


@operation(NoWayIn, SignInUnseen)
async def put_emergency_account(
    call: Call, form: EmergencyAccountForm
) -> Answer[ProvidersAdminView]:
    """PUT compliance/emergency-accounts/{id}: whether it signs in without the provider."""
    services, into = call.services, "for_emergencies" if form.emergency else "for_none"
    event = event_about(call, Action.POLICY_CHANGED, into=into)
    async with services.database.write() as tx:
        account = await directory.account(tx, call.path_id)
        ended = await local_ways.name(
            tx, services, account, emergency=form.emergency, by=event.actor
        )
        await auditing.note(tx, event)
    await hang_up(call, ended)
    return await _page(call)


@operation(OwnSignIn)
async def post_emergency_seen(call: Call, _: EmptyForm) -> Answer[ProvidersAdminView]:
    """POST compliance/emergency-accounts/seen: who signed in in an emergency was seen."""
    services = call.services
    async with services.database.write() as tx:
        places = await policies.within(tx, _network(call))
        ids = [one.organization_id for one in places]
        own = await own_account(tx, call)
        if await local_ways.see(tx, services, ids, by=own):
            await auditing.note(tx, event_of(call, Action.REVIEWED))
    return await _page(call)


# ------------------------------------------------------------------


async def _page(call: Call) -> Answer[ProvidersAdminView]:
    async with call.services.database.read() as tx:
        return answer(await providers.page(tx, call.services, _network(call)))


async def _within(tx: Tx, call: Call, organization_id: str) -> Organization:
    """Return an organization that only the body names: the network, or one of its spas.

    Raises:
        NotFound: it is neither.
    """
    try:
        organization = await directory.organization(tx, organization_id)
    except RowMissing:
        raise NotFound from None
    if _network(call) not in policies.chain_of(organization):
        raise NotFound
    return organization


def _network(call: Call) -> str:
    return call.principal.organization_id or ""


def routes(discovery: Discovery) -> tuple[Route, ...]:
    """Return the routes of compliance."""
    return (
        Route("GET", API, get_own_providers),
        Route("POST", API, adding(discovery)),
        Route("DELETE", f"{API}/{{id}}", delete_own_provider, Subject.PROVIDER),
        Route("PUT", LOCAL, put_local_sign_in),
        Route("POST", f"{EMERGENCY}/seen", post_emergency_seen),
        Route("PUT", f"{EMERGENCY}/{{id}}", put_emergency_account, Subject.ACCOUNT),
    )

"""Which provider an organization has, and who decides that: compliance, for network and spas.

An issuer is asked before it is kept: a wrong address, or one that this server does not connect
to, is said at once. Our secret there is sealed, and never shown again.
"""

from __future__ import annotations

from typing import Final

from server.delivery.opening import may_loopback
from server.federation import flows, local_ways
from server.federation.discovery import Discovery
from server.federation.metadata import checked_issuer, method_for
from server.federation.refusals import (
    IssuerRefused,
    ProviderFailed,
    ProviderKnown,
    ProvidersFull,
    ProviderUnknown,
    Unusable,
)
from server.logging import get_logger
from server.proofs import policies
from server.services import Core
from server.storage import directory, local_sign_ins, proofs, provider_flows
from server.storage import providers as stored
from server.storage.directory import Organization
from server.storage.local_sign_ins import EmergencyAccount
from server.storage.providers import Kind, Provider, secret_place
from server.storage.statements import Tx
from server.views.federation import (
    EmergencyAccountView,
    OrganizationProvidersView,
    OwnProviderView,
    ProviderForm,
    ProvidersAdminView,
    ProvidersView,
    ProviderView,
)

PROVIDERS_MAX: Final = 3  # of one organization
LISTED_MAX: Final = 50
ID_BYTES: Final = 16
MS: Final = 1_000
OPENID: Final = "openid"
LOGOUT: Final = "/oidc/{id}/backchannel-logout"

log = get_logger("federation")


async def offered(tx: Tx, audience: str) -> ProvidersView:
    """Return what people may sign in by on the pages of an audience, for anybody to see."""
    found = await stored.live_of_kind(tx, flows.KINDS[audience], limit=LISTED_MAX)
    return ProvidersView(providers=[ProviderView(id=one.id, name=one.name) for one in found])


async def ask(core: Core, discovery: Discovery, form: ProviderForm) -> None:
    """Ask a provider before it is kept.

    Raises:
        IssuerRefused: an address that this server does not ask, or that is no issuer.
        ProviderFailed: it does not answer, or cannot be used.
    """
    try:
        checked_issuer(form.issuer, loopback=may_loopback(core))
    except ValueError:
        raise IssuerRefused(fields=("issuer",)) from None
    try:
        known = await discovery.of(form.issuer)
        method_for(known.metadata, secret=form.client_secret is not None)
    except Unusable as unusable:
        log.warning("provider_failed", provider_id="new", reason=unusable.reason)
        raise ProviderFailed from None


async def add(
    tx: Tx, core: Core, organization: Organization, form: ProviderForm, *, by: str
) -> Provider:
    """Let people of an organization sign in by a provider, from now on.

    Args:
        tx: writes it.
        core: the running server.
        organization: whose people.
        form: what compliance says of the provider.
        by: who says so, as the audit log names people.

    Raises:
        ProviderKnown: it has one with this issuer.
        ProvidersFull: it has as many as it may have.
    """
    own = organization.organization_id
    await proofs.hold_organizations(tx, [own])
    there = await stored.live_of(tx, [own])
    if any(one.issuer == form.issuer for one in there):
        raise ProviderKnown
    if len(there) >= PROVIDERS_MAX:
        raise ProvidersFull
    provider_id = core.random_bytes(ID_BYTES).hex()
    sealed = None
    if form.client_secret is not None:
        key, place = await core.keyring.tenant_key(tx, own), secret_place(provider_id, own)
        sealed = core.keyring.seal(key, form.client_secret.encode(), place)
    words = dict.fromkeys([OPENID, *form.scopes.split()])
    one = Provider(
        id=provider_id,
        organization_id=own,
        name=form.name,
        issuer=form.issuer,
        client_id=form.client_id,
        sealed_secret=sealed,
        scopes=" ".join(words),
        acr=form.acr or None,
        created_by=by,
        created_at=core.clock.now(),
    )
    await stored.add(tx, one)
    return one


async def end(tx: Tx, core: Core, provider_id: str) -> list[str]:
    """Let nobody sign in by a provider any more; sessions that were begun by it end.

    Returns:
        The sessions that ended, to be told by the caller.

    Raises:
        ProviderUnknown: it was ended before.
        NoWayIn: people of the organization sign in by it alone.
    """
    now, one = core.clock.now(), await stored.get(tx, provider_id)
    await proofs.hold_organizations(tx, [one.organization_id])
    if not await stored.end(tx, provider_id, now):
        raise ProviderUnknown
    await local_ways.require_way_in(tx, await directory.organization(tx, one.organization_id))
    return await provider_flows.end_sessions(tx, provider_id, now=now)


async def page(tx: Tx, core: Core, network_id: str) -> ProvidersAdminView:
    """Return how people of a network and its spas sign in by providers, for compliance."""
    places = await policies.within(tx, network_id)
    ids = [one.organization_id for one in places]
    used = await stored.live_of(tx, ids)
    named = await local_sign_ins.named_in(tx, ids)
    closed = await local_sign_ins.emergency_only(tx, ids)
    return ProvidersAdminView(
        organizations=[
            OrganizationProvidersView(
                organization_id=one.organization_id,
                name=one.name,
                kind=one.kind,
                emergency_only=one.organization_id in closed,
                providers=[
                    _own(core, one.kind, each)
                    for each in used
                    if each.organization_id == one.organization_id
                ],
                emergency_accounts=[
                    _account(each)
                    for each in named
                    if each.organization_id == one.organization_id
                ],
            )
            for one in places
        ],
        redirect_uris=[flows.redirect_uri(core, one) for one in flows.PAGES],
    )


def _own(core: Core, kind: Kind, one: Provider) -> OwnProviderView:
    return OwnProviderView(
        id=one.id,
        name=one.name,
        issuer=one.issuer,
        client_id=one.client_id,
        has_secret=one.sealed_secret is not None,
        scopes=one.scopes,
        acr=one.acr,
        since_ms=one.created_at // MS,
        redirect_uris=flows.redirect_uris(core, kind, one.issuer),
        logout_uri=core.settings.origin + LOGOUT.replace("{id}", one.id),
    )


def _account(one: EmergencyAccount) -> EmergencyAccountView:
    at, seen_at = one.signed_in_at, one.seen_at
    return EmergencyAccountView(
        account_id=one.account_id,
        login=one.login,
        display_name=one.display_name,
        active=one.active,
        signed_in_at_ms=None if at is None else at // MS,
        seen=at is None or (seen_at is not None and seen_at >= at),
    )

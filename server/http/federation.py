"""Signing in at an organization's own provider, over HTTP: there, back, and signed out there.

The provider sends the browser back to a page of ours, and that page asks to finish: so the
cookies stay `SameSite=Strict`, and no address that somebody else sends finishes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from server import auditing
from server.auditing import Action
from server.errors import SignInFailed, TooManyAttempts
from server.federation import flows, leaving, linking, providers, signing_on, tokens
from server.federation.discovery import Discovery
from server.federation.flows import Purposed
from server.federation.refusals import (
    FlowOver,
    LastWayIn,
    LinkTaken,
    LogoutRefused,
    ProviderFailed,
    ProviderRefused,
    ProviderUnknown,
)
from server.federation.signing_on import Arrived, Brought
from server.http.calls import Answer, Call, EmptyForm, UrlForm, answer
from server.http.changes import event_of
from server.http.cookies import (
    clear_flow,
    read_cookie,
    read_flow,
    read_known,
    write_cookie,
    write_flow,
)
from server.http.operation import Operation, operation
from server.http.own_factors import hang_up, own_account
from server.http.routes import Route
from server.http.staff import agent_of, let_in
from server.http.step_up import step_up_view
from server.people import accepting
from server.people.refusals import InvitationOver, InvitationUnknown, LoginTaken
from server.proofs.ways import Proven, StaffAudience, Way
from server.sign_in import begin_session
from server.storage.provider_flows import Purpose
from server.storage.providers import live_of
from server.views import AccountView
from server.views.federation import (
    LeftView,
    ProviderAddressView,
    ProviderAnswerForm,
    ProviderChoiceForm,
    ProviderLinkForm,
    ProviderLinksView,
    ProviderLinkView,
    ProvidersView,
    ProviderView,
)
from server.views.proofs import StepUpView

MS: Final = 1_000


class LogoutForm(UrlForm):
    """What a provider sends (Back-Channel Logout 1.0, 2.5)."""

    logout_token: Annotated[str, StringConstraints(max_length=tokens.CHARS_MAX)]


@dataclass(frozen=True, slots=True)
class Door:
    """One page's way to providers and back.

    Attributes:
        discovery: what this process knows of providers.
        audience: whose page.
    """

    discovery: Discovery
    audience: StaffAudience

    async def sent(
        self, call: Call, provider_id: str, wanted: Purposed
    ) -> Answer[ProviderAddressView]:
        """Say where the browser is to go, and give it what it has to bring back."""
        services = call.services
        begun = await flows.begin(services, self.discovery, provider_id, wanted)
        response = answer(ProviderAddressView(url=begun.url))
        settings, max_age_s = services.settings, flows.FLOW_S
        write_flow(settings, response, self.audience, begun.browser, max_age_s=max_age_s)
        return response

    async def arrived(self, call: Call, form: ProviderAnswerForm) -> Arrived:
        """Return who signed on."""
        services = call.services
        brought = Brought(
            code=form.code,
            state=form.state,
            issuer=form.iss,
            mark=form.provider,
            browser=read_flow(services.settings, call.request, self.audience),
            known=read_known(services.settings, call.request, self.audience),
        )
        return await signing_on.finish(
            services, self.discovery, self.audience, brought, address=call.address
        )

    def of_session(self, call: Call, purpose: Purpose) -> Purposed:
        """Return what a browser is sent for in a session."""
        who = call.principal
        return Purposed(
            purpose,
            self.audience,
            organization_id=who.organization_id,
            account_id=who.account_id,
            session=who.session,
        )


# ------------------------------------------------------------------ signing in


def listing(audience: StaffAudience) -> Operation:
    """Return the handler that says by which providers people sign in."""

    @operation()
    async def get_providers(call: Call) -> Answer[ProvidersView]:
        """GET providers: by which providers people sign in here; the same for everybody."""
        async with call.services.database.read() as tx:
            return answer(await providers.offered(tx, audience))

    return get_providers


def going(door: Door) -> Operation:
    """Return the handler that sends a browser to a provider."""

    @operation(
        *(ProviderUnknown, ProviderFailed, InvitationUnknown, InvitationOver, TooManyAttempts)
    )
    async def post_provider(
        call: Call, form: ProviderChoiceForm
    ) -> Answer[ProviderAddressView]:
        """POST session/provider: where the browser is to go to sign in; it sets a cookie."""
        wanted = Purposed("sign_in", door.audience)
        if form.invitation is not None:
            invited = await accepting.open_by(
                call.services, form.invitation, address=call.address
            )
            wanted = Purposed(
                "join",
                invited.audience,
                organization_id=invited.organization_id,
                invitation_id=invited.id,
            )
        return await door.sent(call, form.provider_id, wanted)

    return post_provider


def coming_in(door: Door) -> Operation:
    """Return the handler that lets somebody in whom a provider knows."""

    @operation(
        *(FlowOver, ProviderRefused, ProviderFailed, SignInFailed, TooManyAttempts),
        *(InvitationOver, LoginTaken, LinkTaken),
    )
    async def post_provider_finish(call: Call, form: ProviderAnswerForm) -> Answer[AccountView]:
        """POST session/provider/finish: what the browser came back with; it sets the cookie."""
        services, audience = call.services, door.audience
        arrived = await door.arrived(call, form)
        begun, view = await begin_session(
            services,
            audience,
            await _proven(call, arrived),
            cookie_value=read_cookie(services.settings, call.request, audience),
            agent=agent_of(call),
        )
        response = await let_in(call, audience, begun, view)
        clear_flow(services.settings, response, audience)
        return response

    return post_provider_finish


async def _proven(call: Call, arrived: Arrived) -> Proven:
    flow, services = arrived.flow, call.services
    if flow.purpose == "join":
        account = await accepting.accept_by_provider(
            services, flow.invitation_id or "", arrived, route=call.key
        )
        return Proven(account, Way.PROVIDER, on=arrived.on)
    if flow.purpose != "sign_in":
        raise ProviderRefused
    return await linking.proven_of(services, arrived)


# ------------------------------------------------------------------ in a session


def going_again(door: Door) -> Operation:
    """Return the handler that sends a browser to prove again who somebody is."""

    @operation(ProviderUnknown, ProviderFailed, TooManyAttempts)
    async def post_step_up_provider(call: Call, _: EmptyForm) -> Answer[ProviderAddressView]:
        """POST session/step-up/provider: where to go to be asked again; it sets a cookie."""
        async with call.services.database.read() as tx:
            own = await linking.own_provider(tx, call.principal)
        return await door.sent(call, own.id, door.of_session(call, "step_up"))

    return post_step_up_provider


def coming_again(door: Door) -> Operation:
    """Return the handler that makes a session fresh by a provider, under another cookie."""

    @operation(FlowOver, ProviderRefused, ProviderFailed, SignInFailed, TooManyAttempts)
    async def post_step_up_provider_finish(
        call: Call, form: ProviderAnswerForm
    ) -> Answer[StepUpView]:
        """POST session/step-up/provider/finish: proved again; it sets another cookie."""
        services, settings = call.services, call.services.settings
        done = await linking.prove_again(
            services,
            call.principal,
            await door.arrived(call, form),
            cookie_value=read_cookie(settings, call.request, door.audience),
            route=call.key,
        )
        response = answer(step_up_view(call, done.standing))
        write_cookie(settings, response, door.audience, done.cookie)
        clear_flow(settings, response, door.audience)
        return response

    return post_step_up_provider_finish


@operation()
async def get_links(call: Call) -> Answer[ProviderLinksView]:
    """GET provider-links: who the account is elsewhere, and where it could be."""
    return await _links(call)


def linking_to(door: Door) -> Operation:
    """Return the handler that sends a browser to say who an account is elsewhere."""

    @operation(ProviderUnknown, ProviderFailed, TooManyAttempts)
    async def post_link(call: Call, form: ProviderLinkForm) -> Answer[ProviderAddressView]:
        """POST provider-links: where the browser is to go to be linked; it sets a cookie."""
        return await door.sent(call, form.provider_id, door.of_session(call, "link"))

    return post_link


def linked(door: Door) -> Operation:
    """Return the handler that links an account to the person who signed on."""

    @operation(FlowOver, ProviderRefused, ProviderFailed, LinkTaken, TooManyAttempts)
    async def post_link_finish(
        call: Call, form: ProviderAnswerForm
    ) -> Answer[ProviderLinksView]:
        """POST provider-links/finish: that person signs in to this account from now on."""
        services, arrived = call.services, await door.arrived(call, form)
        async with services.database.write() as tx:
            await linking.link_own(tx, services, call.principal, arrived)
            await auditing.note(tx, event_of(call, Action.ENROLLED))
        response = await _links(call)
        clear_flow(services.settings, response, door.audience)
        return response

    return post_link_finish


@operation(LastWayIn)
async def delete_links(call: Call) -> Answer[ProviderLinksView]:
    """DELETE provider-links: nobody signs in to this account by a provider any more.

    Other sessions of the account that were begun so end.
    """
    services, who = call.services, call.principal
    async with services.database.write() as tx:
        account = await own_account(tx, call)
        links, ended = await linking.unlink_own(tx, services, who, account)
        if links:
            await auditing.note(tx, event_of(call, Action.UNENROLLED))
    await hang_up(call, ended)
    return await _links(call)


async def _links(call: Call) -> Answer[ProviderLinksView]:
    async with call.services.database.read() as tx:
        account = await own_account(tx, call)
        found = await linking.links_of(tx, account)
        used = await live_of(tx, [account.organization_id])
    known = {one.identity.issuer for one in found}
    return answer(
        ProviderLinksView(
            links=[_link(one) for one in found],
            providers=[
                ProviderView(id=one.id, name=one.name)
                for one in used
                if one.issuer not in known
            ],
        )
    )


def _link(one: linking.Link) -> ProviderLinkView:
    at = one.identity.signed_on_at
    return ProviderLinkView(
        name=one.name,
        issuer=one.identity.issuer,
        linked_at_ms=one.identity.linked_at // MS,
        signed_on_at_ms=None if at is None else at // MS,
    )


# ------------------------------------------------------------------ signed out there


def leaving_by(discovery: Discovery) -> Operation:
    """Return the handler that providers tell who signed out."""

    @operation(LogoutRefused, ProviderFailed, TooManyAttempts)
    async def post_logout(call: Call, form: LogoutForm) -> Answer[LeftView]:
        """POST /oidc/{id}/backchannel-logout: sessions of who signed out there end at once.

        OpenID Connect Back-Channel Logout 1.0: each token counts once; sockets close, and a
        call that goes on in such a session stops.
        """
        await leaving.leave(
            call.services,
            discovery,
            call.path_id,
            form.logout_token,
            address=call.address,
            route=call.key,
        )
        return answer(LeftView())

    return post_logout


def routes_of(page: str, door: Door) -> tuple[Route, ...]:
    """Return the routes of one page."""
    path = f"/api/v1/{page}"
    again, links = f"{path}/session/step-up/provider", f"{path}/provider-links"
    return (
        Route("GET", f"{path}/providers", listing(door.audience)),
        Route("POST", f"{path}/session/provider", going(door)),
        Route("POST", f"{path}/session/provider/finish", coming_in(door)),
        Route("POST", again, going_again(door)),
        Route("POST", f"{again}/finish", coming_again(door)),
        Route("GET", links, get_links),
        Route("POST", links, linking_to(door)),
        Route("POST", f"{links}/finish", linked(door)),
        Route("DELETE", links, delete_links),
    )


def routes(discovery: Discovery) -> tuple[Route, ...]:
    """Return the routes of all pages, and the one that providers use."""
    return (
        *routes_of("console", Door(discovery, "practitioner")),
        *routes_of("portal", Door(discovery, "spa")),
        *routes_of("ops", Door(discovery, "ops")),
        Route("POST", providers.LOGOUT, leaving_by(discovery)),
    )

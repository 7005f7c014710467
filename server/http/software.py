"""A spa's own software: its manager registers it, and it gets its tokens."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints

from server import auditing
from server.access.scopes import SCOPES
from server.auditing import Action
from server.errors import NotFound, TooManyAttempts
from server.http.calls import Answer, Call, EmptyForm, UrlForm, answer
from server.http.changes import event_about
from server.http.operation import operation
from server.http.routes import ID_CHARS_MAX, Route, Subject
from server.service_accounts import assertions, registering, tokens
from server.service_accounts.page import software_page
from server.service_accounts.refusals import (
    ClientRefused,
    GrantUnsupported,
    KeyKnown,
    KeyPrivate,
    KeyRefused,
    KeysFull,
    ScopeRefused,
    SoftwareFull,
    SoftwareRevoked,
)
from server.views.software import (
    AuthorizationServerView,
    SoftwareForm,
    SoftwareKeyForm,
    SoftwarePageView,
    TokenView,
)

API: Final = "/api/v1/portal/software"
METADATA: Final = "/.well-known/oauth-authorization-server"
Parameter = Annotated[str, StringConstraints(max_length=300)]


class TokenForm(UrlForm):
    """What a client asks for, and how it shows who it is (RFC 6749, 4.4; RFC 7523, 2.2)."""

    grant_type: Parameter
    client_assertion_type: Parameter
    client_assertion: Annotated[str, StringConstraints(max_length=assertions.CHARS_MAX)]
    scope: Parameter = ""
    client_id: Parameter = ""


# ------------------------------------------------------------------ the software itself


@operation(GrantUnsupported, ClientRefused, ScopeRefused, TooManyAttempts)
async def post_token(call: Call, form: TokenForm) -> Answer[TokenView]:
    """POST /oauth/token: a token for minutes, for a JWT that the client signed.

    Client credentials (RFC 6749, 4.4) with `private_key_jwt` (RFC 7523), as SMART Backend
    Services has it. Each assertion serves once.
    """
    asked = tokens.Asked(
        grant_type=form.grant_type,
        assertion_type=form.client_assertion_type,
        assertion=form.client_assertion,
        scope=form.scope,
        client_id=form.client_id,
    )
    issued = await tokens.issue(call.services, asked, address=call.address)
    call.told.principal = issued.principal
    response = answer(
        TokenView(access_token=issued.secret, expires_in=issued.lives_s, scope=issued.scopes)
    )
    response.headers["Pragma"] = "no-cache"  # RFC 6749, 5.1, beside Cache-Control
    return response


@operation()
async def get_metadata(call: Call) -> Answer[AuthorizationServerView]:
    """GET /.well-known/oauth-authorization-server: where tokens are got, and how (RFC 8414)."""
    return answer(
        AuthorizationServerView(
            issuer=call.services.settings.origin,
            token_endpoint=tokens.endpoint(call.services),
            grant_types_supported=[tokens.GRANT],
            response_types_supported=[],  # nobody is sent here to sign in
            scopes_supported=list(SCOPES),
            token_endpoint_auth_methods_supported=["private_key_jwt"],
            token_endpoint_auth_signing_alg_values_supported=["ES384", "RS384"],
        )
    )


# ------------------------------------------------------------------ the manager's page


@operation()
async def get_software(call: Call) -> Answer[SoftwarePageView]:
    """GET software: what signs in for the spa by itself, and the tokens that last."""
    return await _page(call)


@operation(KeyRefused, KeyPrivate, SoftwareFull)
async def post_software(call: Call, form: SoftwareForm) -> Answer[SoftwarePageView]:
    """POST software: register one, with its public key; the private one never comes here."""
    services = call.services
    async with services.database.write() as tx:
        made = await registering.register(
            tx,
            services,
            _spa(call),
            label=form.label,
            scopes=form.scopes,
            jwk=form.jwk,
            by=auditing.actor_of(call.principal),
        )
        await auditing.note(tx, event_about(call, Action.ACCESS_CHANGED, made))
    return await _page(call)


@operation(KeyRefused, KeyPrivate, KeyKnown, KeysFull, SoftwareRevoked)
async def post_key(call: Call, form: SoftwareKeyForm) -> Answer[SoftwarePageView]:
    """POST software/{id}/keys: it signs in by this one, too."""
    services = call.services
    async with services.database.write() as tx:
        await registering.add_key(tx, services, call.path_id, form.jwk)
        await auditing.note(tx, event_about(call, Action.ACCESS_CHANGED))
    return await _page(call)


@operation()
async def delete_key(call: Call) -> Answer[SoftwarePageView]:
    """DELETE software/{id}/keys/{key}: it counts no more, nor do tokens got by it."""
    services, key_id = call.services, call.request.match_info["key"]
    if len(key_id) > ID_CHARS_MAX:
        raise NotFound
    async with services.database.write() as tx:
        await registering.remove_key(tx, services, call.path_id, key_id)
        await auditing.note(tx, event_about(call, Action.ACCESS_CHANGED))
    return await _page(call)


@operation(SoftwareRevoked)
async def revoke_software(call: Call, _form: EmptyForm) -> Answer[SoftwarePageView]:
    """POST software/{id}/revoke: it opens nothing any more, from this moment and for good."""
    services = call.services
    async with services.database.write() as tx:
        await registering.revoke(tx, services, call.path_id)
        await auditing.note(tx, event_about(call, Action.ACCESS_CHANGED))
    return await _page(call)


# ------------------------------------------------------------------


async def _page(call: Call) -> Answer[SoftwarePageView]:
    async with call.services.database.read() as tx:
        return answer(await software_page(tx, call.services, _spa(call)))


def _spa(call: Call) -> str:
    return call.principal.organization_id or ""


ROUTES: Final = (
    Route("POST", tokens.PATH, post_token),
    Route("GET", METADATA, get_metadata),
    Route("GET", API, get_software),
    Route("POST", API, post_software),
    Route("POST", f"{API}/{{id}}/keys", post_key, Subject.SOFTWARE),
    Route("DELETE", f"{API}/{{id}}/keys/{{key}}", delete_key, Subject.SOFTWARE),
    Route("POST", f"{API}/{{id}}/revoke", revoke_software, Subject.SOFTWARE),
)

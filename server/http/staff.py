"""Signing in, looking who is signed in, signing out: the same for every staff audience."""

from __future__ import annotations

from typing import Final

from server.auditing import Action
from server.browsers import browser_of
from server.errors import SignInFailed, TooManyAttempts
from server.http.calls import Answer, Call, Nothing, answer, nothing
from server.http.changes import event_of
from server.http.cookies import (
    clear_cookie,
    read_cookie,
    read_known,
    write_cookie,
    write_known,
)
from server.http.operation import Operation, operation
from server.http.routes import Route
from server.proofs import known_browsers
from server.proofs.refusals import (
    CodeRefused,
    CodeRequired,
    CodeUsed,
    LocalSignInClosed,
    PasskeyRequired,
)
from server.sessions import NewSession
from server.sign_in import (
    StaffAudience,
    account_view,
    end_own_session,
    resolve_session,
    sign_in,
)
from server.views import AccountView, SignInForm


def begin(audience: StaffAudience) -> Operation:
    """Return the handler that lets somebody in and sets the cookie."""

    @operation(
        *(SignInFailed, CodeRequired, PasskeyRequired, CodeRefused, CodeUsed, TooManyAttempts),
        LocalSignInClosed,
    )
    async def begin_session(call: Call, form: SignInForm) -> Answer[AccountView]:
        """POST session: sign in, with a code where one is needed; it sets the cookie."""
        settings = call.services.settings
        begun, view = await sign_in(
            call.services,
            audience,
            form,
            address=call.address,
            cookie_value=read_cookie(settings, call.request, audience),
            known=read_known(settings, call.request, audience),
            agent=agent_of(call),
        )
        return await let_in(call, audience, begun, view)

    return begin_session


def agent_of(call: Call) -> str:
    """Return which browser asks, for whoever looks at their sessions later."""
    return browser_of(call.request.headers.get("User-Agent", ""))


async def let_in(
    call: Call, audience: StaffAudience, begun: NewSession, view: AccountView
) -> Answer[AccountView]:
    """Answer somebody whose session has begun: with its cookie, and an entry in the log.

    Once everything was proved, the account knows the browser from now on.
    """
    if view.other_sessions:
        call.told.number = view.other_sessions
    principal = call.told.principal = await resolve_session(
        call.services, audience, begun.session_id, touch=False
    )
    settings, response = call.services.settings, answer(view)
    write_cookie(settings, response, audience, begun.session_id)
    if principal is not None and principal.complete:
        shown = read_known(settings, call.request, audience)
        known = await known_browsers.remembered(call.services, principal, shown)
        write_known(settings, response, audience, known)
    return response


@operation()
async def get_session(call: Call) -> Answer[AccountView]:
    """GET session: who is signed in."""
    return answer(await account_view(call.services, call.principal))


def end(audience: StaffAudience) -> Operation:
    """Return the handler that signs out, closes the sockets and clears the cookie."""

    @operation()
    async def end_session(call: Call) -> Nothing:
        """DELETE session: sign out; sockets are closed and the cookie is cleared."""
        event = event_of(call, Action.SIGNED_OUT)
        await end_own_session(call.services, call.principal, event)
        response = nothing()
        clear_cookie(call.services.settings, response, audience)
        return response

    return end_session


def session_routes(page: str, audience: StaffAudience) -> tuple[Route, ...]:
    """Return the three routes of one audience's session."""
    path = f"/api/v1/{page}/session"
    return (
        Route("POST", path, begin(audience)),
        Route("GET", path, get_session),
        Route("DELETE", path, end(audience)),
    )


CONSOLE: Final = session_routes("console", "practitioner")
PORTAL: Final = session_routes("portal", "spa")
OPS: Final = session_routes("ops", "ops")

"""Signing in, looking who is signed in, signing out: the same for every staff audience."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server.http.calls import Call, Handler, answer, nothing
from server.http.cookies import clear_cookie, read_cookie, write_cookie
from server.http.routes import Route
from server.sign_in import StaffAudience, account_view, end_own_session, sign_in
from server.views import SignInForm


def begin(audience: StaffAudience) -> Handler:
    """Return the handler that checks a password and sets the cookie."""

    async def handler(call: Call) -> web.StreamResponse:
        settings = call.services.settings
        begun, view = await sign_in(
            call.services,
            audience,
            await call.form(SignInForm),
            address=call.address,
            cookie_value=read_cookie(settings, call.request, audience),
        )
        response = answer(view)
        write_cookie(settings, response, audience, begun.session_id)
        return response

    return handler


async def look(call: Call) -> web.StreamResponse:
    """Return who is signed in."""
    return answer(await account_view(call.services, call.principal))


def end(audience: StaffAudience) -> Handler:
    """Return the handler that signs out, closes the sockets and clears the cookie."""

    async def handler(call: Call) -> web.StreamResponse:
        await end_own_session(call.services, call.principal)
        response = nothing()
        clear_cookie(call.services.settings, response, audience)
        return response

    return handler


def session_routes(page: str, audience: StaffAudience) -> tuple[Route, ...]:
    """Return the three routes of one audience's session."""
    path = f"/api/v1/{page}/session"
    return (
        Route("POST", path, begin(audience)),
        Route("GET", path, look),
        Route("DELETE", path, end(audience)),
    )


CONSOLE: Final = session_routes("console", "practitioner")
PORTAL: Final = session_routes("portal", "spa")
OPS: Final = session_routes("ops", "ops")

"""One's own sessions: listed, ended, kept from idling; the same for every staff audience."""

from __future__ import annotations

from typing import Final

from server.http.calls import Answer, Call, EmptyForm, Nothing, answer, nothing
from server.http.cookies import clear_cookie
from server.http.operation import Operation, operation
from server.http.routes import Route
from server.own_sessions import end_one, end_others, note_activity, sessions_view
from server.views import SessionsView

__all__ = ["ROUTES", "routes_of"]


@operation()
async def list_sessions(call: Call) -> Answer[SessionsView]:
    """GET sessions: where somebody is signed in."""
    return answer(await sessions_view(call.services, call.principal))


@operation()
async def note_input(call: Call, _form: EmptyForm) -> Nothing:
    """POST session/activity: somebody is there; said by the page after real input only."""
    await note_activity(call.services, call.principal)
    return nothing()


def _end_one(path: str) -> Operation:
    @operation()
    async def end_session_of(call: Call) -> Answer[SessionsView]:
        """DELETE sessions/{id}: end one of one's own; its sockets are closed."""
        services, who = call.services, call.principal
        await end_one(services, who, call.path_id, route=f"DELETE {path}/{{id}}")
        response = answer(await sessions_view(services, who))
        if who.session.startswith(call.path_id) and who.audience is not None:
            clear_cookie(services.settings, response, who.audience)
        return response

    return end_session_of


def _end_others(path: str) -> Operation:
    @operation()
    async def end_other_sessions(call: Call, _form: EmptyForm) -> Answer[SessionsView]:
        """POST sessions/end-others: end all of one's own sessions but this one."""
        await end_others(call.services, call.principal, route=f"POST {path}/end-others")
        return answer(await sessions_view(call.services, call.principal))

    return end_other_sessions


def routes_of(page: str) -> tuple[Route, ...]:
    """Return the routes about the sessions of one page's people."""
    path = f"/api/v1/{page}/sessions"
    return (
        Route("GET", path, list_sessions),
        Route("DELETE", f"{path}/{{id}}", _end_one(path)),
        Route("POST", f"{path}/end-others", _end_others(path)),
        Route("POST", f"/api/v1/{page}/session/activity", note_input),
    )


ROUTES: Final = (*routes_of("console"), *routes_of("portal"), *routes_of("ops"))

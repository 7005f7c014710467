"""Where somebody is signed in, as they see and end it themselves.

A session is named to its owner by the mark that the audit log has of it too. Whoever names
somebody else's is told that there is none.
"""

from __future__ import annotations

from server import auditing
from server.access import Principal
from server.auditing.event import MARK_CHARS, Action, AuditEvent
from server.errors import NotFound
from server.services import Core, Services
from server.sessions import keep_alive, live_of_account
from server.storage import sessions
from server.storage.sessions import Session
from server.views import OwnSessionView, SessionsView


async def sessions_view(core: Core, principal: Principal) -> SessionsView:
    """Return the live sessions of who is asking, the one that was used last first."""
    async with core.database.read() as tx:
        found = await live_of_account(tx, core, principal)
    return SessionsView(sessions=[_view(one, principal) for one in found])


async def end_one(services: Services, principal: Principal, mark: str, *, route: str) -> None:
    """End one of one's own sessions, wherever it is, and hang up on it.

    Args:
        services: the running server.
        principal: who asks.
        mark: of the session that is to end; it may be the one that is asked in.
        route: by which it was asked, for the audit log.

    Raises:
        NotFound: none of theirs that is live is called so.
    """
    async with services.database.write() as tx:
        found = await live_of_account(tx, services, principal)
        named = next((one for one in found if one.id_hash[:MARK_CHARS] == mark), None)
        if named is None:
            raise NotFound
        await sessions.end(tx, named.id_hash, "revoked", services.clock.now())
        await auditing.note(tx, _event(services, principal, route, 1))
    await services.hub.end_session(named.id_hash, "revoked")


async def end_others(services: Services, principal: Principal, *, route: str) -> None:
    """End all of one's own sessions but the one that is asked in, and hang up on them."""
    async with services.database.write() as tx:
        ended = await sessions.end_for_account(
            tx,
            principal.account_id or "",
            "revoked",
            services.clock.now(),
            keep=principal.session,
        )
        await auditing.note(tx, _event(services, principal, route, len(ended)))
    for id_hash in ended:
        await services.hub.end_session(id_hash, "revoked")


async def note_activity(core: Core, principal: Principal) -> None:
    """Note that somebody is at the page of a session: it is not idle."""
    await keep_alive(core, (principal.session,))


def _view(session: Session, principal: Principal) -> OwnSessionView:
    return OwnSessionView(
        id=session.id_hash[:MARK_CHARS],
        here=session.id_hash == principal.session,
        agent=session.agent,
        way=session.assurance,
        proved_at_ms=session.auth_time // 1_000,
        last_seen_at_ms=session.last_seen_at // 1_000,
    )


def _event(core: Core, who: Principal, route: str, number: int) -> AuditEvent:
    return AuditEvent(
        action=Action.SESSION_ENDED,
        actor=auditing.actor_of(who),
        role=who.role.value,
        organization_id=who.organization_id,
        route=route,
        at=core.clock.now(),
        session=who.session[:MARK_CHARS] or None,
        number=number,
    )

"""What a socket is refused, in the audit log: at the door, or a command."""

from __future__ import annotations

from typing import Final

from server import auditing
from server.access import ANONYMOUS, COMMANDS, Principal
from server.auditing.event import ID, MARK_CHARS, Action, AuditEvent, Outcome
from server.errors import Forbidden, NotFound, NotSignedIn
from server.live.doors import Visitor
from server.proofs.refusals import EnrolmentRequired, StepUpRequired
from server.services import Services
from server.sessions import name_of

DENIALS: Final = (NotFound, NotSignedIn, Forbidden, StepUpRequired)
OVER: Final = "session_expired"


async def door_refused(
    services: Services,
    namespace: str,
    principal: Principal | None,
    cookie: str | None,
    address: str,
) -> None:
    """Enter that somebody was not let in with a session that is over, or of another page.

    Without a cookie nobody was there to be refused.
    """
    if not cookie:
        return
    who = principal or ANONYMOUS
    claimed = await name_of(services, cookie)
    closed = Forbidden.code if who.complete else EnrolmentRequired.code
    code = OVER if principal is None else closed
    event = _denial(services, who, f"socket {namespace}", code, claimed)
    await auditing.deny(services, event, address=address, session=who.session)


async def command_refused(
    services: Services, visitor: Visitor | None, raw: object, error: Exception
) -> None:
    """Enter a command that was refused because of who sent it."""
    if visitor is None or type(error) not in DENIALS or not isinstance(error, DENIALS):
        return
    who = visitor.principal
    command, encounter_id = _named(raw)
    event = _denial(services, who, f"command {command}", error.code, who.session, encounter_id)
    await auditing.deny(services, event, address=visitor.address, session=who.session)


def _denial(
    services: Services,
    who: Principal,
    route: str,
    code: str,
    session: str,
    encounter_id: str | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=Action.DENIED,
        outcome=Outcome.REFUSED,
        actor=auditing.actor_of(who),
        role=who.role.value,
        organization_id=who.organization_id,
        encounter_id=encounter_id or who.encounter_id,
        route=route,
        reason=code,
        at=services.clock.now(),
        session=session[:MARK_CHARS] or None,
    )


def _named(raw: object) -> tuple[str, str | None]:
    """Return which command it was, and the encounter that it named: our words, or ids."""
    if not isinstance(raw, dict):
        return "unknown", None
    command, named = raw.get("type"), raw.get("encounter_id")
    known = isinstance(command, str) and command in COMMANDS
    is_id = isinstance(named, str) and ID.fullmatch(named) is not None
    return (str(command) if known else "unknown"), (named if is_id else None)

"""The audit entry of a change, in the transaction of the change: both are there, or neither."""

from __future__ import annotations

from server import auditing
from server.auditing import Action, AuditEvent
from server.auditing.event import MARK_CHARS
from server.http.calls import Call
from server.storage.database import Tx


def event_of(call: Call, action: Action) -> AuditEvent:
    """Return the entry of a change by who asks."""
    who = call.principal
    return AuditEvent(
        action=action,
        actor=auditing.actor_of(who),
        role=who.role.value,
        organization_id=who.organization_id,
        encounter_id=who.encounter_id,
        route=call.key,
        at=call.services.clock.now(),
        session=who.session[:MARK_CHARS] or None,
    )


async def note_change(tx: Tx, call: Call, action: Action) -> None:
    """Append the entry of a change by who asks."""
    await auditing.note(tx, event_of(call, action))

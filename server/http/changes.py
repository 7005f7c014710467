"""The audit entry of a change, in the transaction of the change: both are there, or neither."""

from __future__ import annotations

from dataclasses import replace

from server import auditing
from server.auditing import Action, AuditEvent
from server.auditing.event import MARK_CHARS, ROUTE
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
        asker=who.account_id,
    )


def event_about(
    call: Call, action: Action, made: str | None = None, *, into: str | None = None
) -> AuditEvent:
    """Return the entry of a change whose route names what was changed.

    What does not fit into an entry, or is no id at all, is not named.

    Args:
        call: who asks, and by which path; `{id}` in it is written out.
        action: what was done.
        made: id of what there is only by it, or of what only the body names.
        into: the word for what it is from now on.
    """
    event = replace(event_of(call, action), reason=into)
    named = f"{call.key} {made}" if made else call.key.replace("{id}", call.path_id)
    return event if ROUTE.fullmatch(named) is None else replace(event, route=named)


async def note_change(tx: Tx, call: Call, action: Action) -> None:
    """Append the entry of a change by who asks."""
    await auditing.note(tx, event_of(call, action))

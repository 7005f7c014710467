"""Signing off who is not there any more, with an entry in the audit log for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from server import auditing
from server.auditing.event import MARK_CHARS, Action, AuditEvent
from server.sessions import bearer_of
from server.storage import sessions
from server.storage.database import Tx
from server.storage.sessions import Session

ROUTE: Final = "session idle"
REASON: Final = "idle"


async def end_idle(
    tx: Tx, id_hashes: Sequence[str], *, now: int, idle_s: Mapping[str, float]
) -> list[str]:
    """End those that are idle still: whatever is used meanwhile goes on.

    Args:
        tx: writes.
        id_hashes: their names.
        now: microseconds UTC.
        idle_s: for how long one may be unused, by audience.

    Returns:
        The names of those that ended.
    """
    ended = await sessions.end_idle(tx, id_hashes, now=now, idle_s=idle_s)
    found = await sessions.with_ids(tx, ended)
    events = [await _event(tx, one, now) for one in found.values()]
    await auditing.note_all(tx, events)
    return ended


async def _event(tx: Tx, session: Session, now: int) -> AuditEvent:
    who = await bearer_of(tx, session)
    return AuditEvent(
        action=Action.SIGNED_OUT,
        actor=auditing.actor_of(who),
        role=who.role.value,
        organization_id=who.organization_id,
        encounter_id=who.encounter_id,
        route=ROUTE,
        reason=REASON,
        at=now,
        session=session.id_hash[:MARK_CHARS],
    )

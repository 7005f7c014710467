"""Signing off whose time is over, with an entry in the audit log for each.

idle        nobody was there for too long
absolute    the time after which all of them end
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from server import auditing
from server.auditing.event import MARK_CHARS, Action, AuditEvent
from server.sessions import bearer_of
from server.storage import sessions
from server.storage.database import Tx
from server.storage.sessions import Session

ROUTE: Final = "session over"
Why = Literal["idle", "absolute"]


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
    await _enter(tx, ended, "idle", now)
    return ended


async def end_expired(tx: Tx, id_hashes: Sequence[str], *, now: int) -> list[str]:
    """End those whose time ran out, if nobody did; return the names of those that ended."""
    ended = await sessions.end_expired(tx, id_hashes, now=now)
    await _enter(tx, ended, "absolute", now)
    return ended


async def _enter(tx: Tx, ended: Sequence[str], why: Why, now: int) -> None:
    found = await sessions.with_ids(tx, ended)
    await auditing.note_all(tx, [await _event(tx, one, why, now) for one in found.values()])


async def _event(tx: Tx, session: Session, why: Why, now: int) -> AuditEvent:
    who = await bearer_of(tx, session)
    return AuditEvent(
        action=Action.SIGNED_OUT,
        actor=auditing.actor_of(who),
        role=who.role.value,
        organization_id=who.organization_id,
        encounter_id=who.encounter_id,
        route=ROUTE,
        reason=why,
        at=now,
        session=session.id_hash[:MARK_CHARS],
    )

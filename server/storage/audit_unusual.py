"""What compliance looks at first: denials, reads without a part, what left, and haste.

It finds what deserves a question, not what is wrong. Each list is bounded and of one span.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import and_, exists, func, literal, not_, or_, select, text

from server.storage.audit import REFUSED, AuditRow, entry, newest, within
from server.storage.audit_tables import RARE, audit_entries
from server.storage.statements import Query, Tx
from server.storage.tables import chart_entries, encounters

HOUR_US: Final = 3_600_000_000
READS: Final = ("read", "downloaded", "exported")
LEFT: Final = (
    *("exported", "downloaded", "resent", "shredded", "hold_set", "hold_lifted"),
    *("key_rotated", "backed_up", "restored", "break_glass"),
    *("connected", "disconnected"),  # where all charts go from then on, or no more
)
OFFER: Final = "event offer.ringing"
OPENED: Final = ("supervision", "break_glass")
PRACTITIONER: Final = "practitioner"
OPERATOR: Final = "operator"
PATIENT: Final = "patient"
STALE: Final = "step_up_required"  # many times a day; what came of it has an entry too
ROUTINE: Final = (PATIENT, "system")  # their own copy; what the server delivers by itself


@dataclass(frozen=True, slots=True)
class Span:
    """Of which network, and from when until before when (microseconds UTC)."""

    network_id: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Haste:
    """How much one person read in one hour.

    Attributes:
        actor: who.
        hour: when it began, microseconds UTC.
        entries: how many readings there are.
    """

    actor: str
    hour: int
    entries: int


def _spanned(span: Span) -> Query:
    return select(audit_entries).where(*within(span.network_id, span.since, span.until))


async def denials(tx: Tx, span: Span, *, limit: int) -> list[AuditRow]:
    """Return what was refused; not that somebody had to prove first who they are."""
    asked_why = entry.reason.is_distinct_from(STALE)
    query = _spanned(span).where(text(RARE), entry.outcome == REFUSED, asked_why)
    return await newest(tx, query, limit)


async def departures(tx: Tx, span: Span, *, limit: int) -> list[AuditRow]:
    """Return what left the house, or cannot be read any more; not what is routine."""
    query = _spanned(span).where(text(RARE), entry.action.in_(LEFT), entry.role.not_in(ROUTINE))
    return await newest(tx, query, limit)


async def without_part(tx: Tx, span: Span, *, limit: int) -> list[AuditRow]:
    """Return readings by an operator, or by a practitioner who has no part in the encounter.

    Who wrote anything into its chart, or whose it is, has a part in it. An offer that rang is
    not counted: whom it is offered to, the waiting room decides; nor is what a supervising
    physician reads, or what was opened in an emergency, which has a review of its own.
    """
    wrote = exists().where(
        chart_entries.c.encounter_id == entry.encounter_id, chart_entries.c.actor == entry.actor
    )
    holds = exists().where(
        encounters.c.id == entry.encounter_id,
        entry.actor == literal(f"{PRACTITIONER}:") + encounters.c.practitioner_id,
    )
    stranger = and_(
        entry.role == PRACTITIONER,
        entry.encounter_id.is_not(None),
        entry.route != OFFER,
        or_(entry.reason.is_(None), entry.reason.not_in(OPENED)),
        not_(wrote),
        not_(holds),
    )
    query = _spanned(span).where(entry.action.in_(READS), or_(entry.role == OPERATOR, stranger))
    return await newest(tx, query, limit)


async def hasty(tx: Tx, span: Span, *, entries_min: int, limit: int) -> list[Haste]:
    """Return who has at least `entries_min` readings in one hour, the most first.

    An hour is asked at a time: a statement on SQLite runs where everything else does.
    """
    found: list[Haste] = []
    for hour in range(span.since // HOUR_US * HOUR_US, span.until, HOUR_US):
        found += await _of_hour(
            tx, replace(span, since=hour, until=hour + HOUR_US), entries_min
        )
        await asyncio.sleep(0)
    return sorted(found, key=lambda one: (-one.entries, one.hour, one.actor))[:limit]


async def _of_hour(tx: Tx, hour: Span, entries_min: int) -> list[Haste]:
    counted = func.count()
    query = (
        select(entry.actor, counted)
        .where(
            *within(hour.network_id, hour.since, hour.until),
            entry.action.in_(READS),
            entry.role != PATIENT,
        )
        .group_by(entry.actor)
        .having(counted >= entries_min)
    )
    rows = (await tx.execute(query)).all()
    return [Haste(actor, hour.since, entries) for actor, entries in rows]

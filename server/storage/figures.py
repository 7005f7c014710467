"""What operations may know about a stretch of time: instants and states, no PHI.

A visit belongs to the time when its patient was ready, an offer to the time when it rang.
`since` is included, `until` is not. Everything goes through an index on those times; what
changed since a look goes through the one on `changed_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.sql import ColumnElement

from server.storage.statements import Query, Tx, Values, insert_into
from server.storage.tables import encounters, offers, sites, staffing_intervals
from signaling.identifiers import EncounterId, Instant, OfferId
from signaling.messages import Visit

VISITS_MAX: Final = 100_000
OFFERS_MAX: Final = 200_000
STAFFED: Final = ("online_ms", "offered_ms", "in_exam_ms", "wrap_up_ms")


@dataclass(frozen=True, slots=True)
class VisitTimes:
    """A visit whose patient was ready; instants in microseconds UTC.

    `accepted_at` is that of the practitioner who has it now, if it was given back before.
    """

    encounter_id: EncounterId
    jurisdiction: str
    visit: Visit
    ready_at: Instant
    accepted_at: Instant | None
    connected_at: Instant | None
    ended_at: Instant | None
    signed_at: Instant | None
    changed_at: Instant


@dataclass(frozen=True, slots=True)
class OfferTimes:
    """An offer, and where its patient is."""

    offer_id: OfferId
    jurisdiction: str
    state: str
    rung_at: Instant


@dataclass(frozen=True, slots=True)
class StaffingInterval:
    """Practitioner-milliseconds of one half hour, on duty and of that busy."""

    starts_at: int
    online_ms: int
    offered_ms: int
    in_exam_ms: int
    wrap_up_ms: int


async def visits(
    tx: Tx, network_id: str, since: int, until: int, *, limit: int = VISITS_MAX
) -> list[VisitTimes]:
    """Give the visits whose patients were ready in that time, in this order."""
    return await _visits(
        tx,
        _visit_query(network_id, since, until)
        .order_by(encounters.c.ready_at, encounters.c.id)
        .limit(limit),
    )


async def visits_changed(
    tx: Tx, network_id: str, since: int, until: int, changed_since: int
) -> list[VisitTimes]:
    """Give those of `visits` whose row changed since an instant, that one included."""
    query = _visit_query(network_id, since, until)
    return await _visits(tx, query.where(encounters.c.changed_at >= changed_since))


async def offers_rung(
    tx: Tx, network_id: str, since: int, until: int, *, limit: int = OFFERS_MAX
) -> list[OfferTimes]:
    """Give the offers that rang in that time, in this order."""
    query = (
        select(
            offers.c.id,
            func.coalesce(encounters.c.jurisdiction, ""),
            offers.c.state,
            offers.c.rung_at,
        )
        .select_from(offers)
        .join(encounters, encounters.c.id == offers.c.encounter_id)
        .where(
            encounters.c.network_id == network_id,
            offers.c.rung_at >= since,
            offers.c.rung_at < until,
        )
        .order_by(offers.c.rung_at, offers.c.id)
        .limit(limit)
    )
    return [OfferTimes(*row) for row in await tx.execute(query)]


async def site_jurisdictions(tx: Tx, encounter_ids: list[str]) -> dict[str, str]:
    """Give the jurisdiction of each encounter's site."""
    query = (
        select(encounters.c.id, sites.c.jurisdiction)
        .join(sites, sites.c.id == encounters.c.site_id)
        .where(encounters.c.id.in_(encounter_ids))
    )
    return {row[0]: row[1] for row in await tx.execute(query)}


def _visit_query(network_id: str, since: int, until: int) -> Query:
    return select(
        encounters.c.id,
        func.coalesce(encounters.c.jurisdiction, ""),
        encounters.c.visit,
        encounters.c.ready_at,
        encounters.c.accepted_at,
        encounters.c.connected_at,
        encounters.c.ended_at,
        encounters.c.signed_at,
        encounters.c.changed_at,
    ).where(
        encounters.c.network_id == network_id,
        encounters.c.ready_at >= since,
        encounters.c.ready_at < until,
    )


async def _visits(tx: Tx, query: Query) -> list[VisitTimes]:
    return [VisitTimes(*row) for row in await tx.execute(query)]


# ------------------------------------------------------------------ time on duty


async def add_staffing(tx: Tx, network_id: str, spent: Mapping[int, Values]) -> None:
    """Add practitioner-milliseconds to half hours, by when they start."""
    for starts_at, values in spent.items():
        row = {"network_id": network_id, "starts_at": starts_at, **values}
        statement = insert_into(tx, staffing_intervals).values(row)
        more: dict[str, ColumnElement[int]] = {
            name: staffing_intervals.c[name] + statement.excluded[name] for name in STAFFED
        }
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=["network_id", "starts_at"], set_=more
            )
        )


async def staffing(tx: Tx, network_id: str, since: int, until: int) -> list[StaffingInterval]:
    """Give the half hours that start in that time, in order."""
    table = staffing_intervals.c
    query = (
        select(
            table.starts_at,
            table.online_ms,
            table.offered_ms,
            table.in_exam_ms,
            table.wrap_up_ms,
        )
        .where(
            table.network_id == network_id, table.starts_at >= since, table.starts_at < until
        )
        .order_by(table.starts_at)
    )
    return [StaffingInterval(*row) for row in await tx.execute(query)]

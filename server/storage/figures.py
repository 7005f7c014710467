"""What operations may know about a day: counts and durations, no PHI.

Every question goes through the index on (network, changed_at): whatever happened since an
instant also changed its row since then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.sql import ColumnElement

from server.storage.statements import Query, Tx
from server.storage.tables import encounters, offers
from signaling.identifiers import EncounterId, Instant
from signaling.messages import Visit
from signaling.offers import OfferState

CONNECTS_MAX: Final = 10_000
OVER_UNSEEN: Final[tuple[Visit, ...]] = ("left", "cancelled", "expired")


@dataclass(frozen=True, slots=True)
class Connect:
    """A call that connected; instants in microseconds UTC.

    Connect time is from `ready_at` to `connected_at`, queue wait from `ready_at` to
    `accepted_at`. An encounter that was given back and not accepted again is left out.
    """

    encounter_id: EncounterId
    jurisdiction: str
    ready_at: Instant
    accepted_at: Instant
    connected_at: Instant


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts since an instant.

    Attributes:
        answered: encounters that were accepted.
        abandoned: patients who were ready and whose visit ended with nobody accepting.
        signed: charts that were signed.
        offers: offers that rang.
        offers_missed: those that nobody answered.
    """

    answered: int
    abandoned: int
    signed: int
    offers: int
    offers_missed: int


async def connects(
    tx: Tx, network_id: str, since: int, *, limit: int = CONNECTS_MAX
) -> list[Connect]:
    """Give the calls that connected since an instant, the newest first."""
    query = (
        select(
            encounters.c.id.label("encounter_id"),
            func.coalesce(encounters.c.jurisdiction, "").label("jurisdiction"),
            encounters.c.ready_at,
            encounters.c.accepted_at,
            encounters.c.connected_at,
        )
        .where(
            *_changed(network_id, since),
            encounters.c.connected_at >= since,
            encounters.c.ready_at.is_not(None),
            encounters.c.accepted_at.is_not(None),
        )
        .order_by(encounters.c.connected_at.desc(), encounters.c.id)
        .limit(limit)
    )
    return [Connect(**row) for row in (await tx.execute(query)).mappings()]


async def since(tx: Tx, network_id: str, instant: int) -> Figures:
    """Count what happened in a network since an instant."""
    abandoned = (
        encounters.c.visit.in_(OVER_UNSEEN)
        & encounters.c.ready_at.is_not(None)
        & encounters.c.accepted_at.is_(None)
        & (func.coalesce(encounters.c.ended_at, encounters.c.changed_at) >= instant)
    )
    counts = select(
        _count(encounters.c.accepted_at >= instant).label("answered"),
        _count(abandoned).label("abandoned"),
        _count(encounters.c.signed_at >= instant).label("signed"),
    ).where(*_changed(network_id, instant))
    return Figures(**await _row(tx, counts), **await _row(tx, _offers(network_id, instant)))


def _offers(network_id: str, instant: int) -> Query:
    return (
        select(
            func.count().label("offers"),
            _count(offers.c.state == OfferState.MISSED).label("offers_missed"),
        )
        .select_from(offers)
        .join(encounters, encounters.c.id == offers.c.encounter_id)
        .where(encounters.c.network_id == network_id, offers.c.rung_at >= instant)
    )


async def _row(tx: Tx, query: Query) -> dict[str, int]:
    row = (await tx.execute(query)).mappings().one()
    return {name: int(value) for name, value in row.items()}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _changed(network_id: str, instant: int) -> tuple[ColumnElement[bool], ...]:
    return (encounters.c.network_id == network_id, encounters.c.changed_at >= instant)

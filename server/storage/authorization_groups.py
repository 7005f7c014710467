"""Authorizations that still hold, by what new rules could decide otherwise about them.

There may be a hundred thousand; what tells them apart to a rule is where, which class and by
which profession, and of that there are a few hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from server.storage.authorization_tables import authorizations
from server.storage.statements import Query, Tx
from server.storage.tables import encounters, practitioners, sites

FORWARD: Final = "store_and_forward"
LIVE: Final = "live_video"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """What authorizations have in common; `place` is where the patient was.

    `forward`: they come of what the patient sent, without a live visit.
    """

    place: str
    site: str
    treatment_class: str
    profession: str
    forward: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One authorization that holds, and the exam that gave it."""

    authorization_id: str
    encounter_id: str


async def groups(tx: Tx, network_id: str, day: str) -> dict[Group, int]:
    """Give every group of a network with its size, of those that hold on a day (ISO)."""
    columns = _columns()
    query = (
        _joined(select(*columns, func.count()))
        .where(_holds(network_id, day))
        .group_by(*columns)
        .order_by(*columns)
    )
    rows = (await tx.execute(query)).all()
    return {
        Group(place, site, name, who, how == FORWARD): size
        for place, site, name, who, how, size in rows
    }


async def members(tx: Tx, network_id: str, day: str, group: Group, limit: int) -> list[Held]:
    """Give the authorizations of a group, the newest first."""
    place, site, treatment_class, profession, modality = _columns()
    query = (
        _joined(select(authorizations.c.id, authorizations.c.encounter_id))
        .where(
            _holds(network_id, day),
            place == group.place,
            site == group.site,
            treatment_class == group.treatment_class,
            profession == group.profession,
            modality == (FORWARD if group.forward else LIVE),
        )
        .order_by(authorizations.c.signed_at.desc(), authorizations.c.id)
        .limit(limit)
    )
    return [Held(one, exam) for one, exam in (await tx.execute(query)).all()]


def _columns() -> tuple[ColumnElement[str], ...]:
    return (
        func.coalesce(encounters.c.jurisdiction, sites.c.jurisdiction),
        sites.c.jurisdiction,
        authorizations.c.treatment_class,
        practitioners.c.profession,
        encounters.c.requested_modality,
    )


def _joined(query: Query) -> Query:
    return (
        query.select_from(authorizations)
        .join(encounters, encounters.c.id == authorizations.c.encounter_id)
        .join(sites, sites.c.id == authorizations.c.site_id)
        .join(practitioners, practitioners.c.id == authorizations.c.practitioner_id)
    )


def _holds(network_id: str, day: str) -> ColumnElement[bool]:
    return and_(
        authorizations.c.network_id == network_id,
        authorizations.c.revoked_at.is_(None),
        authorizations.c.valid_until >= day,
    )

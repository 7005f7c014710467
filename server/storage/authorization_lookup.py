"""What one question about an authorization needs to know, in two statements.

Each statement is a trip to the database: a question that made one for every table that it
looks into took longer over the trips than over all else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, Table, and_, bindparam, select

from server.storage.authorization_events import EventRow
from server.storage.authorization_tables import authorization_events as events
from server.storage.authorization_tables import authorizations
from server.storage.authorizations import AuthorizationRow
from server.storage.directory import Site, site_row
from server.storage.patients import Patient
from server.storage.statements import Tx
from server.storage.tables import organizations, patients, practitioners, sites

# Made once: putting a statement together takes as long as carrying it out.
ASKED_BEFORE: Final = and_(
    events.c.spa_id == bindparam("spa"),
    events.c.actor == bindparam("actor"),
    events.c.request_id == bindparam("request"),
)
OPENING: Final = (
    select(sites, organizations.c.network_id, events)
    .select_from(
        sites.join(organizations, organizations.c.id == sites.c.spa_id).outerjoin(
            events, ASKED_BEFORE
        )
    )
    .where(sites.c.id == bindparam("site"), sites.c.spa_id == bindparam("spa"))
)
OF_CLASS: Final = and_(
    authorizations.c.patient_id == patients.c.id,
    authorizations.c.treatment_class == bindparam("class"),
)
ALLOWED: Final = (
    select(patients, authorizations, practitioners.c.display_name)
    .select_from(
        # One after the other: SQLite would write a join inside the outer one down whole.
        patients.outerjoin(authorizations, OF_CLASS).outerjoin(
            practitioners, practitioners.c.id == authorizations.c.practitioner_id
        )
    )
    .where(patients.c.spa_id == bindparam("spa"))
    .order_by(authorizations.c.signed_at.desc(), authorizations.c.id)
)
BY_ID: Final = ALLOWED.where(patients.c.id == bindparam("who"))
BY_INDEX: Final = ALLOWED.where(patients.c.blind_index == bindparam("who"))


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a question is asked, and what the same request was answered before.

    Attributes:
        network_id: of the spa; None for one without a network.
        before: of a request with the same id; None for a new one.
    """

    site: Site
    network_id: str | None
    before: EventRow | None


@dataclass(frozen=True, slots=True)
class Allowed:
    """An authorization, and who examined."""

    row: AuthorizationRow
    practitioner_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """A patient of a spa, with what exams allow of one class, the newest first."""

    patient: Patient
    allowed: tuple[Allowed, ...]


async def opening(
    tx: Tx, site_id: str, *, spa_id: str, actor: str, request_id: str
) -> Opening | None:
    """Give a site of this spa and what this request was answered before, or None."""
    values = {"site": site_id, "spa": spa_id, "actor": actor, "request": request_id}
    row = (await tx.execute(OPENING, values)).one_or_none()
    if row is None:
        return None
    return Opening(
        site=site_row(_part(row, sites)),
        network_id=row._mapping[organizations.c.network_id],  # noqa: SLF001 - its public name
        before=EventRow(**_part(row, events)) if _is_there(row, events) else None,
    )


async def by_id(tx: Tx, spa_id: str, patient_id: str, treatment_class: str) -> Found | None:
    """Give a patient of this spa by id, or None."""
    return await _found(tx, BY_ID, spa_id, patient_id, treatment_class)


async def by_index(tx: Tx, spa_id: str, blind_index: str, treatment_class: str) -> Found | None:
    """Give the patient of this spa with exactly this name and birth date, or None."""
    return await _found(tx, BY_INDEX, spa_id, blind_index, treatment_class)


async def _found(
    tx: Tx, query: Select[Any], spa_id: str, who: str, treatment_class: str
) -> Found | None:
    values = {"spa": spa_id, "who": who, "class": treatment_class}
    rows = (await tx.execute(query, values)).all()
    if not rows:
        return None
    allowed = [
        Allowed(
            AuthorizationRow(**_part(row, authorizations)),
            row._mapping[practitioners.c.display_name],  # noqa: SLF001 - the same
        )
        for row in rows
        if _is_there(row, authorizations)
    ]
    return Found(Patient(**_part(rows[0], patients)), tuple(allowed))


def _part(row: Row[Any], table: Table) -> dict[str, Any]:
    """Return what a joined row has of one table, by column."""
    values: Mapping[Any, Any] = row._mapping  # noqa: SLF001 - the same
    return {one.name: values[one] for one in table.c}


def _is_there(row: Row[Any], table: Table) -> bool:
    """Tell whether an outer join found a row of a table."""
    return row._mapping[table.c.id] is not None  # noqa: SLF001 - the same

"""The audit log as rows: it is written and read here, and never changed.

What an entry may say is `server.auditing`; who may read it is `server.access`. A search is of
one network, over a span of time, a page at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, TextClause, func, select, text, tuple_

from server.storage.audit_tables import LISTS, RARE, audit_entries
from server.storage.errors import RowMissing
from server.storage.statements import Query, Tx, among, insert_rows
from server.storage.tables import encounters, organizations, patients

NETWORK: Final = "network"
COMMON: Final = ("read", "signed_in")  # what the condition RARE leaves out
REFUSED: Final = "refused"  # of what is denied, which is rare
entry: Final = audit_entries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry, as it is stored."""

    id: str
    at: int
    action: str
    outcome: str
    actor: str
    role: str
    organization_id: str | None
    network_id: str | None
    encounter_id: str | None
    patient_id: str | None
    route: str
    reason: str | None
    session: str | None
    address: str | None
    shown: tuple[str, ...]
    number: int | None
    leaf_hash: str
    log_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for: all of it at once.

    Attributes:
        network_id: whose entries.
        since: not before, microseconds UTC.
        until: before, microseconds UTC.
        actor: who did it.
        encounter_id: what it was about, or among what a list showed.
        patient_id: whose.
        action, outcome: which.
        below: instant and id of the last entry of the page before.
    """

    network_id: str
    since: int
    until: int
    actor: str | None = None
    encounter_id: str | None = None
    patient_id: str | None = None
    action: str | None = None
    outcome: str | None = None
    below: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Where something belongs: in which network, and to which patient."""

    network_id: str | None
    patient_id: str | None = None


async def put_all(tx: Tx, rows: Sequence[AuditRow]) -> None:
    """Append entries."""
    values = [asdict(one) | {"shown": " ".join(one.shown) or None} for one in rows]
    await insert_rows(tx, audit_entries, values)


async def of_encounters(tx: Tx, encounter_ids: Sequence[str]) -> Mapping[str, Whose]:
    """Return whose these encounters are; those that there are."""
    if not encounter_ids:
        return {}
    query = select(encounters.c.id, encounters.c.network_id, encounters.c.patient_id)
    found = await tx.execute(query.where(among(tx, encounters.c.id, encounter_ids)))
    return {one: Whose(network_id, patient_id) for one, network_id, patient_id in found}


async def of_organization(tx: Tx, organization_id: str) -> Whose | None:
    """Return in which network an organization is; None when there is no such one."""
    query = select(organizations.c.kind, organizations.c.network_id)
    found = (await tx.execute(query.where(organizations.c.id == organization_id))).one_or_none()
    if found is None:
        return None
    kind, network_id = found
    return Whose(organization_id if kind == NETWORK else network_id)


async def of_patient(tx: Tx, patient_id: str) -> Whose | None:
    """Return of which network a patient is; None when there is no such one."""
    query = (
        select(organizations.c.network_id, patients.c.id)
        .select_from(patients.join(organizations, organizations.c.id == patients.c.spa_id))
        .where(patients.c.id == patient_id)
    )
    found = (await tx.execute(query)).one_or_none()
    return None if found is None else Whose(*found)


async def get(tx: Tx, entry_id: str, network_id: str) -> AuditRow:
    """Return one entry of a network.

    Raises:
        RowMissing: there is none, or it is another network's.
    """
    query = select(audit_entries).where(entry.id == entry_id, entry.network_id == network_id)
    found = (await tx.execute(query)).mappings().one_or_none()
    if found is None:
        raise RowMissing("audit_entries", entry_id)
    return row_of(found)


async def find(tx: Tx, search: Search, *, limit: int) -> list[AuditRow]:
    """Return what was looked for, the newest first, `limit` of them at most."""
    query = select(audit_entries).where(*_conditions(search))
    if search.encounter_id is None:
        return await newest(tx, query, limit)
    # Two questions, since each has an index of its own and a question with OR has none.
    about = query.where(entry.encounter_id == search.encounter_id)
    listed = query.where(
        text(LISTS), entry.shown.contains(search.encounter_id, autoescape=True)
    )
    every = {one.id: one for each in (about, listed) for one in await newest(tx, each, limit)}
    return sorted(every.values(), key=lambda one: (one.at, one.id), reverse=True)[:limit]


async def newest(tx: Tx, query: Query, limit: int) -> list[AuditRow]:
    """Return the newest entries that a query finds."""
    ordered = query.order_by(entry.at.desc(), entry.id.desc()).limit(limit)
    return [row_of(one) for one in (await tx.execute(ordered)).mappings()]


async def newest_at(tx: Tx, network_id: str, action: str, route: str) -> int | None:
    """Return when something rare was last done, microseconds UTC; None: never."""
    query = select(func.max(entry.at)).where(
        text(RARE), entry.network_id == network_id, entry.action == action, entry.route == route
    )
    found: int | None = (await tx.execute(query)).scalar_one()
    return found


async def newest_route(tx: Tx, network_id: str, action: str, begins: str) -> str | None:
    """Return by which route something rare was last done, of those that begin so."""
    query = (
        select(entry.route)
        .where(
            text(RARE),
            entry.network_id == network_id,
            entry.action == action,
            entry.route.startswith(begins, autoescape=True),
        )
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(1)
    )
    found: str | None = (await tx.execute(query)).scalar()
    return found


async def pending(tx: Tx, *, limit: int) -> list[AuditRow]:
    """Return what is not in the tree yet, in the order in which it goes there."""
    query = select(audit_entries).where(entry.log_index.is_(None))
    ordered = query.order_by(entry.at, entry.id).limit(limit)
    return [row_of(one) for one in (await tx.execute(ordered)).mappings()]


def within(network_id: str, since: int, until: int) -> list[ColumnElement[bool]]:
    """Return the conditions that every search has."""
    return [entry.network_id == network_id, entry.at >= since, entry.at < until]


def _conditions(search: Search) -> list[ColumnElement[bool] | TextClause]:
    found: list[ColumnElement[bool] | TextClause] = [
        *within(search.network_id, search.since, search.until)
    ]
    exact: Mapping[str, str | None] = {
        "actor": search.actor,
        "patient_id": search.patient_id,
        "action": search.action,
        "outcome": search.outcome,
    }
    found += [entry[name] == value for name, value in exact.items() if value is not None]
    if search.action not in {None, *COMMON} or search.outcome == REFUSED:
        found.append(text(RARE))
    if search.below is not None:
        found.append(tuple_(entry.at, entry.id) < tuple_(*search.below))
    return found


def row_of(found: RowMapping) -> AuditRow:
    """Return a stored row as a value."""
    return AuditRow(**{**found, "shown": tuple((found["shown"] or "").split())})

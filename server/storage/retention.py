"""What holds records, what was destroyed of them, and when a patient was last in contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Select, func, select, union_all, update

from server.keystore.shredding import Shred
from server.storage.authorization_tables import (
    authorization_events,
    authorization_uses,
    authorizations,
    same_day_checks,
)
from server.storage.errors import RowMissing
from server.storage.retention_tables import retention_contracts, retention_holds, shred_log
from server.storage.statements import Tx, insert_into, upsert
from server.storage.tables import chart_entries, documents, encounters, patients, sites
from server.storage.upload_tables import uploads

CHUNK: Final = 400


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A row of `retention_holds`; instants in microseconds UTC."""

    id: str
    network_id: str
    encounter_id: str | None
    patient_id: str | None
    reason: str
    set_by: str
    set_at: int
    released_by: str | None = None
    released_reason: str | None = None
    released_at: int | None = None


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A row of `retention_contracts`."""

    organization_id: str
    years: int
    reference: str
    set_by: str
    set_at: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What retention asks of an encounter.

    Attributes:
        seen_at: when it took place, or was asked for.
        last_at: the last thing that happened in it.
        jurisdiction: where the patient said to be.
        site_jurisdiction: of the site.
    """

    encounter_id: str
    network_id: str
    spa_id: str
    patient_id: str
    visit: str
    seen_at: int
    last_at: int
    jurisdiction: str | None
    site_jurisdiction: str


async def add_hold(tx: Tx, hold: HoldRow) -> None:
    """Insert a hold."""
    await tx.execute(insert_into(tx, retention_holds).values(asdict(hold)))


async def release_hold(tx: Tx, hold_id: str, *, by: str, reason: str, now: int) -> None:
    """End a hold.

    Raises:
        RowMissing: there is none, or it ended before.
    """
    ended = await tx.execute(
        update(retention_holds)
        .where(retention_holds.c.id == hold_id, retention_holds.c.released_at.is_(None))
        .values(released_by=by, released_reason=reason, released_at=now)
    )
    if ended.rowcount != 1:
        raise RowMissing("retention_holds", hold_id)


async def holds(tx: Tx, *, standing: bool = True) -> list[HoldRow]:
    """Give the holds, oldest first.

    Args:
        tx: reads.
        standing: only those that are not released.
    """
    query = select(retention_holds).order_by(retention_holds.c.set_at, retention_holds.c.id)
    if standing:
        query = query.where(retention_holds.c.released_at.is_(None))
    return [HoldRow(**row) for row in (await tx.execute(query)).mappings()]


async def lock_patient(tx: Tx, patient_id: str) -> None:
    """Hold a patient's row: destroying and holding a record happen one after the other.

    Raises:
        RowMissing: there is no such patient.
    """
    query = select(patients.c.id).where(patients.c.id == patient_id).with_for_update()
    if (await tx.execute(query)).one_or_none() is None:
        raise RowMissing("patients", patient_id)


async def newest(tx: Tx) -> int | None:
    """Give when an encounter last changed, of all; None while there is none."""
    found = (await tx.execute(select(func.max(encounters.c.changed_at)))).scalar_one_or_none()
    return None if found is None else int(found)


async def set_contract(tx: Tx, contract: ContractRow) -> None:
    """Write what a contract asks for, in place of what was there."""
    await upsert(tx, retention_contracts, asdict(contract))


async def contracts(tx: Tx) -> dict[str, int]:
    """Give the years that contracts ask for, by organization."""
    query = select(retention_contracts.c.organization_id, retention_contracts.c.years)
    return {row[0]: int(row[1]) for row in await tx.execute(query)}


async def patients_after(tx: Tx, patient_id: str, limit: int) -> list[str]:
    """Give identifiers of patients in their order, so that all can be gone through."""
    query = select(patients.c.id).where(patients.c.id > patient_id)
    return list((await tx.execute(query.order_by(patients.c.id).limit(limit))).scalars())


async def visits_of(tx: Tx, patient_ids: Sequence[str]) -> list[Visit]:
    """Give every encounter of patients."""
    written = (
        select(func.max(chart_entries.c.at))
        .where(chart_entries.c.encounter_id == encounters.c.id)
        .scalar_subquery()
    )
    query = (
        select(encounters, sites.c.jurisdiction.label("of_site"), written.label("written"))
        .select_from(encounters.join(sites, sites.c.id == encounters.c.site_id))
        .where(encounters.c.patient_id.in_(patient_ids))
        .order_by(encounters.c.requested_at, encounters.c.id)
    )
    return [
        Visit(
            encounter_id=row["id"],
            network_id=row["network_id"],
            spa_id=row["spa_id"],
            patient_id=row["patient_id"],
            visit=row["visit"],
            seen_at=row["accepted_at"] or row["submitted_at"] or row["requested_at"],
            last_at=max(
                row[name] or 0
                for name in ("requested_at", "ended_at", "signed_at", "changed_at", "written")
            ),
            jurisdiction=row["jurisdiction"],
            site_jurisdiction=row["of_site"],
        )
        for row in (await tx.execute(query)).mappings()
    ]


async def later_contacts(tx: Tx, patient_ids: Sequence[str]) -> dict[str, int]:
    """Give the last use of an authorization, or same-day check, of each patient."""
    used = (
        select(authorizations.c.patient_id, func.max(authorization_uses.c.recorded_at))
        .select_from(
            authorization_uses.join(
                authorizations, authorizations.c.id == authorization_uses.c.authorization_id
            )
        )
        .where(authorizations.c.patient_id.in_(patient_ids))
        .group_by(authorizations.c.patient_id)
    )
    asked = (
        select(same_day_checks.c.patient_id, func.max(same_day_checks.c.recorded_at))
        .where(same_day_checks.c.patient_id.in_(patient_ids))
        .group_by(same_day_checks.c.patient_id)
    )
    found: dict[str, int] = {}
    for patient_id, at in await tx.execute(union_all(used, asked)):
        found[patient_id] = max(found.get(patient_id, 0), int(at))
    return found


async def last_orders(tx: Tx, encounter_ids: Sequence[str]) -> dict[str, str]:
    """Give the last day of the last order that stands, ISO, by encounter."""
    query = (
        select(authorizations.c.encounter_id, func.max(authorizations.c.valid_until))
        .where(
            authorizations.c.encounter_id.in_(encounter_ids),
            authorizations.c.revoked_at.is_(None),
        )
        .group_by(authorizations.c.encounter_id)
    )
    return {row[0]: row[1] for row in await tx.execute(query)}


# ------------------------------------------------------------------ what was destroyed


async def logged(tx: Tx) -> list[Shred]:
    """Give the database's side of what was destroyed, oldest first."""
    query = select(shred_log).order_by(shred_log.c.at, shred_log.c.subject)
    return [Shred(**row) for row in (await tx.execute(query)).mappings()]


async def log(tx: Tx, shreds: Iterable[Shred]) -> None:
    """Enter what was destroyed; what is entered stays."""
    for one in shreds:
        await tx.execute(
            insert_into(tx, shred_log).values(asdict(one)).on_conflict_do_nothing()
        )


async def erase_encounters(tx: Tx, encounter_ids: Sequence[str]) -> None:
    """Erase documents, uploads, orders, treatments and answers; hashes, signatures stay.

    Orders, treatments and answers are under the patient's key, which may outlive a chart.
    """
    for some in _chunks(encounter_ids):
        await tx.execute(
            update(documents)
            .where(documents.c.encounter_id.in_(some), documents.c.sealed_pdf != b"")
            .values(sealed_pdf=b"")
        )
        await tx.execute(
            update(uploads)
            .where(uploads.c.encounter_id.in_(some), uploads.c.sealed_image.is_not(None))
            .values(sealed_image=None, sealed_thumbnail=None)
        )
        of_them = select(authorizations.c.id).where(authorizations.c.encounter_id.in_(some))
        await _erase_orders(tx, of_them)
        await tx.execute(
            update(authorization_events)
            .where(
                authorization_events.c.authorization_id.in_(of_them),
                authorization_events.c.sealed_outcome != b"",
            )
            .values(sealed_outcome=b"")
        )


async def erase_patients(tx: Tx, patient_ids: Sequence[str]) -> None:
    """Erase what was ordered, given and answered, and the index; identifiers stay."""
    for some in _chunks(patient_ids):
        theirs = select(authorizations.c.id).where(authorizations.c.patient_id.in_(some))
        await _erase_orders(tx, theirs)
        await tx.execute(
            update(authorization_events)
            .where(
                authorization_events.c.patient_id.in_(some),
                authorization_events.c.sealed_outcome != b"",
            )
            .values(sealed_outcome=b"")
        )
        # An index of name and birth date would still tell whether somebody was here.
        await tx.execute(
            update(patients)
            .where(patients.c.id.in_(some), patients.c.blind_index != patients.c.id)
            .values(blind_index=patients.c.id)
        )


async def _erase_orders(tx: Tx, authorization_ids: Select[tuple[str]]) -> None:
    """Erase what authorizations allowed, and what was given under them."""
    terms, given = authorizations.c, authorization_uses.c
    await tx.execute(
        update(authorizations)
        .where(terms.id.in_(authorization_ids), terms.sealed_terms != b"")
        .values(sealed_terms=b"")
    )
    await tx.execute(
        update(authorization_uses)
        .where(given.authorization_id.in_(authorization_ids), given.sealed_use != b"")
        .values(sealed_use=b"")
    )


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))

"""Patients of a spa: a sealed identity behind a keyed blind index of name and birth date."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select, update

from server.sealing import Place
from server.storage.errors import RowMissing
from server.storage.statements import Tx, insert_into
from server.storage.tables import patients


@dataclass(frozen=True, slots=True)
class Patient:
    """A row of `patients`.

    Attributes:
        blind_index: hex of `server.sealing.blind_index` over name and birth date.
        sealed_identity: sealed with the patient's own key.
    """

    id: str
    spa_id: str
    blind_index: str
    sealed_identity: bytes
    created_at: int


def identity_place(patient_id: str, spa_id: str) -> Place:
    """Name the one place where a sealed identity opens."""
    return Place("patients", "sealed_identity", patient_id, spa_id)


async def get(tx: Tx, patient_id: str) -> Patient:
    """Give a patient.

    Raises:
        RowMissing: there is none.
    """
    query = select(patients).where(patients.c.id == patient_id)
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise RowMissing("patients", patient_id)
    return Patient(**row)


async def by_index(tx: Tx, spa_id: str, blind_index: str) -> Patient | None:
    """Find the patient of this spa with exactly this name and birth date."""
    query = select(patients).where(
        patients.c.spa_id == spa_id, patients.c.blind_index == blind_index
    )
    row = (await tx.execute(query)).mappings().one_or_none()
    return None if row is None else Patient(**row)


async def upsert(tx: Tx, patient: Patient) -> Patient:
    """Insert the patient, or give the one that has this blind index already, unchanged."""
    await tx.execute(
        insert_into(tx, patients)
        .values(asdict(patient))
        .on_conflict_do_nothing(index_elements=["spa_id", "blind_index"])
    )
    stored = await by_index(tx, patient.spa_id, patient.blind_index)
    if stored is None:
        raise RowMissing("patients", patient.id)
    return stored


async def set_identity(tx: Tx, patient_id: str, sealed_identity: bytes) -> None:
    """Replace the sealed identity.

    Raises:
        RowMissing: there is no such patient.
    """
    changed = await tx.execute(
        update(patients)
        .where(patients.c.id == patient_id)
        .values(sealed_identity=sealed_identity)
    )
    if changed.rowcount != 1:
        raise RowMissing("patients", patient_id)

"""Who a patient is, as the spa gave it: sealed with the patient's own key.

The same name and date of birth at the same spa are one patient, found by a keyed index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.keyring import Keyring
from server.sealing import blind_index, unseal
from server.storage import patients
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import KeyShredded
from server.storage.patients import Patient
from server.views import NewPatientForm

DESTROYED: Final = "(record destroyed)"


async def remember(
    tx: Tx,
    keyring: Keyring,
    form: NewPatientForm,
    *,
    spa_id: str,
    network_id: str,
    new_id: str,
    now: int,
) -> Patient:
    """Return the patient of this name and birth date, made anew or with the newest contacts.

    Args:
        tx: writes.
        keyring: gives the keys of the spa's index and of the patient.
        form: as the spa typed it.
        spa_id: whose patient.
        network_id: whose exam chart; the patient's key hangs under it.
        new_id: for a patient who was never here.
        now: microseconds UTC.
    """
    index = blind_index(await keyring.index_key(tx, spa_id), form.legal_name, form.birth_date)
    known = await patients.by_index(tx, spa_id, index)
    patient_id = known.id if known else new_id
    sealed = keyring.seal(
        await keyring.patient_key(tx, patient_id, network_id),
        form.model_dump_json().encode(),
        patients.identity_place(patient_id, spa_id),
    )
    if known is not None:
        await patients.set_identity(tx, patient_id, sealed)
        return known
    return await patients.upsert(tx, Patient(patient_id, spa_id, index, sealed, now))


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of a patient."""

    legal_name: str
    birth_date: str


async def listed(tx: Tx, keyring: Keyring, encounter: Encounter) -> Listed:
    """Return who an encounter is for, for a list: one that was destroyed does not spoil it."""
    try:
        identity = await identity_of(tx, keyring, encounter)
    except KeyShredded:
        return Listed(DESTROYED, "")
    return Listed(identity.legal_name, identity.birth_date)


async def identity_of(tx: Tx, keyring: Keyring, encounter: Encounter) -> NewPatientForm:
    """Return who an encounter is for."""
    patient = await patients.get(tx, encounter.patient_id)
    key = await keyring.patient_key(tx, patient.id, encounter.network_id)
    place = patients.identity_place(patient.id, patient.spa_id)
    return NewPatientForm.model_validate_json(unseal(key, patient.sealed_identity, place=place))

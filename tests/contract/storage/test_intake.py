"""Signatures under sets of health questions, and a patient's earlier encounters."""

from __future__ import annotations

from dataclasses import replace

from server.storage import encounters, questionnaire_sign_offs
from server.storage.database import Database
from signaling.identifiers import EncounterId, Instant
from tests.contract.storage.rows import NOW, SECOND, Clinic, encounter
from tests.signed_sets import signature

SHA256 = "ab" * 32


async def test_a_signature_stands_once_until_it_is_withdrawn(
    database: Database, clinic: Clinic
) -> None:
    network = clinic.encounter.network_id
    async with database.write() as tx:
        first = signature(network, "filler", SHA256)
        assert await questionnaire_sign_offs.add(tx, first)
        again = replace(first, id="sign-off-again", signed_by="Somebody else")
        assert not await questionnaire_sign_offs.add(tx, again)
        other = signature(network, "filler", "cd" * 32, number=2)
        assert await questionnaire_sign_offs.add(tx, other)
        assert await questionnaire_sign_offs.standing(tx, network) == [first, other]
        assert await questionnaire_sign_offs.standing(tx, "network-2") == []
    async with database.write() as tx:
        ended = await questionnaire_sign_offs.withdraw(
            tx, network, "filler", by="Dr. Roth", reference="memo 9", now=NOW
        )
        assert ended == 2
        assert await questionnaire_sign_offs.standing(tx, network) == []
        anew = signature(network, "filler", SHA256, number=3)
        assert await questionnaire_sign_offs.add(tx, anew)
        assert await questionnaire_sign_offs.standing(tx, network) == [anew]


async def test_another_sets_signature_is_left_alone(database: Database, clinic: Clinic) -> None:
    network = clinic.encounter.network_id
    async with database.write() as tx:
        kept = signature(network, "general", SHA256)
        await questionnaire_sign_offs.add(tx, kept)
        ended = await questionnaire_sign_offs.withdraw(
            tx, network, "filler", by="Dr. Roth", reference="memo 9", now=NOW
        )
        assert ended == 0
        assert await questionnaire_sign_offs.standing(tx, network) == [kept]


async def test_a_patients_encounters_come_the_last_requested_first(
    database: Database, clinic: Clinic
) -> None:
    async with database.write() as tx:
        for number in (2, 3):
            at = Instant(NOW + number * SECOND)
            made = encounter(number, requested_at=at, changed_at=at)
            await encounters.create(tx, made)
        found = await encounters.of_patient(tx, clinic.encounter.patient_id, 2)
        assert [one.encounter_id for one in found] == [
            EncounterId("encounter-3"),
            EncounterId("encounter-2"),
        ]
        assert await encounters.of_patient(tx, "patient-of-nobody", 2) == []

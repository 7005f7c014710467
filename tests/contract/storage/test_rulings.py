"""What decisions read: exams that were signed, DEA registrations, authorizations by group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.dea import DeaRegistration
from server.storage import authorization_groups, directory, signed_exams, versions
from server.storage import authorizations as stored
from server.storage import dea as registrations
from server.storage.authorization_groups import Group, Held
from server.storage.database import Database
from server.storage.encounters import create
from server.storage.errors import RowMissing
from server.storage.reliance import files_relied_upon
from server.storage.signed_exams import Earlier
from tests.contract.storage.rows import ANA, DAY, NOW, Clinic, encounter, put
from tests.contract.storage.test_authorizations import ONE, TWO

DEA = DeaRegistration(
    registration_id="dea-1",
    jurisdiction="TX",
    number="AB1234563",
    valid_until=NOW + DAY,
    verified_at=NOW,
    verified_by="Credentialing",
    source="DEA Diversion Control",
)


async def test_the_earlier_exams_of_the_same_patient_are_counted(
    database: Database, clinic: Clinic
) -> None:
    first = encounter()
    second = replace(first, encounter_id="encounter-2", request_id="request-2")  # type: ignore[arg-type]
    third = replace(first, encounter_id="encounter-3", request_id="request-3")  # type: ignore[arg-type]
    async with database.write() as tx:
        await create(tx, second)
        await create(tx, third)
        await signed_exams.add(tx, first, signed_at=NOW, live_video_at=NOW - 5)
        await signed_exams.add(tx, second, signed_at=NOW + 1, live_video_at=None)
    ids = [clinic.encounter_id, "encounter-2", "encounter-3"]
    async with database.read() as tx:
        assert await signed_exams.earlier_than(tx, ids) == {
            clinic.encounter_id: Earlier(1, None),
            "encounter-2": Earlier(1, NOW - 5),
            "encounter-3": Earlier(2, NOW - 5),
        }
        assert await signed_exams.earlier_than(tx, []) == {}


@pytest.mark.usefixtures("clinic")
async def test_a_dea_registration_is_in_the_file_until_it_is_ended(database: Database) -> None:
    async with database.write() as tx:
        before = await versions.version(tx, versions.DIRECTORY)
        await registrations.add(tx, ANA.practitioner_id, DEA)
        assert await versions.version(tx, versions.DIRECTORY) > before
    who = ANA.practitioner_id
    async with database.write() as tx:
        file = await directory.practitioner_file(tx, who, lock=True)
        assert file.registrations == (DEA,)
        assert (await directory.practitioner_files(tx, "network-1"))[0].registrations == (DEA,)
        relied = await files_relied_upon(tx, {who: frozenset({"TX"})})
        assert relied[who].registrations == (DEA,)
        elsewhere = await files_relied_upon(tx, {who: frozenset({"AZ"})})
        assert elsewhere[who].registrations == ()
        await registrations.end(tx, DEA.registration_id, at=NOW + 2)
        ended = (await directory.practitioner_file(tx, who)).registrations
        assert ended == (replace(DEA, ended_at=NOW + 2),)
        with pytest.raises(RowMissing):
            await registrations.end(tx, DEA.registration_id, at=NOW + 3)


async def test_authorizations_that_hold_are_grouped_by_what_a_rule_looks_at(
    database: Database, clinic: Clinic
) -> None:
    async with database.write() as tx:
        await stored.add(tx, ONE)
        await stored.add(tx, TWO)
        await put(tx, clinic.encounter_id, NOW, jurisdiction="NV")
    toxin = Group("NV", "TX", "neurotoxin", ANA.profession)
    filler = replace(toxin, treatment_class="filler")
    async with database.read() as tx:
        found = await authorization_groups.groups(tx, "network-1", "2026-06-15")
        assert found == {filler: 1, toxin: 1}
        held = await authorization_groups.members(tx, "network-1", "2026-06-15", toxin, 5)
        assert held == [Held(ONE.id, ONE.encounter_id)]
        assert await authorization_groups.groups(tx, "network-1", "2026-06-16") == {}
    async with database.write() as tx:
        await stored.revoke(tx, [ONE.id], reason="superseded", actor="system", now=NOW)
        assert list(await authorization_groups.groups(tx, "network-1", "2026-06-15")) == [
            filler
        ]

"""Encounters and their patients."""

from __future__ import annotations

import asyncio

import pytest

from server.storage import encounters, patients
from server.storage.database import Database
from server.storage.errors import ConstraintBroken, RowMissing
from server.storage.patients import Patient
from signaling.identifiers import Instant
from tests.contract.storage import rows
from tests.contract.storage.rows import NOW, Clinic, encounter, put

ANA, BEN = rows.ANA.practitioner_id, rows.BEN.practitioner_id


async def test_the_same_request_makes_one_encounter(database: Database, clinic: Clinic) -> None:
    async with database.write() as tx:
        again = encounter(9, request_id="request-1")
        assert await encounters.create(tx, again) == clinic.encounter
        other_spa = encounter(3, request_id="request-1", spa_id="spa-2", site_id="site-2")
        assert await encounters.create(tx, other_spa) == other_spa


async def test_the_same_request_at_once_makes_one_encounter(
    database: Database, neighbour: Database, clinic: Clinic
) -> None:
    del clinic

    async def request(home: Database, number: int) -> str:
        async with home.write() as tx:
            made = await encounters.create(tx, encounter(number, request_id="once"))
            return made.encounter_id

    homes = enumerate([database, neighbour] * 3, start=10)
    made = await asyncio.gather(*(request(home, number) for number, home in homes))
    assert len(set(made)) == 1


async def test_an_encounter_goes_its_way(database: Database, clinic: Clinic) -> None:
    one = clinic.encounter_id
    async with database.write() as tx:
        await encounters.set_jurisdiction(tx, one, "TX", now=NOW + 1)
        await put(tx, one, NOW + 2, presence="present")
        await encounters.set_visit(tx, one, "in_progress", now=NOW + 3)
        await put(tx, one, NOW + 4, eligibility="class", place=7, ready_at=NOW + 4)
        await put(tx, one, NOW + 5, practitioner_id=ANA, accepted_at=NOW + 5, parked=False)
        await encounters.set_parked(tx, one, parked=True, now=NOW + 7)
        await put(tx, one, NOW + 8, ended_at=NOW + 8)
    async with database.read() as tx:
        stored = await encounters.get(tx, one)
    assert stored == encounter(
        jurisdiction="TX",
        presence="present",
        visit="in_progress",
        eligibility="class",
        place=7,
        ready_at=NOW + 4,
        practitioner_id=ANA,
        accepted_at=NOW + 5,
        parked=True,
        ended_at=NOW + 8,
        changed_at=NOW + 8,
    )
    async with database.write() as tx:
        await put(tx, one, NOW + 9, signed_at=NOW + 9, parked=False)
        signed = await encounters.get(tx, one, lock=True)
    assert (signed.signed_at, signed.parked) == (NOW + 9, False)


async def test_only_the_first_connection_counts(database: Database, clinic: Clinic) -> None:
    one = clinic.encounter_id
    async with database.write() as tx:
        assert await encounters.set_connected(tx, one, connected_at=NOW + 1)
        assert not await encounters.set_connected(tx, one, connected_at=NOW + 2)
        assert (await encounters.get(tx, one)).connected_at == NOW + 1


async def test_a_patient_who_is_given_back_keeps_the_place(
    database: Database, clinic: Clinic
) -> None:
    one = clinic.encounter_id
    async with database.write() as tx:
        await put(tx, one, NOW, eligibility="class", place=7, ready_at=NOW)
        await put(tx, one, NOW, practitioner_id=ANA, accepted_at=NOW, parked=False)
        await put(tx, one, NOW + 1, practitioner_id=None, accepted_at=None)
        back = await encounters.get(tx, one)
        assert (back.practitioner_id, back.accepted_at, back.place) == (None, None, 7)


async def test_an_unknown_encounter_is_missing_and_not_invented(
    database: Database, clinic: Clinic
) -> None:
    del clinic
    async with database.write() as tx:
        with pytest.raises(RowMissing):
            await encounters.get(tx, "nothing")
        with pytest.raises(RowMissing):
            await encounters.set_visit(tx, "nothing", "waiting", now=NOW)
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await encounters.create(tx, encounter(5, patient_id="nobody"))


async def test_the_line_is_in_order_of_place(database: Database, clinic: Clinic) -> None:
    del clinic
    async with database.write() as tx:
        for number, place in ((2, 30), (3, 10), (4, 20)):
            await encounters.create(
                tx, encounter(number, visit="waiting", place=place, ready_at=NOW)
            )
        other = encounter(5, visit="waiting", place=1, network_id="network-2")
        await encounters.create(tx, other)
    async with database.read() as tx:
        line = await encounters.in_visit(tx, "network-1", "waiting")
    assert [one.place for one in line] == [10, 20, 30]


async def test_places_only_grow_even_for_two_processes(
    database: Database, neighbour: Database
) -> None:
    async def place(home: Database) -> int:
        async with home.write() as tx:
            return await encounters.next_place(tx)

    places = await asyncio.gather(*(place(home) for home in [database, neighbour] * 5))
    assert sorted(places) == list(range(1, 11))


async def test_lists_for_the_spa_and_the_practitioner(
    database: Database, clinic: Clinic
) -> None:
    async with database.write() as tx:
        for number, visit in enumerate(("wrap_up", "in_progress", "signed"), start=2):
            await encounters.create(
                tx,
                encounter(
                    number,
                    visit=visit,
                    practitioner_id=ANA,
                    accepted_at=NOW - number,
                    changed_at=NOW + number,
                ),
            )
    async with database.read() as tx:
        of_spa = await encounters.of_spa(tx, "spa-1", limit=3)
        unsigned = await encounters.unsigned_of(tx, ANA)
        assert await encounters.unsigned_of(tx, BEN) == []
    assert [one.encounter_id for one in of_spa] == ["encounter-4", "encounter-3", "encounter-2"]
    assert [one.encounter_id for one in unsigned] == ["encounter-3", "encounter-2"]
    assert clinic.encounter_id not in {one.encounter_id for one in unsigned}


async def test_what_somebody_signed_is_found_newest_first(
    database: Database, clinic: Clinic
) -> None:
    async with database.write() as tx:
        for number in (2, 3, 4):
            await encounters.create(tx, encounter(number))
            await put(
                tx,
                f"encounter-{number}",
                NOW,
                practitioner_id=ANA,
                visit="signed",
                signed_at=NOW + number,
            )
        await put(tx, clinic.encounter_id, NOW, practitioner_id=ANA, visit="wrap_up")
    async with database.read() as tx:
        newest = await encounters.signed_by(tx, ANA, before=Instant(NOW + 9), limit=2)
        older = await encounters.signed_by(tx, ANA, before=Instant(NOW + 3), limit=2)
        assert await encounters.signed_by(tx, BEN, before=Instant(NOW + 9), limit=2) == []
    assert [one.encounter_id for one in newest] == ["encounter-4", "encounter-3"]
    assert [one.encounter_id for one in older] == ["encounter-2"]


# ------------------------------------------------------------------ patients


async def test_a_patient_is_found_by_the_blind_index_of_one_spa(
    database: Database, clinic: Clinic
) -> None:
    mine = clinic.patient
    async with database.write() as tx:
        assert await patients.get(tx, mine.id) == mine
        assert await patients.by_index(tx, "spa-1", mine.blind_index) == mine
        assert await patients.by_index(tx, "spa-2", mine.blind_index) is None
        again = Patient("patient-9", "spa-1", mine.blind_index, b"other", NOW + 1)
        assert await patients.upsert(tx, again) == mine
        await patients.set_identity(tx, mine.id, b"sealed anew")
        assert (await patients.get(tx, mine.id)).sealed_identity == b"sealed anew"
        with pytest.raises(RowMissing):
            await patients.get(tx, "nobody")
        with pytest.raises(RowMissing):
            await patients.set_identity(tx, "nobody", b"")

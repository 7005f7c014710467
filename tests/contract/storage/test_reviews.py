"""Reviews are listed by when they are due, and known to be late or to lie idle."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.storage import directory, encounters, reviews
from server.storage.database import Database
from server.storage.errors import RowMissing
from server.storage.reviews import DUE_AFTER_S, IDLE_AFTER_S, ReviewSettings
from signaling.identifiers import PractitionerId
from tests.contract.storage.rows import ANA, DAY, NOW, SECOND, Clinic, encounter

NUMBERS = (2, 3, 4)
ASKED = pytest.mark.usefixtures("asked")


@pytest.fixture
async def asked(database: Database, clinic: Clinic) -> None:
    """Three that were submitted, the last one due first; the clinic's own one was not."""
    async with database.write() as tx:
        for number in NUMBERS:
            made = encounter(number, visit="submitted", jurisdiction="TX")
            await encounters.create(tx, made)
            await reviews.ask(tx, made.encounter_id, due_at=NOW + (10 - number) * SECOND)
    assert clinic.encounter.visit == "requested"


async def begin(database: Database, encounter_id: str, *, at: int) -> None:
    async with database.write() as tx:
        read = await encounters.get(tx, encounter_id, lock=True)
        who = PractitionerId(ANA.practitioner_id)
        await encounters.set_changed(
            tx, read, replace(read, visit="in_review", practitioner_id=who)
        )
        await reviews.set_active(tx, encounter_id, at)


@ASKED
async def test_what_is_due_first_comes_first(database: Database) -> None:
    await begin(database, "encounter-3", at=NOW)
    async with database.read() as tx:
        found = await reviews.of_network(tx, "network-1", limit=10)
        assert [one.encounter.encounter_id for one in found] == [
            "encounter-4",
            "encounter-3",
            "encounter-2",
        ]
        assert [one.active_at for one in found] == [None, NOW, None]
        assert len(await reviews.of_network(tx, "network-1", limit=2)) == 2
        assert await reviews.of_network(tx, "network-2", limit=10) == []
        assert await reviews.of_practitioner(tx, ANA.practitioner_id) == ["encounter-3"]
        assert (await reviews.get(tx, "encounter-2")).due_at == NOW + 8 * SECOND


@ASKED
async def test_who_takes_a_second_at_the_same_moment_sees_the_first(
    database: Database, neighbour: Database
) -> None:
    who = ANA.practitioner_id

    async def look() -> list[str]:
        async with neighbour.write() as tx:
            return await reviews.of_practitioner(tx, who, lock=True)

    async with database.write() as tx:
        read = await encounters.get(tx, "encounter-2", lock=True)
        assert await reviews.of_practitioner(tx, who, lock=True) == []
        await directory.practitioner_file(tx, who, lock=True)
        looking = asyncio.create_task(look())
        await asyncio.wait({looking}, timeout=0.2)
        taken = replace(read, visit="in_review", practitioner_id=PractitionerId(who))
        await encounters.set_changed(tx, read, taken)
    assert await looking == ["encounter-2"]


@ASKED
async def test_what_is_over_is_not_listed(database: Database) -> None:
    async with database.write() as tx:
        await encounters.set_visit(tx, "encounter-4", "signed", now=NOW)
        await encounters.set_visit(tx, "encounter-3", "intake", now=NOW)
    async with database.read() as tx:
        (left,) = await reviews.of_network(tx, "network-1", limit=10)
        assert left.encounter.encounter_id == "encounter-2"
        assert [one.count for one in await reviews.overdue(tx, now=NOW + DAY)] == [1]


@ASKED
async def test_asked_again_the_later_word_counts(database: Database) -> None:
    await begin(database, "encounter-2", at=NOW)
    async with database.write() as tx:
        await reviews.ask(tx, "encounter-2", due_at=NOW + DAY)
    async with database.read() as tx:
        again = await reviews.get(tx, "encounter-2")
        assert (again.due_at, again.active_at) == (NOW + DAY, None)


async def test_what_was_never_asked_for_is_missing(database: Database, clinic: Clinic) -> None:
    async with database.write() as tx:
        with pytest.raises(RowMissing):
            await reviews.get(tx, clinic.encounter_id)
        with pytest.raises(RowMissing):
            await reviews.set_active(tx, clinic.encounter_id, NOW)


@ASKED
async def test_late_ones_are_counted_by_jurisdiction(database: Database) -> None:
    async with database.write() as tx:
        await encounters.set_jurisdiction(tx, "encounter-2", "NV", now=NOW)
    async with database.read() as tx:
        assert await reviews.overdue(tx, now=NOW + 5 * SECOND) == []
        late = await reviews.overdue(tx, now=NOW + 8 * SECOND)
    assert [(one.jurisdiction, one.count, one.oldest_due_at) for one in late] == [
        ("NV", 1, NOW + 8 * SECOND),
        ("TX", 2, NOW + 6 * SECOND),
    ]


@ASKED
async def test_one_that_lies_is_found_after_what_the_network_lets(database: Database) -> None:
    await begin(database, "encounter-2", at=NOW)
    usual = NOW + IDLE_AFTER_S * SECOND
    async with database.write() as tx:
        assert await reviews.settings(tx, "network-1") == ReviewSettings(
            DUE_AFTER_S, IDLE_AFTER_S
        )
        assert await reviews.idle(tx, now=usual - 1, limit=10) == []
        assert await reviews.idle(tx, now=usual, limit=10) == ["encounter-2"]
        for wanted in (ReviewSettings(60, 60), ReviewSettings(3_600, 300)):
            await reviews.settle(tx, "network-1", wanted, now=NOW)
            assert await reviews.settings(tx, "network-1") == wanted
        assert await reviews.idle(tx, now=NOW + 300 * SECOND - 1, limit=10) == []
        assert await reviews.idle(tx, now=NOW + 300 * SECOND, limit=10) == ["encounter-2"]


@ASKED
async def test_encounters_are_given_by_their_ids(database: Database) -> None:
    async with database.read() as tx:
        found = await encounters.with_ids(tx, ["encounter-2", "encounter-9"])
        assert list(found) == ["encounter-2"]
        assert await encounters.with_ids(tx, []) == {}

"""Arrivals per jurisdiction and half hour."""

from __future__ import annotations

from server.storage import arrivals, encounters
from server.storage.arrivals import HALF_HOUR_US, Arrived
from server.storage.database import Database
from tests.contract.storage.rows import DAY, NOW, Clinic, encounter, put

HALF_PAST = NOW // HALF_HOUR_US * HALF_HOUR_US


async def ready(database: Database, number: int, jurisdiction: str, at: int) -> None:
    async with database.write() as tx:
        made = await encounters.create(tx, encounter(number))
        await encounters.set_jurisdiction(tx, made.encounter_id, jurisdiction, now=at)
        await put(tx, made.encounter_id, at, eligibility="class", place=number, ready_at=at)


async def test_arrivals_are_counted_by_half_hour_and_jurisdiction(
    database: Database, clinic: Clinic
) -> None:
    del clinic
    for number, (jurisdiction, at) in enumerate(
        [("TX", 0), ("TX", HALF_HOUR_US - 1), ("NV", 5), ("TX", HALF_HOUR_US), ("TX", DAY)],
        start=10,
    ):
        await ready(database, number, jurisdiction, HALF_PAST + at)
    async with database.read() as tx:
        found = await arrivals.half_hours(tx, "network-1", HALF_PAST, HALF_PAST + DAY)
        elsewhere = await arrivals.half_hours(tx, "network-2", HALF_PAST, HALF_PAST + DAY)
    assert found == [
        Arrived(HALF_PAST, "NV", 1),
        Arrived(HALF_PAST, "TX", 2),
        Arrived(HALF_PAST + HALF_HOUR_US, "TX", 1),
    ]
    assert elsewhere == []


async def test_who_never_became_ready_is_not_counted(
    database: Database, clinic: Clinic
) -> None:
    del clinic
    async with database.read() as tx:
        assert await arrivals.half_hours(tx, "network-1", 0, NOW + DAY) == []

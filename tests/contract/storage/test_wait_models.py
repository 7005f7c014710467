"""What was learned about waits outlives the process."""

from __future__ import annotations

from server.storage import wait_models
from server.storage.database import Database
from signaling.prediction import Signs, WaitModel
from tests.contract.storage import rows


async def test_a_network_starts_with_nothing_learned(database: Database) -> None:
    async with database.read() as tx:
        assert await wait_models.load(tx, "network-1") == WaitModel()


async def test_what_was_learned_is_given_back_to_the_last_bit(
    database: Database, clinic: rows.Clinic
) -> None:
    assert clinic.encounter.network_id == "network-1"
    first = WaitModel().learned_wait(Signs(77.7, 11.1), 33.3).learned_exam(411.1)
    second = first.learned_wait(Signs(12.3, 22.2), 45.6)
    async with database.write() as tx:
        await wait_models.save(tx, "network-1", first, now=rows.NOW)
        await wait_models.save(tx, "network-1", second, now=rows.NOW + 1)
    async with database.read() as tx:
        assert await wait_models.load(tx, "network-1") == second
        assert await wait_models.load(tx, "another") == WaitModel()

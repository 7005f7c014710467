"""Callbacks: asked for, due, over."""

from __future__ import annotations

from server.storage import callbacks
from server.storage.callbacks import Callback
from server.storage.database import Database
from tests.contract.storage.rows import ANA, NOW, SECOND, Clinic

NETWORK = ANA.network_id


async def asked(database: Database, clinic: Clinic) -> Callback:
    one = Callback(clinic.encounter_id, NOW, NOW + 60 * SECOND)
    async with database.write() as tx:
        await callbacks.save(tx, one)
    return one


async def test_a_callback_is_open_until_it_is_over(database: Database, clinic: Clinic) -> None:
    one = await asked(database, clinic)
    async with database.write() as tx:
        assert await callbacks.not_yet_due(tx, NETWORK) == [one]
        assert await callbacks.not_yet_due(tx, "network-2") == []
        assert await callbacks.set_due(tx, one.encounter_id, NOW + 1)
        assert not await callbacks.set_due(tx, one.encounter_id, NOW + 2)
        assert await callbacks.not_yet_due(tx, NETWORK) == []
        (due,) = (await callbacks.of_several(tx, [one.encounter_id])).values()
        assert due.due_at == NOW + 1
        assert await callbacks.end(tx, one.encounter_id, NOW + 3)
        assert not await callbacks.end(tx, one.encounter_id, NOW + 4)
        assert await callbacks.of_several(tx, [one.encounter_id]) == {}
        over = await callbacks.of(tx, one.encounter_id)
    assert over is not None
    assert not over.is_open
    assert over.ended_at == NOW + 3


async def test_what_is_over_does_not_become_due(database: Database, clinic: Clinic) -> None:
    one = await asked(database, clinic)
    async with database.write() as tx:
        await callbacks.end(tx, one.encounter_id, NOW)
        assert not await callbacks.set_due(tx, one.encounter_id, NOW + 1)


async def test_a_new_request_begins_anew(database: Database, clinic: Clinic) -> None:
    one = await asked(database, clinic)
    again = Callback(one.encounter_id, NOW + 9, None)
    async with database.write() as tx:
        await callbacks.set_due(tx, one.encounter_id, NOW + 1)
        await callbacks.end(tx, one.encounter_id, NOW + 2)
        await callbacks.save(tx, again)
        assert await callbacks.of(tx, one.encounter_id) == again


async def test_an_encounter_that_never_asked_has_none(
    database: Database, clinic: Clinic
) -> None:
    async with database.read() as tx:
        assert await callbacks.of(tx, clinic.encounter_id) is None

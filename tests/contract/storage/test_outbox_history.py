"""Which deliveries a page shows: what waits or was given up before all, checkpoints last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.keyring import Keyring
from server.storage import destinations, leases, outbox, outbox_claims, outbox_history
from server.storage.database import Database
from server.storage.outbox import Outgoing
from server.storage.outbox_claims import Settlement
from server.storage.outbox_history import CHECKPOINTS_MAX, DeliveryRow
from server.storage.statements import Tx
from tests.contract.storage.rows import NOW, SECOND, Clinic
from tests.contract.storage.test_outbox import AMENDED, DEAD, DELIVERED, ENDPOINT, SIGNED

MINUTE = 60 * SECOND
CHECKPOINT = replace(SIGNED, topic="log.checkpoint", encounter_id=None)


@pytest.fixture
async def told(database: Database, keyring: Keyring, clinic: Clinic) -> Database:
    """A database with an endpoint of a spa, which was told nothing yet."""
    assert clinic.encounter.spa_id == ENDPOINT.organization_id
    async with database.write() as tx:
        await destinations.add(tx, keyring, ENDPOINT)
    return database


async def settled(tx: Tx, one: Outgoing, result: Settlement) -> str:
    message_id = await outbox.put_for(tx, one, [ENDPOINT.id])
    lease = await leases.acquire(tx, outbox_claims.LEASE, "a", 60)
    assert lease is not None
    (claimed,) = await outbox_claims.claim(tx, lease, one.at, limit=1, per_destination=1)
    assert claimed.message_id == message_id
    assert await outbox_claims.settle(tx, lease, claimed, result, one.at)
    return message_id


async def checkpoints(tx: Tx, count: int) -> list[str]:
    """Tell one a minute; return them, the newest first."""
    told = [
        await settled(
            tx, replace(CHECKPOINT, subject=str(one), at=NOW + one * MINUTE), DELIVERED
        )
        for one in range(count)
    ]
    return told[::-1]


async def latest(database: Database, limit: int = 25) -> list[DeliveryRow]:
    async with database.read() as tx:
        return await outbox_history.latest(tx, ENDPOINT.id, limit)


async def test_checkpoints_do_not_crowd_out_what_was_given_up(told: Database) -> None:
    async with told.write() as tx:
        dead = await settled(tx, replace(SIGNED, at=NOW), DEAD)
        newest = await checkpoints(tx, 30)
    rows = await latest(told)
    assert [one.message_id for one in rows] == [dead, *newest[:CHECKPOINTS_MAX]]
    assert [one.state for one in rows] == ["dead"] + ["delivered"] * CHECKPOINTS_MAX


async def test_what_was_told_of_an_encounter_is_shown_beside_newer_checkpoints(
    told: Database,
) -> None:
    async with told.write() as tx:
        signed = await settled(tx, SIGNED, DELIVERED)
        newest = await checkpoints(tx, 30)
        late = replace(AMENDED, at=NOW + 28 * MINUTE + SECOND)
        amended = await settled(tx, late, DELIVERED)
    rows = await latest(told)
    assert [one.message_id for one in rows] == [
        newest[0],
        amended,
        *newest[1:CHECKPOINTS_MAX],
        signed,
    ]


async def test_what_waits_and_what_was_given_up_has_a_bound_of_its_own(told: Database) -> None:
    async with told.write() as tx:
        delivered = [
            await settled(tx, replace(SIGNED, subject=f"d{one}", at=NOW + one), DELIVERED)
            for one in range(4)
        ]
        dead = await settled(tx, replace(SIGNED, subject="dead", at=NOW + 10), DEAD)
        waiting = [
            await outbox.put(tx, replace(AMENDED, subject=f"w{one}", at=NOW + 20 + one))
            for one in range(2)
        ]
    pressing = [*waiting[::-1], dead]
    rows = await latest(told, 2)
    assert [one.message_id for one in rows] == [*pressing, *delivered[:1:-1]]
    async with told.read() as tx:
        fewer = await outbox_history.latest(tx, ENDPOINT.id, 1, pressing_max=2)
    assert [one.message_id for one in fewer] == [*pressing[:2], delivered[-1]]

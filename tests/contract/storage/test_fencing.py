"""Writes that begin with a check of a lease, and whoever takes it from them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert

from server.storage import leases
from server.storage.database import Database, Limits
from server.storage.errors import CommitFailed
from server.storage.fencing import Fenced
from server.storage.leases import Lease, LeaseLost
from server.storage.tables import counters
from tests.contract.storage.test_leases import NAME, expire, take, taken, written

A_MOMENT_S = 0.15
HASTY_S = 0.9


class Held:
    """What a process believes to hold."""

    lease: Lease | None = None

    def fenced(self, database: Database) -> Fenced:
        return Fenced(database, NAME, lambda: self.lease)


@pytest.fixture
async def held(database: Database) -> Held:
    one = Held()
    one.lease = await taken(database, "a")
    return one


@pytest.fixture
async def hasty(url: str) -> AsyncIterator[Database]:
    """The same database; its sessions may be idle inside a transaction for a moment only."""
    opened = await Database.open(url, limits=Limits(idle_s=HASTY_S), exclusive=False)
    yield opened
    await opened.close()


async def count(database: Database, name: str) -> None:
    async with database.write() as tx:
        await tx.execute(insert(counters).values(name=name, value=1))


async def test_a_holder_writes_and_reads(database: Database, held: Held) -> None:
    fenced = held.fenced(database)
    await count(fenced, "by a")
    assert await written(fenced) == ["by a"]


async def test_whoever_holds_nothing_writes_nothing(database: Database) -> None:
    with pytest.raises(LeaseLost):
        await count(Held().fenced(database), "by nobody")
    assert await written(database) == []


async def test_an_expired_lease_that_nobody_took_is_good_enough(
    database: Database, held: Held
) -> None:
    await expire(database)
    await count(held.fenced(database), "by a")
    assert await written(database) == ["by a"]


async def test_a_writer_that_slept_through_a_takeover_is_refused(
    database: Database, neighbour: Database, held: Held
) -> None:
    await expire(neighbour)
    await taken(neighbour, "b")
    with pytest.raises(LeaseLost):
        await count(held.fenced(database), "by a, too late")
    assert await written(database) == []


async def test_a_takeover_waits_for_a_checked_transaction(
    database: Database, neighbour: Database, held: Held
) -> None:
    await expire(neighbour)
    async with held.fenced(database).write() as tx:
        taking = asyncio.create_task(take(neighbour, "b"))
        done, _ = await asyncio.wait({taking}, timeout=A_MOMENT_S)
        assert not done, "the lease was taken in the middle of a checked transaction"
        await tx.execute(insert(counters).values(name="by a", value=1))
    assert await taking == Lease(NAME, "b", 2)
    assert await written(neighbour) == ["by a"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_checks_do_not_wait_for_each_other_nor_for_fence_and_renewal(
    database: Database, neighbour: Database, held: Held
) -> None:
    fenced, lease = held.fenced(database), held.lease
    assert lease is not None
    async with asyncio.timeout(5), fenced.write() as one:
        await one.execute(insert(counters).values(name="one", value=1))
        await count(held.fenced(neighbour), "two")
        async with neighbour.write() as tx:
            await leases.fence(tx, lease)
            await count(fenced, "beside the fence")
        async with neighbour.write() as tx:
            await leases.renew(tx, lease, 60)
            await count(fenced, "beside the renewal")
    assert await written(database) == ["beside the fence", "beside the renewal", "one", "two"]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_asking_for_a_lease_that_is_held_locks_nothing(
    database: Database, neighbour: Database, held: Held
) -> None:
    async with neighbour.write() as tx:
        assert await leases.acquire(tx, NAME, "b", 60) is None
        async with asyncio.timeout(5):
            await count(held.fenced(database), "meanwhile")


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_process_that_stops_inside_a_transaction_loses_it_to_the_next_holder(
    hasty: Database, neighbour: Database, held: Held
) -> None:
    """A stopped process sends nothing, as this one: the server ends its session."""
    await expire(neighbour)

    async def stopped() -> None:
        async with held.fenced(hasty).write() as tx:
            await tx.execute(insert(counters).values(name="by a", value=1))
            async with asyncio.timeout(3):
                assert await take(neighbour, "b") == Lease(NAME, "b", 2)
            await tx.execute(insert(counters).values(name="by a, woken", value=1))

    with pytest.raises(CommitFailed):
        await stopped()
    assert await written(neighbour) == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_renewal_behind_a_stopped_batch_of_its_own_gives_up_before_that_is_ended(
    database: Database, hasty: Database, held: Held
) -> None:
    """It would get the row from the batch, and keep it from others for as long again."""
    lease = held.lease
    assert lease is not None
    async with asyncio.timeout(3), database.write() as batch:
        await leases.fence(batch, lease)
        began_s = time.monotonic()
        with pytest.raises(CommitFailed) as refused:
            await renew(hasty, lease)
        assert time.monotonic() - began_s < HASTY_S
    assert not refused.value.away
    await renew(hasty, lease)


async def renew(database: Database, lease: Lease) -> None:
    async with database.write() as tx:
        await leases.renew(tx, lease, 60)


async def test_closing_a_fenced_database_leaves_the_other_open(
    database: Database, held: Held
) -> None:
    told = []
    database.on_told = lambda: told.append("told")
    fenced = held.fenced(database)
    fenced.on_told()
    await fenced.truncate_journal()
    await fenced.close()
    assert fenced.keystore is database.keystore
    assert await written(database) == []
    assert told == ["told"]

"""A lease, and the fence that makes it hold."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select, update

from server.storage import leases
from server.storage.database import Database
from server.storage.leases import Lease, LeaseLost
from server.storage.tables import counters
from server.storage.tables import leases as lease_rows

NAME = "switchboard:network-1"


async def take(
    database: Database, holder: str, ttl_s: float = 60, patience_s: float = 0.0
) -> Lease | None:
    async with database.write() as tx:
        return await leases.acquire(tx, NAME, holder, ttl_s, patience_s=patience_s)


async def taken(database: Database, holder: str) -> Lease:
    lease = await take(database, holder)
    assert lease is not None
    return lease


async def expire(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(update(lease_rows).values(expires_at=await database.now_us(tx) - 1))


async def write_fenced(database: Database, lease: Lease, name: str) -> None:
    async with database.write() as tx:
        await leases.fence(tx, lease)
        await tx.execute(insert(counters).values(name=name, value=lease.epoch))


async def written(database: Database) -> list[str]:
    async with database.read() as tx:
        return sorted((await tx.execute(select(counters.c.name))).scalars())


async def test_only_one_holds_a_lease(database: Database) -> None:
    assert await take(database, "a") == Lease(NAME, "a", 1)
    assert await take(database, "b") is None
    async with database.read() as tx:
        assert await leases.holder_of(tx, NAME) == "a"


async def test_who_is_patient_leaves_an_expired_lease_to_others_for_a_while(
    database: Database,
) -> None:
    await take(database, "a")
    await expire(database)
    assert await take(database, "b", patience_s=30) is None
    assert await take(database, "c") == Lease(NAME, "c", 2)


async def test_nobody_has_patience_with_a_lease_that_was_given_back(database: Database) -> None:
    lease = await taken(database, "a")
    async with database.write() as tx:
        await leases.release(tx, lease)
    assert await take(database, "b", patience_s=30) == Lease(NAME, "b", 2)


async def test_an_expired_lease_can_be_taken_with_a_new_epoch(database: Database) -> None:
    await take(database, "a")
    await expire(database)
    async with database.read() as tx:
        assert await leases.holder_of(tx, NAME) is None
    assert await take(database, "b") == Lease(NAME, "b", 2)


async def test_a_released_lease_can_be_taken_at_once(database: Database) -> None:
    lease = await taken(database, "a")
    async with database.write() as tx:
        await leases.release(tx, lease)
    assert await take(database, "b") == Lease(NAME, "b", 2)


async def test_a_late_release_takes_nothing_from_the_next_holder(database: Database) -> None:
    old = await taken(database, "a")
    await expire(database)
    await taken(database, "b")
    async with database.write() as tx:
        await leases.release(tx, old)
    assert await take(database, "c") is None


async def test_a_holder_that_starts_again_need_not_wait_for_itself(database: Database) -> None:
    old = await taken(database, "embedded")
    new = await taken(database, "embedded")
    assert new.epoch == old.epoch + 1
    with pytest.raises(LeaseLost):
        await write_fenced(database, old, "old")


async def test_renewing_keeps_the_lease_even_when_it_had_expired(database: Database) -> None:
    lease = await taken(database, "a")
    await expire(database)
    async with database.write() as tx:
        await leases.renew(tx, lease, 60)
    assert await take(database, "b") is None


async def test_a_lost_lease_cannot_be_renewed(database: Database) -> None:
    old = await taken(database, "a")
    await expire(database)
    await taken(database, "b")
    with pytest.raises(LeaseLost):
        async with database.write() as tx:
            await leases.renew(tx, old, 60)


async def test_a_fence_lets_its_holder_write(database: Database) -> None:
    await write_fenced(database, await taken(database, "a"), "by a")
    assert await written(database) == ["by a"]


async def test_a_writer_paused_before_its_transaction_wakes_up_to_a_closed_fence(
    database: Database, neighbour: Database
) -> None:
    old = await taken(database, "a")
    # a is paused here, longer than its lease lasts
    await expire(neighbour)
    new = await taken(neighbour, "b")
    await write_fenced(neighbour, new, "by b")
    with pytest.raises(LeaseLost):
        await write_fenced(database, old, "by a, too late")
    assert await written(database) == ["by b"]


async def test_a_writer_paused_inside_its_transaction_commits_before_anybody_takes_over(
    database: Database, neighbour: Database
) -> None:
    old = await taken(database, "a")
    await expire(database)
    fenced, woken = asyncio.Event(), asyncio.Event()

    async def paused() -> None:
        async with database.write() as tx:
            await leases.fence(tx, old)
            fenced.set()
            await woken.wait()
            await tx.execute(insert(counters).values(name="by a", value=1))

    writing = asyncio.create_task(paused())
    await fenced.wait()
    taking = asyncio.create_task(take(neighbour, "b"))
    done, _ = await asyncio.wait({taking}, timeout=0.2)
    assert not done, "the lease was taken in the middle of a fenced transaction"
    woken.set()
    await writing
    assert await taking == Lease(NAME, "b", 2)
    assert await written(neighbour) == ["by a"]


async def test_of_many_who_want_a_free_lease_one_gets_it(
    database: Database, neighbour: Database
) -> None:
    homes = [database, neighbour] * 4
    got = await asyncio.gather(*(take(home, f"h{n}") for n, home in enumerate(homes)))
    assert [lease.epoch for lease in got if lease] == [1]


async def test_a_commit_behind_the_fence_renews_the_lease_where_it_is_to(
    database: Database,
) -> None:
    lease = await taken(database, "a")
    await expire(database)
    async with database.write() as tx:
        await leases.fence(tx, lease)
    async with database.read() as tx:
        assert await leases.holder_of(tx, NAME) is None
    async with database.write() as tx:
        await leases.fence(tx, lease, renews=True)
    assert await take(database, "b") is None


async def test_a_released_lease_stays_free_whoever_still_writes_under_it(
    database: Database,
) -> None:
    lease = await taken(database, "a")
    async with database.write() as tx:
        await leases.release(tx, lease)
    async with database.write() as tx:
        await leases.fence(tx, lease, renews=True)
    assert await take(database, "b") == Lease(NAME, "b", lease.epoch + 1)

"""A node whose connections are all at work is no dead node."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from server.storage import leases
from server.storage.database import Database, Limits
from server.storage.errors import CommitFailed
from tests.integration.cluster.world import LEASE, World, until

pytestmark = pytest.mark.postgres


async def test_a_renewal_does_not_wait_for_the_connections_of_others(url: str) -> None:
    database = await Database.open(url, limits=Limits(connections_max=2, checkout_s=0.1))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        async with database.write() as tx:
            lease = await leases.acquire(tx, LEASE, "home", 0.0)
        assert lease is not None
        for _ in range(2):
            _ = await stack.enter_async_context(database.read())
        with pytest.raises(CommitFailed):
            async with database.write():
                pass
        async with database.urgent_write() as tx:
            await leases.renew(tx, lease, 60)
            assert await leases.holder_of(tx, LEASE) == "home"


async def test_a_renewal_waits_half_a_second_for_the_row_and_no_longer(url: str) -> None:
    database = await Database.open(url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        async with database.write() as tx:
            lease = await leases.acquire(tx, LEASE, "home", 60)
        assert lease is not None
        fencing = await stack.enter_async_context(database.write())
        await leases.fence(fencing, lease)
        with pytest.raises(CommitFailed, match="LockNotAvailable"):
            async with database.urgent_write() as tx:
                await leases.renew(tx, lease, 60)


async def test_a_node_is_seen_while_all_its_connections_are_busy(world: World) -> None:
    database = world.edge.database
    async with AsyncExitStack() as stack:
        for _ in range(Limits().connections_max):
            _ = await stack.enter_async_context(database.read())
        membership = world.edge.cluster._membership
        heard_s = membership._judgement._heard_s
        await until(lambda: membership._judgement._heard_s > heard_s + 2.0, limit_s=6.0)

"""Which nodes are there, over a real database."""

from __future__ import annotations

import asyncio

import pytest

from server.clock import SystemClock
from signaling.identifiers import Instant
from tests.integration.cluster.world import NETWORK, World, until, visitor

pytestmark = pytest.mark.postgres
SECOND = 1_000_000


class HourAhead(SystemClock):
    """The clock of a node that is wrong by an hour."""

    def now(self) -> Instant:
        return Instant(super().now() + 3_600 * SECOND)

    def elapsed_s(self) -> float:
        return super().elapsed_s() + 3_600


async def judged(world: World) -> None:
    """Wait until the home knows the edge: it judges nobody before it was heard for 4 s."""
    judgement, clock = world.home.cluster._membership._judgement, SystemClock()
    await until(lambda: judgement.judges(clock.elapsed_s()))
    assert world.edge.id in judgement._there


async def test_a_node_that_dies_is_noticed_and_its_sockets_are_closed(world: World) -> None:
    there = [visitor(world.edge, "socket-1"), visitor(world.edge, "socket-2")]
    await world.edge.cluster.door(NETWORK).opened(there)
    await judged(world)
    loop = asyncio.get_running_loop()
    died = loop.time()
    await world.edge.die()
    await until(lambda: len(world.door.closed_with) == 2)
    assert world.door.closed_with == there
    assert 3 < loop.time() - died < 8


async def test_a_node_that_leaves_is_noticed_at_once(world: World) -> None:
    await world.edge.cluster.door(NETWORK).opened([visitor(world.edge)])
    await judged(world)
    loop = asyncio.get_running_loop()
    left = loop.time()
    await world.edge.cluster._membership.close()
    await until(lambda: len(world.door.closed_with) == 1)
    assert loop.time() - left < 3


async def test_nodes_know_each_other_and_who_is_draining(world: World) -> None:
    await world.edge.cluster.drain()
    await until(lambda: any(one.draining for one in world.home.cluster.nodes))
    seen = {one.name: one.draining for one in world.home.cluster.nodes}
    assert seen == {"home": False, "edge": True}


async def test_nodes_have_one_time_whatever_their_clocks_say(world: World) -> None:
    ahead = await world.node("ahead", HourAhead())
    nodes = (world.home, ahead, world.edge)
    told_us = [one.cluster.now_us() for one in nodes]
    assert max(told_us) - min(told_us) < SECOND
    async with world.home.database.read() as tx:
        assert abs(await world.home.database.now_us(tx) - told_us[0]) < SECOND


async def test_a_node_that_was_away_asks_for_everything_anew(world: World) -> None:
    world.edge.cluster.door(NETWORK)
    membership = world.edge.cluster._membership
    membership._judgement._heard_s -= 10
    await until(lambda: world.edge.missed == [NETWORK])

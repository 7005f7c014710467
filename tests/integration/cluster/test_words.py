"""What a home tells sockets on another node: over Redis, and while Redis fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from server.cluster.redis_carrier import BYTES_MAX, CHANNEL
from server.storage import leases
from tests.cluster.valkey import Valkey, watched_valkeys
from tests.integration.cluster.world import NETWORK, World, until, visitor

pytestmark = pytest.mark.postgres


async def stream(world: World, first: int, count: int) -> None:
    """Tell one socket numbered events, some milliseconds apart."""
    for number in range(first, first + count):
        world.line.deliver(world.edge.id, "socket-1", {"n": number})
        await asyncio.sleep(0.005)


async def arrived(world: World, count: int) -> None:
    await until(lambda: len(world.edge.line.events) >= count)
    assert world.edge.line.numbers == list(range(count))
    assert world.edge.missed == []


async def test_events_arrive_in_order(world: World) -> None:
    for number in range(2_000):
        world.line.deliver(world.edge.id, f"socket-{number % 7}", {"n": number, "x": "y" * 300})
    await arrived(world, 2_000)
    assert world.edge.cluster.standing.by == "redis"
    assert world.home.cluster.standing.failures == 0


async def test_a_socket_of_the_homes_own_node_is_told_at_once(world: World) -> None:
    world.line.deliver(world.home.id, "socket-1", {"n": 0})
    world.line.hang_up(world.home.id, "socket-1", {"n": 1})
    assert world.home.line.numbers == [0, 1]
    assert world.home.line.ended == ["socket-1"]


async def test_a_last_word_ends_a_socket_elsewhere(world: World) -> None:
    world.line.deliver(world.edge.id, "socket-1", {"n": 0})
    world.line.hang_up(world.edge.id, "socket-1", {"n": 1})
    await until(lambda: world.edge.line.ended == ["socket-1"])
    assert world.edge.line.numbers == [0, 1]


async def test_nothing_is_lost_when_redis_is_killed_and_it_is_used_again_later(
    world: World, valkey: Valkey
) -> None:
    await stream(world, 0, 20)
    valkey.kill()
    await stream(world, 20, 100)
    await arrived(world, 120)
    assert world.home.cluster.standing.by == "rows"
    assert world.home.cluster.standing.failures > 0
    await asyncio.to_thread(valkey.start)
    await until(lambda: world.home.cluster.standing.by == "redis")
    redis = world.edge.cluster._carrier._redis
    assert redis is not None
    await until(lambda: redis.is_subscribed)
    await stream(world, 120, 50)
    await arrived(world, 170)


async def test_nothing_is_lost_and_publishing_never_blocks_while_redis_is_frozen(
    world: World, valkey: Valkey
) -> None:
    await stream(world, 0, 20)
    loop = asyncio.get_running_loop()
    valkey.freeze()
    longest_s = 0.0
    for number in range(20, 220):
        began = loop.time()
        world.line.deliver(world.edge.id, "socket-1", {"n": number})
        longest_s = max(longest_s, loop.time() - began)
        began = loop.time()
        await asyncio.sleep(0)
        longest_s = max(longest_s, loop.time() - began)
        await asyncio.sleep(0.005)
    await arrived(world, 220)
    assert world.home.cluster.standing.by == "rows"
    valkey.thaw()
    await until(lambda: world.home.cluster.standing.by == "redis")
    await stream(world, 220, 50)
    await arrived(world, 270)
    assert longest_s < 0.05


async def test_commands_are_answered_while_redis_is_frozen(
    world: World, valkey: Valkey
) -> None:
    valkey.freeze()
    for _ in range(5):
        await world.edge.cluster.door(NETWORK).opened([visitor(world.edge)])
    assert len(world.door.opened_with) == 5


async def test_a_loss_is_noticed_and_the_network_is_to_be_told_anew(
    world: World, valkey: Valkey
) -> None:
    """The subscription is cut, and what is published meanwhile is taken for heard."""
    await stream(world, 0, 5)
    await arrived(world, 5)
    redis = world.home.cluster._carrier._redis
    assert redis is not None
    real = redis.publish

    async def into_the_void(told: list[object]) -> list[int]:
        return [1] * len(told)

    redis.publish = into_the_void  # type: ignore[method-assign, assignment]
    valkey.kill_pubsub()
    await stream(world, 5, 3)
    redis.publish = real  # type: ignore[method-assign]
    await until(lambda: world.edge.missed == [NETWORK])
    await stream(world, 8, 3)
    await until(lambda: world.edge.line.numbers == [0, 1, 2, 3, 4, 8, 9, 10])


async def test_cut_subscriptions_lose_nothing_while_redis_says_that_nobody_heard(
    world: World, valkey: Valkey
) -> None:
    for round_ in range(3):
        valkey.kill_pubsub()
        await stream(world, 20 * round_, 20)
    await until(lambda: len(world.edge.line.events) >= 60 or bool(world.edge.missed))
    if not world.edge.missed:
        assert world.edge.line.numbers == list(range(60))


@pytest.fixture
async def stranger(valkey: Valkey) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey.url)
    yield client
    await client.aclose()


async def test_whatever_a_stranger_publishes_harms_nothing(
    world: World, stranger: Redis
) -> None:
    channel = f"{CHANNEL}{world.edge.id}"
    for garbage in (b"5", b"", b"\x80garbage", b"GC\x01" + b"x" * 60, b"x" * (BYTES_MAX + 1)):
        await stranger.publish(channel, garbage)
    await stream(world, 0, 20)
    await arrived(world, 20)
    assert world.edge.cluster._receiving.refused == 4
    redis = world.edge.cluster._carrier._redis
    assert redis is not None
    assert redis.refused == 1


async def test_a_message_that_is_played_again_is_delivered_once(
    world: World, stranger: Redis
) -> None:
    heard = stranger.pubsub()
    await heard.subscribe(f"{CHANNEL}{world.edge.id}")
    await heard.get_message(timeout=5)
    world.line.deliver(world.edge.id, "socket-1", {"n": 0})
    message = await heard.get_message(ignore_subscribe_messages=True, timeout=5)
    assert message is not None
    await heard.aclose()  # type: ignore[no-untyped-call]
    for node in (world.edge, world.home):
        await stranger.publish(f"{CHANNEL}{node.id}", message["data"])
    await stream(world, 1, 5)
    await arrived(world, 6)
    assert world.home.line.events == []
    assert world.home.cluster._receiving.refused == 1


async def test_what_goes_through_redis_and_the_rows_shows_nothing(
    world: World, stranger: Redis
) -> None:
    heard = stranger.pubsub()
    await heard.subscribe(f"{CHANNEL}{world.edge.id}")
    await heard.get_message(timeout=5)
    world.line.deliver(world.edge.id, "socket-1", {"n": 0, "text": "Ana Canary"})
    message = await heard.get_message(ignore_subscribe_messages=True, timeout=5)
    assert message is not None
    assert b"Canary" not in message["data"]
    assert b"socket" not in message["data"]
    await heard.aclose()  # type: ignore[no-untyped-call]


async def test_without_redis_everything_goes_by_rows(url: str) -> None:
    world = World(url, None)
    await world.open()
    try:
        await stream(world, 0, 50)
        await arrived(world, 50)
        assert world.edge.cluster.standing.by == "rows"
    finally:
        await world.close()


async def test_a_failover_by_sentinel_loses_nothing(url: str) -> None:
    with watched_valkeys() as valkeys:
        world = World(url, valkeys.url)
        await world.open()
        try:
            await stream(world, 0, 20)
            await until(lambda: _follows(valkeys.servers[1]))
            valkeys.primary.kill()
            await stream(world, 20, 100)
            await arrived(world, 120)
            await until(lambda: world.home.cluster.standing.by == "redis", 30)
            await stream(world, 120, 20)
            await arrived(world, 140)
        finally:
            await world.close()


def _follows(replica: Valkey) -> bool:
    return "master_link_status:up" in str(replica.ask("INFO", "replication"))


async def test_a_home_that_is_over_is_not_believed_where_the_new_one_is(world: World) -> None:
    world.line.deliver(world.edge.id, "socket-1", {"n": 0})
    await arrived(world, 1)
    old = world.line
    async with world.home.database.write() as tx:
        await leases.release(tx, world.lease)
    await world.take_home(world.edge)
    world.line.deliver(world.edge.id, "socket-1", {"n": 1})
    old.deliver(world.edge.id, "socket-1", {"n": 0})
    incoming = world.edge.cluster._receiving.incoming
    await until(lambda: incoming.dropped == 1)
    await arrived(world, 2)

"""Redis frozen, killed, restarted, its listeners cut off, and failed over by Sentinel.

It only carries messages: without it everything goes on by rows, and the nodes say so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Final

from tests.cluster.running import Cluster
from tests.cluster.valkey import Valkey, WatchedValkeys
from tests.faults.breaking import aside, frozen, killed
from tests.faults.play import play
from tests.faults.records import NotHeld
from tests.faults.table import Figures, Row

SHOWN_S: Final = 6.0
OVER_S: Final = 15.0
LOOK_S: Final = 0.1
BUS: Final = "goodfaith_bus_up"

Fault = Callable[[Cluster], AbstractContextManager[None]]


def server(cluster: Cluster) -> Valkey:
    """Return the server that carries the messages."""
    match cluster.redis:
        case Valkey() as alone:
            return alone
        case WatchedValkeys() as several:
            return several.primary
        case None:
            raise NotHeld("there is no Redis in this cluster")


async def away_all_along(cluster: Cluster, fault: Fault) -> Figures:
    """Play it all without Redis, and see that every node says so, and says when it is over."""
    async with play(cluster) as one:
        async with aside(fault(cluster)):
            began_s = time.monotonic()
            whole = asyncio.create_task(one.whole())
            shown_s = await shown(cluster, 0.0, SHOWN_S)
            await whole
            played_s = time.monotonic() - began_s
        one.require_sound()
        over_s = await shown(cluster, 1.0, OVER_S)
        return {"shown_s": shown_s, "play_s": played_s, "over_s": over_s}


async def back_in_between(cluster: Cluster, fault: Fault) -> Figures:
    """Play it all with a short fault in the middle."""
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        seen = asyncio.ensure_future(one.seen.wait())
        await asyncio.wait({whole, seen}, return_when=asyncio.FIRST_COMPLETED)
        began_s = time.monotonic()
        async with aside(fault(cluster)):
            await one.pictures()
        one.finishing.set()
        await whole
        one.require_sound()
        return {
            "rest_s": time.monotonic() - began_s,
            "gaps": sum(socket.gaps for socket in one.sockets),
            "over_s": await shown(cluster, 1.0, OVER_S),
        }


async def shown(cluster: Cluster, value: float, within_s: float) -> float:
    """Wait until every node's metric says whether Redis carries; return how long that took.

    Raises:
        NotHeld: one does not in time.
    """
    began_s = time.monotonic()
    while True:
        said = await asyncio.to_thread(
            lambda: [node.metric(BUS) for node in cluster.nodes if node.running]
        )
        took_s = time.monotonic() - began_s
        if all(one == value for one in said):
            return took_s
        if took_s > within_s:
            raise NotHeld(f"{BUS} is {said} after {within_s:g} s")
        await asyncio.sleep(LOOK_S)


@contextmanager
def listeners_cut_off(cluster: Cluster) -> Iterator[None]:
    """Close the connections of all who listen; they may come again."""
    server(cluster).kill_pubsub()
    yield


@contextmanager
def restarted(cluster: Cluster) -> Iterator[None]:
    """End it, and start it again at once: it has forgotten who listened."""
    one = server(cluster)
    one.kill()
    one.start()
    yield


@contextmanager
def failed_over(cluster: Cluster) -> Iterator[None]:
    """Have the Sentinels make the replica the primary."""
    assert isinstance(cluster.redis, WatchedValkeys)
    cluster.redis.failover()
    yield


@contextmanager
def primary_killed(cluster: Cluster) -> Iterator[None]:
    """End the primary, and wait until the Sentinels have found that out and moved."""
    assert isinstance(cluster.redis, WatchedValkeys)
    primary = cluster.redis.primary
    primary.kill()
    try:
        cluster.redis.moved_from(primary)
        yield
    finally:
        primary.start()


ROWS: Final = (
    Row(
        name="redis-frozen",
        fault="Redis frozen all along",
        holds="all go on by rows; every node shows it, and when it is over",
        play=partial(away_all_along, fault=lambda one: frozen(server(one))),
        nodes=2,
    ),
    Row(
        name="redis-killed",
        fault="Redis killed all along",
        holds="all go on by rows; every node shows it, and when it is over",
        play=partial(away_all_along, fault=lambda one: killed(server(one))),
        nodes=2,
    ),
    *(
        Row(
            name=name,
            fault=words,
            holds="nothing is missed",
            play=partial(back_in_between, fault=fault),
            nodes=2,
        )
        for name, words, fault in (
            ("redis-restarted", "Redis restarted in a call", restarted),
            (
                "redis-listeners-cut",
                "Redis cuts listeners off, in a call",
                listeners_cut_off,
            ),
        )
    ),
    *(
        Row(
            name=name,
            fault=words,
            holds="nothing is missed; the nodes follow to the new primary",
            play=partial(back_in_between, fault=fault),
            nodes=2,
            sentinel=True,
        )
        for name, words, fault in (
            ("sentinel-failover", "Sentinels move Redis on request, in a call", failed_over),
            ("sentinel-primary-killed", "Redis's primary is killed, in a call", primary_killed),
        )
    ),
)

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from server.cluster import watching as module
from server.cluster.cluster import Cluster
from server.cluster.gauges import ClusterGauges
from server.cluster.standing import Standing
from server.cluster.watching import watch_bus
from server.live.standing import Bus, ServiceStanding


class Connected:
    """A node, as far as it is watched."""

    nodes = ()
    refused = unsent = unanswered = 0

    def __init__(self) -> None:
        self.is_hearing = True
        self.standing = Standing("redis", 0.0)


class Told:
    """Who is told how quickly nodes hear each other."""

    def __init__(self) -> None:
        self.buses: asyncio.Queue[Bus] = asyncio.Queue()
        self.last: Bus | None = None

    def bus_is(self, bus: Bus) -> None:
        if bus != self.last:
            self.buses.put_nowait(bus)
        self.last = bus


async def test_a_bus_is_as_it_should_be_by_redis_and_while_notifications_come_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    node, told = Connected(), Told()
    watching = asyncio.create_task(
        watch_bus(cast("Cluster", node), cast("ServiceStanding", told))
    )
    async with asyncio.timeout(5):
        assert await told.buses.get() == "ok"
        node.is_hearing = False
        assert await told.buses.get() == "degraded"
        node.is_hearing = True
        assert await told.buses.get() == "ok"
        node.standing.by = "rows"
        assert await told.buses.get() == "degraded"
    watching.cancel()


def test_a_scrape_shows_whether_notifications_come_in() -> None:
    node, registry = Connected(), CollectorRegistry()
    registry.register(ClusterGauges(cast("Cluster", node)))
    assert b"goodfaith_listening_up 1.0" in generate_latest(registry)
    node.is_hearing = False
    assert b"goodfaith_listening_up 0.0" in generate_latest(registry)

"""Has pages told whether nodes hear each other as quickly as they should."""

from __future__ import annotations

import asyncio
from typing import Final

from server.cluster.cluster import Cluster
from server.live.standing import ServiceStanding

LOOK_S: Final = 1.0


async def watch_bus(cluster: Cluster, standing: ServiceStanding) -> None:
    """Look every second until cancelled."""
    while True:
        is_quick = cluster.standing.by == "redis" and cluster.is_hearing
        standing.bus_is("ok" if is_quick else "degraded")
        await asyncio.sleep(LOOK_S)

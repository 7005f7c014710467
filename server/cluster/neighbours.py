"""The other nodes, as the homes of this one see them (`server.live.homes.Elsewhere`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

from server.cluster.broadcasting import Home
from server.cluster.cluster import Cluster
from server.ending import end
from server.live.doors import Door, Line
from server.live.edge import Edge
from server.live.homes import Homes
from server.live.registering import Registrar
from server.live.session_watch import end_reason
from server.logging import get_logger
from server.services import EndReason
from server.storage.errors import StorageError
from server.storage.leases import Lease

SESSION_ENDED: Final = "session_ended"
FREE: Final = "lease_free"
AGAIN_S: Final = 0.5

log = get_logger("cluster")


class Neighbours:
    """What homes here and homes elsewhere have to do with each other."""

    def __init__(self, cluster: Cluster, edge: Edge) -> None:
        """Prepare; `listen` begins to hear."""
        self._cluster = cluster
        self._edge = edge
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._lost: Callable[[str, int], None] = lambda _network_id, _epoch: None

    def listen(self, homes: Homes, registrar: Registrar) -> None:
        """Let the sockets here follow the homes of their networks, wherever they go."""
        cluster, edge = self._cluster, self._edge
        self._lost = homes.superseded

        def at_home(home: Home) -> None:
            cluster.superseded(home)
            if home.node_id != cluster.node_id:
                homes.superseded(home.network_id, home.epoch)
                registrar.want(home.network_id)

        def heard(kind: str, words: Mapping[str, str]) -> None:
            if kind == SESSION_ENDED:
                edge.end_session(words["session"], end_reason(words["reason"]))
            elif kind == FREE:
                homes.freed(words["network"])

        def deaf() -> None:
            """What was told meanwhile nobody here knows: homes may have moved."""
            for network_id in edge.networks():
                if homes.get(network_id) is None:
                    registrar.want(network_id)

        cluster.attach(edge)
        cluster.on_home(at_home)
        cluster.on_missed(registrar.want)
        cluster.on_broadcast(heard)
        cluster.on_reconnected(deaf)

    def door(self, network_id: str) -> Door:
        """See `Elsewhere`."""
        return self._cluster.door(network_id)

    def line(self, network_id: str, lease: Lease) -> AbstractAsyncContextManager[Line]:
        """See `Elsewhere`."""
        return self._cluster.line(network_id, lease, self._edge)

    async def opened(self, network_id: str, lease: Lease, home: Door) -> None:
        """See `Elsewhere`."""
        work = self._serve(network_id, lease, home)
        self._serving[network_id] = asyncio.create_task(work)

    async def _serve(self, network_id: str, lease: Lease, home: Door) -> None:
        """Say that the home is here, then do what other nodes ask of it.

        A home that other nodes would ask in vain is none: it ends, and the next one begins.
        """
        serving = asyncio.create_task(self._cluster.serve(network_id, lease, home))
        try:
            await self._announce(network_id, lease)
            await serving
        except Exception:
            log.exception("home_not_served", network_id=network_id)
        finally:
            await end({serving})
        self._lost(network_id, lease.epoch + 1)

    async def _announce(self, network_id: str, lease: Lease) -> None:
        """Have every node register its sockets here; try until the database takes it."""
        while True:
            try:
                await self._cluster.announce_home(network_id, lease.epoch)
            except StorageError as error:
                log.warning("home_not_announced", network_id=network_id, exc_info=error)
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def closed(self, network_id: str) -> None:
        """See `Elsewhere`."""
        task = self._serving.pop(network_id, None)
        if task is not None:
            await end({task})

    async def released(self, network_id: str) -> None:
        """See `Elsewhere`."""
        await self._tell(FREE, network=network_id)

    async def session_ended(self, id_hash: str, reason: EndReason) -> None:
        """Have the sockets of a session closed on every node."""
        await self._tell(SESSION_ENDED, session=id_hash, reason=reason)

    async def _tell(self, kind: str, **words: str) -> None:
        try:
            await self._cluster.broadcast(kind, **words)
        except StorageError as error:  # they look for themselves, a little later
            log.warning("nodes_not_told", kind=kind, exc_info=error)

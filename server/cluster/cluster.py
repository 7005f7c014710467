"""A node's part in a cluster, as one object that is opened and closed.

    cluster = await Cluster.open(database, keyring, reach, clock=clock, name="web-1")
    cluster.attach(local_line)                     what comes for this node's sockets
    cluster.on_home(callback); cluster.on_missed(callback)
    door = cluster.door(network_id)                a home that is elsewhere
    async with cluster.line(network_id, lease, local_line) as line: ...    a home that is here
        await cluster.serve(network_id, lease, door)       until the lease is lost
    await cluster.close()

What it is not: who becomes the home of a network. That is decided by leases, above.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from server.clock import Clock
from server.cluster.broadcasting import Broadcasts, Home
from server.cluster.carrier import SwitchingCarrier
from server.cluster.courier import Courier
from server.cluster.listening import Listening
from server.cluster.membership import Membership
from server.cluster.receiving import Receiving
from server.cluster.redis_carrier import RedisCarrier
from server.cluster.remote_door import RemoteDoor
from server.cluster.remote_line import HomeLine
from server.cluster.requests_desk import RequestsDesk
from server.cluster.rows_carrier import RowsCarrier
from server.cluster.sealing import Sealer, cluster_secret
from server.cluster.standing import Standing
from server.keyring import Keyring
from server.live.doors import Door, Line
from server.storage.database import Database
from server.storage.leases import Lease
from server.storage.nodes import Node

NODE_ID_BYTES: Final = 12
WITH_SOCKETS: Final = frozenset({"web", "all"})


@dataclass(frozen=True, slots=True)
class Reach:
    """What a node reaches the others by.

    Attributes:
        database_url: of PostgreSQL, for LISTEN.
        redis_url: see `server.cluster_settings`; None: everything goes by rows.
        redis_timeout_s: the longest wait for an answer of Redis.
        redis_again_s: how long a Redis that failed is left alone.
    """

    database_url: str
    redis_url: str | None
    redis_timeout_s: float = 0.5
    redis_again_s: float = 2.0


class Cluster:
    """What a node tells the others, and what they tell it. Made by `open`."""

    def __init__(
        self, database: Database, sealer: Sealer, reach: Reach, node: Node, clock: Clock
    ) -> None:
        self._database = database
        self._sealer = sealer
        self.node = node
        self._clock = clock
        self._listening = Listening(reach.database_url)
        self._broadcasts = Broadcasts(database, self._listening, sealer, node.node_id)
        self._receiving = Receiving(node.node_id, sealer, clock)
        rows = RowsCarrier(database, self._listening, node.node_id, self._receiving.take)
        self._redis: RedisCarrier | None = None
        if reach.redis_url is not None:
            self._redis = RedisCarrier(
                reach.redis_url,
                node.node_id,
                self._receiving.take,
                timeout_s=reach.redis_timeout_s,
            )
        self._carrier = SwitchingCarrier(self._redis, rows, clock, again_s=reach.redis_again_s)
        self._courier = Courier(database, self._listening, sealer, node.node_id, clock)
        self._membership = Membership(database, node, clock)
        self._doors: dict[str, RemoteDoor] = {}
        self._membership.on_absent(self._receiving.missed_all)
        self._listening.on_reconnected(self._courier.look)

    @classmethod
    async def open(
        cls,
        database: Database,
        keyring: Keyring,
        reach: Reach,
        *,
        clock: Clock,
        name: str,
        role: str = "web",
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> Cluster:
        """Become a node: be seen by the others, and hear them.

        Raises:
            StorageError: the database does not answer.
        """
        async with database.write() as tx:
            secret = await cluster_secret(tx, keyring)
        node = Node(random_bytes(NODE_ID_BYTES).hex(), name, role)
        cluster = cls(database, Sealer(secret, random_bytes), reach, node, clock)
        await cluster._membership.start()
        cluster._listening.start()
        cluster._courier.start()
        cluster._carrier.start()
        cluster._receiving.start()
        return cluster

    @property
    def node_id(self) -> str:
        """Return the name of this node, another one at every start."""
        return self.node.node_id

    def now_us(self) -> int:
        """Return the time that all nodes have, whatever their clocks say: microseconds UTC."""
        return self._membership.now_us()

    @property
    def standing(self) -> Standing:
        """Return by what messages go now, since when, and what went wrong."""
        return self._carrier.standing

    @property
    def is_hearing(self) -> bool:
        """Whether notifications come in: without, rows are found only by looking for them."""
        return self._listening.is_hearing

    @property
    def unanswered(self) -> int:
        """Return how many requests of this node wait for an answer."""
        return self._courier.unanswered

    @property
    def refused(self) -> int:
        """Return how much came in and was not opened: not ours, altered, or too large."""
        by_redis = self._redis.refused if self._redis is not None else 0
        return self._receiving.refused + self._broadcasts.refused + by_redis

    @property
    def unsent(self) -> int:
        """Return how many requests that nobody waited for were never sent."""
        return self._courier.dropped

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Return the nodes as they were last seen, this one included."""
        return self._membership.nodes

    @property
    def awake(self) -> frozenset[str]:
        """Return those that have sockets, and were heard of just now, this one included."""
        webs = {one.node_id for one in self.nodes if one.role in WITH_SOCKETS}
        return self._membership.awake & webs

    # ------------------------------------------------------------ the edge's side

    def attach(self, line: Line) -> None:
        """Hand what homes tell this node's sockets to a line of its own."""
        self._receiving.attach(line)

    def door(self, network_id: str) -> RemoteDoor:
        """Return the door of a home that is in another node, wherever that is."""
        door = self._doors.get(network_id)
        if door is None:
            door = self._doors[network_id] = RemoteDoor(
                network_id, self._courier, partial(self._receiving.epoch, network_id)
            )
            self._receiving.know(network_id)
        return door

    def on_missed(self, callback: Callable[[str], None]) -> None:
        """Have somebody told of networks whose words were missed: `Door.opened` again."""
        self._receiving.on_missed(callback)

    def superseded(self, home: Home) -> None:
        """Believe no word of the homes before this one any more."""
        self._receiving.superseded(home.network_id, home.epoch)

    def on_home(self, callback: Callable[[Home], None]) -> None:
        """Have somebody told that a network has a new home."""
        self._broadcasts.on_home(callback)

    # ------------------------------------------------------------ the home's side

    def line(self, network_id: str, lease: Lease, local: Line) -> HomeLine:
        """Return what a home here tells sockets by, wherever they are.

        Use it as an asynchronous context manager. What homes before it still say is dropped: no
        message of this one comes to its own node, to show there that they are over.
        """
        self._receiving.superseded(network_id, lease.epoch)
        return HomeLine(
            self.node_id,
            network_id,
            lease.epoch,
            local=local,
            publish=self._carrier.publish,
            sealer=self._sealer,
            membership=self._membership,
        )

    async def serve(self, network_id: str, lease: Lease, door: Door) -> None:
        """Do for a home here what other nodes ask of it.

        Returns when the lease is somebody else's; until then goes on, whatever the database
        does. Cancel it to stop.
        """
        desk = RequestsDesk(
            self._database, self._listening, self._sealer, network_id, lease, door
        )
        await desk.serve(self._membership)

    async def announce_home(self, network_id: str, epoch: int) -> None:
        """Tell all nodes that a network's home is here now.

        Raises:
            StorageError: it could not be told.
        """
        await self._broadcasts.announce(Home(network_id, self.node_id, epoch))

    # ------------------------------------------------------------ everybody

    async def broadcast(self, kind: str, **words: str) -> None:
        """Tell all nodes something small, this one included; never PHI.

        Raises:
            ValueError: it is larger than a notification may be.
            StorageError: it could not be told.
        """
        await self._broadcasts.tell(kind, words)

    def on_broadcast(self, callback: Callable[[str, Mapping[str, str]], None]) -> None:
        """Have somebody told of broadcasts: their kind, and their words."""
        self._broadcasts.on_broadcast(callback)

    def on_reconnected(self, callback: Callable[[], None]) -> None:
        """Have somebody told that notifications may have been missed: look once."""
        self._listening.on_reconnected(callback)

    async def drain(self) -> None:
        """Say that this node takes nothing new.

        Raises:
            StorageError: it could not be said.
        """
        await self._membership.drain()

    async def close(self) -> None:
        """Leave: answers that are awaited are `retry` now."""
        await asyncio.gather(
            self._receiving.close(),
            self._courier.close(),
            self._carrier.close(),
            self._listening.close(),
        )
        await self._membership.close()

"""A node among the others: the real judgement and registry of visitors, on simulated rows.

    starting --heard--> beats once a second --silent for too long--> others close its sockets
                                                  `--heard again--> it registers them anew

As a real node it takes nobody before it was heard: others judge only whom they have seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from server.cluster.membership import BEAT_S, Judgement
from server.storage.errors import StorageError
from server.storage.nodes import Node
from tests.simulation.cluster.database import LEASE, Database
from tests.simulation.cluster.rows import NodeRow
from tests.simulation.cluster.server import Session

MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Ports:
    """Who is told of what a beat found, in this order.

    Attributes:
        homes: the epoch of the home that there is.
        absent: others may have taken this node for gone.
        gone: a node is gone since this look.
        looked: who is gone, at every look.
    """

    homes: Callable[[int], None]
    absent: Callable[[], None]
    gone: Callable[[str], None]
    looked: Callable[[frozenset[str]], None]


class Membership:
    """Says that a node is there, and judges who else is.

    Args:
        name: of the node.
        database: as the node reaches it.
        now_s: tells the time of the node's machine.
        ports: who is told.
    """

    def __init__(
        self, name: str, database: Database, now_s: Callable[[], float], ports: Ports
    ) -> None:
        self._name = name
        self._database = database
        self._now_s = now_s
        self._ports = ports
        self._judgement = Judgement()

    async def start(self) -> None:
        """Return when the database has heard this node."""
        heard = await self._beat()
        while not heard:
            await asyncio.sleep(BEAT_S)
            heard = await self._beat()

    async def run(self) -> None:
        """Go on being heard."""
        while True:
            await asyncio.sleep(BEAT_S)
            await self._beat()

    async def _beat(self) -> bool:
        said_s = self._now_s()  # an answer may come long after what was written
        try:
            async with self._database.write() as tx:
                seen, epoch = await tx.ask(self._beaten)
        except StorageError:
            return False  # it may be written and count as unheard: then it is registered again
        if not self._judgement.heard(said_s):
            self._ports.absent()
        self._ports.homes(epoch)
        for name in self._judgement.look(seen, said_s):
            self._ports.gone(name)
        self._ports.looked(self._judgement.gone)
        return True

    def _beaten(self, session: Session) -> tuple[Sequence[Node], int]:
        """Note that this node is there; return all there are, and the epoch of the home."""
        server, changes = self._database.server, session.changes
        now_us, tables = server.now_us(), server.tables
        changes.put(tables.nodes, self._name, NodeRow(self._name, now_us))
        seen = [
            Node(one.name, one.name, "web", silent_s=(now_us - one.seen_us) / MICROSECONDS)
            for one in changes.scan(tables.nodes)
        ]
        lease = changes.get(tables.lease, LEASE)
        return seen, lease.epoch if lease is not None else 0

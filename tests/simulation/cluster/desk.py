"""The real desk, looked over its shoulder: what it commits is compared with the rows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence

from server.errors import Unavailable
from server.storage.errors import StorageError
from server.waiting.batch import Batch, sends_of
from server.waiting.desk import Desk, Ports
from server.waiting.watching import Committed
from server.waiting.work import CommandKey, Work
from signaling.identifiers import EncounterId, Instant
from signaling.switchboard import Switchboard
from tests.simulation.cluster.server import EPOCH_US

Look = Callable[[], None]


class NodeClock:
    """A node's clock: steady, and off by as much as it is."""

    def __init__(self, loop: asyncio.AbstractEventLoop, off_us: int) -> None:
        self._loop = loop
        self._off_us = off_us

    def now(self) -> Instant:
        return Instant(EPOCH_US + round(self._loop.time() * 1_000_000) + self._off_us)

    def elapsed_s(self) -> float:
        return self._loop.time()


class Watching:
    """A watcher that has somebody look after every commit."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self.look: Look = lambda: None

    def rebuilt(
        self, switchboard: Switchboard, whereabouts: Mapping[EncounterId, str], at: Instant
    ) -> None:
        """What follows is the first commit."""

    def committed(self, batch: Committed) -> None:  # noqa: ARG002 - a Watcher is told it
        self.look()

    def decided(self, seconds: float) -> None:
        """Nothing is measured."""


class SimulatedDesk(Desk):
    """The desk; a failure of its own, rather than of the database, ends the simulation."""

    def __init__(
        self, ports: Ports, failed: Callable[[BaseException], None], *, told_early: bool
    ) -> None:
        super().__init__(ports)
        self._failed = failed
        self._told_early = told_early
        self._watching = ports.watcher

    def look_after_commits(self, look: Look) -> None:
        assert isinstance(self._watching, Watching)
        self._watching.look = look

    def _give_up(self, works: Sequence[Work], refusal: Unavailable) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, StorageError | Unavailable):
            self._failed(error)
        super()._give_up(works, refusal)

    async def _commit(self, works: Sequence[Work], marker: CommandKey, now: Instant) -> Batch:
        if not self._told_early:
            return await super()._commit(works, marker, now)
        assert self._switchboard is not None
        async with self._ports.database.write() as tx:
            batch = Batch(tx, self._ports.ledger, self._switchboard, self._decide, now)
            await batch.do(works, marker)
            self._ports.tell(sends_of(batch.effects))
        return batch

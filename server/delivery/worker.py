"""Delivers what is in the outbox, in one process at a time, a bounded number at once.

    lease --> something due? --> claim (commits) --> attempts, side by side --> settled, each
      ^            | no                                                            |
      |            `--> sleep until a commit here puts something, one ends, or `POLL_S`
      `--- renewed; lost: another process delivers, and claims anew what was being sent here

A destination has one batch at a time, so somebody who answers slowly waits for themselves only.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from server.delivery import checkpoints
from server.delivery.attempt import Attempts
from server.delivery.channels import Channel
from server.delivery.checkpoints import Latest
from server.ending import end
from server.logging import get_logger
from server.services import Core
from server.storage import leases, outbox_claims, outbox_history
from server.storage.errors import LeaseLost, StorageError
from server.storage.leases import Lease
from server.storage.outbox_claims import LEASE, Backlog, Claimed

POLL_S: Final = 1.0
LEASE_S: Final = 30.0
RENEW_S: Final = 10.0
LOOK_S: Final = 15.0
STOP_S: Final = 3.0
KEPT_S: Final = 30 * 86_400
FORGET_S: Final = 3_600.0
FORGET_MAX: Final = 200
SECOND: Final = 1_000_000

log = get_logger("delivery")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much at once: in all, and to one destination."""

    at_once: int = 64
    per_destination: int = 4


class DeliveryWorker:
    """The one who delivers.

    Attributes:
        outcomes: attempts of this process by what became of them.
        backlog: what waited at the last look.
        is_holder: this process delivers.
    """

    def __init__(
        self,
        core: Core,
        channels: Mapping[str, Channel],
        *,
        holder: str,
        chance: Callable[[], float],
        bounds: Bounds | None = None,
        latest: Latest | None = None,
    ) -> None:
        """Prepare.

        Args:
            core: database, keys, time.
            channels: by name.
            holder: which process this is.
            chance: from 0 to 1, made anew at each call.
            bounds: how much at once.
            latest: gives the newest checkpoint of the log, where there is a log.
        """
        self.outcomes: Counter[str] = Counter()
        self.backlog = Backlog(0, None)
        self._core = core
        self._channels = channels
        self._holder = holder
        self._attempts = Attempts(core, channels, chance)
        self._bounds = bounds or Bounds()
        self._latest = latest
        self._lease: Lease | None = None
        self._asked_s = float("-inf")
        self._looked_s = float("-inf")
        self._forgot_s = float("-inf")
        self._stirred = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop_task: asyncio.Task[None] | None = None

    @property
    def is_holder(self) -> bool:
        """Whether this process delivers."""
        return self._lease is not None

    def start(self) -> None:
        """Begin; what is committed here is noticed at once."""
        self._core.database.on_told = self.wake
        self._loop_task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look at once."""
        self._stirred.set()

    async def close(self) -> None:
        """Let what is being sent end within `STOP_S`, then let another process deliver."""
        if self._loop_task is not None:
            await end({self._loop_task})
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await self.drained()
        await self.kill()
        if self._lease is not None:
            with suppress(StorageError):
                async with self._core.database.write() as tx:
                    await leases.release(tx, self._lease)

    async def drained(self) -> None:
        """Wait until nothing is being sent."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def kill(self) -> None:
        """Break off what is being sent; the next holder sends it again."""
        await end(self._tasks)

    async def _run(self) -> None:
        while True:
            try:
                await self.step()
            except LeaseLost:
                self._let_go()
                log.warning("delivery_lease_lost")
            except StorageError as error:
                # A claim may have been committed: the next epoch claims the same again.
                self._let_go()
                log.warning("delivery_not_looked_at", exc_info=error)
            except Exception as error:
                log.exception("delivery_step_failed", exc_info=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._stirred.wait()
            self._stirred.clear()

    async def step(self) -> int:
        """Begin what is due; return how many that is.

        Raises:
            LeaseLost: another process delivers.
            StorageError: the database did not answer.
        """
        lease = await self._held()
        if lease is None:
            return 0
        await self._look(lease)
        room = self._bounds.at_once - len(self._tasks)
        if room <= 0 or not await self._is_due(lease):
            return 0
        async with self._core.database.write() as tx:
            claimed = await outbox_claims.claim(
                tx,
                lease,
                self._core.clock.now(),
                limit=room,
                per_destination=self._bounds.per_destination,
                channels=self._channels.keys(),
                busy=self._busy.keys(),
            )
        for one in claimed:
            self._begin(lease, one)
        return len(claimed)

    async def _held(self) -> Lease | None:
        """Return the lease, taken or renewed where it is time to."""
        now_s = self._core.clock.elapsed_s()
        if now_s - self._asked_s < RENEW_S:
            return self._lease
        if self._lease is None and self._tasks:
            return None  # what was begun under another epoch ends first
        async with self._core.database.write() as tx:
            if self._lease is not None:
                await leases.renew(tx, self._lease, LEASE_S)
            else:
                self._lease = await leases.acquire(tx, LEASE, self._holder, LEASE_S)
        self._asked_s = now_s
        return self._lease

    async def _is_due(self, lease: Lease) -> bool:
        async with self._core.database.read() as tx:
            return await outbox_claims.is_due(
                tx,
                lease.epoch,
                self._core.clock.now(),
                channels=self._channels.keys(),
                busy=self._busy.keys(),
            )

    async def _look(self, lease: Lease) -> None:
        """See how much waits, tell of the log, forget what is old, now and then."""
        now_s = self._core.clock.elapsed_s()
        if now_s - self._looked_s < LOOK_S:
            return
        self._looked_s = now_s
        now = self._core.clock.now()
        old: list[tuple[str, str]] = []
        async with self._core.database.read() as tx:
            self.backlog = await outbox_claims.backlog(tx)
            if now_s - self._forgot_s >= FORGET_S:
                before = now - KEPT_S * SECOND
                old = await outbox_history.settled_before(tx, before, FORGET_MAX)
        if len(old) < FORGET_MAX and now_s - self._forgot_s >= FORGET_S:
            self._forgot_s = now_s  # more than that: the rest at the next look
        if not old and self._latest is None:
            return
        async with self._core.database.write() as tx:
            await leases.fence(tx, lease)
            await outbox_history.forget(tx, old)
            checkpoint = None if self._latest is None else await self._latest(tx)
            if checkpoint is not None:
                await checkpoints.announce(tx, checkpoint, now)

    def _begin(self, lease: Lease, one: Claimed) -> None:
        self._busy[one.destination_id] += 1
        task = asyncio.create_task(self._attempt(lease, one))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, one))

    async def _attempt(self, lease: Lease, one: Claimed) -> None:
        try:
            self.outcomes[await self._attempts.make(lease, one)] += 1
        except StorageError as error:
            # It may have been delivered; the next epoch sends it again with the same id.
            self._let_go()
            log.warning("delivery_not_written", exc_info=error)
        except Exception as error:
            self._let_go()
            log.exception("delivery_attempt_failed", exc_info=error)

    def _let_go(self) -> None:
        self._lease = None
        self._asked_s = float("-inf")

    def _ended(self, task: asyncio.Task[None], one: Claimed) -> None:
        self._tasks.discard(task)
        self._busy[one.destination_id] -= 1
        if self._busy[one.destination_id] <= 0:
            del self._busy[one.destination_id]
        self._stirred.set()

"""The task that takes what is committed into the tree, as long as this process may.

    no lease --acquire--> held --round--> held      anything waits? -> batch, batch, ...
        ^                   |
        `--- lease lost ----'

A round that fails is logged and tried again, more slowly each time up to `PAUSE_MAX_S`: the
entries are safe where they are, and nothing else of the server needs the tree.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from server.logging import get_logger
from server.sequencing.batches import LEASE, LEASE_S, one_batch
from server.sequencing.standing import LogStanding
from server.services import Core
from server.storage import leases, tlog, tlog_appending
from server.storage.errors import LeaseLost, LogBroken, StorageError
from server.storage.leases import Lease
from server.storage.tlog import Checkpoint

SECOND: Final = 1_000_000
RENEW_S: Final = LEASE_S / 4
ELSEWHERE_S: Final = 2.0  # between two looks at a lease that another process has
PAUSE_MAX_S: Final = 60.0
DOUBLINGS_MAX: Final = 10
CLOSING_S: Final = 5.0
THIN_EVERY_S: Final = 60.0
THIN_AFTER_S: Final = 86_400.0
THIN_TO_S: Final = 600.0
THIN_MAX: Final = 1_000

log = get_logger("sequencer")


class Sequencer:
    """Sequences while it has the lease.

    Args:
        core: what everything stands on.
        holder: name of this process; an embedded database's process always has the same.
    """

    def __init__(self, core: Core, holder: str) -> None:
        self._core = core
        self._holder = holder
        self._lease: Lease | None = None
        self._renewed_at = 0
        self._thinned_at = 0
        self._thin_from = 0
        self.standing = LogStanding()
        self.signed: Callable[[], None] = lambda: None
        """Called when there is a checkpoint that nobody was told of."""

    @property
    def holds(self) -> bool:
        """Whether this process sequences."""
        return self._lease is not None

    async def run(self) -> None:
        """Do a round every `log_every_s` until cancelled."""
        while True:
            try:
                await self.round()
            except LeaseLost:
                self._lease = None
                log.warning("log_lease_lost")
            except Exception as error:  # noqa: BLE001 - a log that stops must not stop for good
                self._failed(error)
            else:
                self.standing = replace(self.standing, failures=0)
            await asyncio.sleep(self._pause_s())

    async def round(self) -> None:
        """Take in what waits, if this process may.

        Raises:
            LeaseLost: somebody else does from now on.
            LogBroken: the log is shorter than this process saw it while it had the lease.
            StorageError: the database did not do it.
        """
        if not await self._may():
            return
        async with self._core.database.read() as tx:
            waiting, newest = await tlog.waiting(tx), await tlog.latest(tx)
        self._require_grown(newest)
        self._see(newest)
        self.standing = replace(
            self.standing, waiting=waiting.leaves, waiting_since=waiting.since
        )
        if waiting.leaves:
            await self._drain()
        await self._thin_out()

    async def close(self) -> None:
        """Take in what was committed until now, and let another process go on.

        A log that is not as it was left is not signed any further, but let go of: it is for
        the next process to find, and for people.
        """
        if self._lease is None:
            return
        try:
            async with asyncio.timeout(CLOSING_S):
                await self._take_last()
                async with self._core.database.write() as tx:
                    await leases.release(tx, self._lease)
        except (StorageError, TimeoutError) as error:
            log.warning("log_not_closed", exc_info=error)
        self._lease = None

    async def _take_last(self) -> None:
        try:
            async with self._core.database.read() as tx:
                self._require_grown(await tlog.latest(tx))
            await self._drain()
        except LogBroken as error:
            log.exception("log_not_closed", exc_info=error)

    def _require_grown(self, newest: Checkpoint | None) -> None:
        """Refuse a log that is shorter than this process saw it while it had the lease."""
        if (newest.size if newest is not None else 0) < self.standing.size:
            raise LogBroken("the log was rolled back: a larger tree was signed")

    async def _drain(self) -> None:
        """Take in all that waits; others may commit between two batches."""
        if self._lease is None:
            return
        while (made := await one_batch(self._core, self._lease)) is not None:
            last = made.size - self.standing.size < self._core.settings.log_batch_max
            self._see(made)
            if last:
                break
            await self._renew()
            await asyncio.sleep(0)
        self.standing = replace(self.standing, waiting=0, waiting_since=None)

    def _see(self, newest: Checkpoint | None) -> None:
        if newest is None or newest.size == self.standing.size:
            return
        self.standing = replace(self.standing, size=newest.size, signed_at=newest.at)
        self.signed()

    async def _may(self) -> bool:
        if self._lease is not None:
            await self._renew()
            return True
        async with self._core.database.write() as tx:
            self._lease = await leases.acquire(tx, LEASE, self._holder, LEASE_S)
        self._renewed_at = self._core.clock.now()
        if self._lease is not None:
            self.standing = LogStanding()
        return self._lease is not None

    async def _renew(self) -> None:
        now = self._core.clock.now()
        if self._lease is None or now - self._renewed_at < RENEW_S * SECOND:
            return
        async with self._core.database.write() as tx:
            await leases.renew(tx, self._lease, LEASE_S)
        self._renewed_at = now

    async def _thin_out(self) -> None:
        now = self._core.clock.now()
        if now - self._thinned_at < THIN_EVERY_S * SECOND:
            return
        self._thinned_at = now
        async with self._core.database.write() as tx:
            self._thin_from, gone = await tlog_appending.thin_out(
                tx,
                after=self._thin_from,
                before=now - round(THIN_AFTER_S * SECOND),
                every_us=round(THIN_TO_S * SECOND),
                limit=THIN_MAX,
            )
        if gone:
            log.debug("checkpoints_thinned_out", count=gone)

    def _failed(self, error: Exception) -> None:
        self.standing = replace(self.standing, failures=self.standing.failures + 1)
        log.error("log_not_sequenced", attempts=self.standing.failures, exc_info=error)

    def _pause_s(self) -> float:
        if self._lease is None and not self.standing.failures:
            return ELSEWHERE_S
        every_s = self._core.settings.log_every_s / 2  # a round takes its time too
        return min(PAUSE_MAX_S, every_s * (1 << min(self.standing.failures, DOUBLINGS_MAX)))

"""Which networks are at home in this process: for each, the lease is tried for, and kept.

    free or expired --acquire--> [home opens] --renew every 0.6 s---> held
                                     |              `--somebody else has it--> home closes
                                     `--this process stops--> home closes, lease released

A home that does not open in time gives the lease back: perhaps another process has more luck.

A database that does not answer ends nothing: whose lease it was keeps it, and goes on when the
database is back. Who did not have it waits for as long as a lease lasts before trying again,
so that calls need not move because of that. A database that answers, but with a refusal (a lock
that was not to be had in time), is asked again soon.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Any, Final, Protocol

from server.ending import end, to_the_end
from server.errors import Starting
from server.live.doors import Door, Line
from server.live.edge import Edge
from server.live.held import Held
from server.live.home import Home
from server.live.nowhere import Nowhere
from server.logging import describe, get_logger
from server.services import Core
from server.storage import directory, leases
from server.storage.answers import answering_within
from server.storage.errors import LeaseLost, StorageError
from server.storage.leases import Lease
from server.waiting.desks import Desks

LEASE_S: Final = 2.0
RENEW_S: Final = 0.6
RENEWAL_S: Final = LEASE_S  # for one answer; a renewal has twice as long, with its connection
TRY_S: Final = 0.2
BURDEN_S: Final = 0.05  # who has homes already lets others be first, for each that it has
BURDEN_MAX_S: Final = 0.3  # there may be no others
SOCKET_S: Final = 0.0003  # for each socket, an expired lease is left to others; the same limit
AGAIN_S: Final = 0.5
OPEN_S: Final = 10.0
OPEN_DOUBLED_MAX: Final = 3
CLOSE_S: Final = 10.0
PART_MAX: Final = 200  # sockets that are registered at once

log = get_logger("homes")


class Elsewhere(Protocol):
    """Other nodes, as far as homes know of them."""

    def door(self, network_id: str) -> Door:
        """Return the door of a home that is not in this process."""
        ...

    def line(self, network_id: str, lease: Lease) -> AbstractAsyncContextManager[Line]:
        """Return what a home in this process tells sockets by, on all nodes."""
        ...

    async def opened(self, network_id: str, lease: Lease, home: Door) -> None:
        """A home is in this process now: others may come to its door."""
        ...

    async def closed(self, network_id: str) -> None:
        """It is not any more: nobody comes to its door after this."""
        ...

    async def released(self, network_id: str) -> None:
        """Its lease is free: whoever wants it may try at once."""
        ...


Build = Callable[[str, Held, Line], Home]


class Homes:
    """The homes of this process, and the way to those that are elsewhere.

    Attributes:
        moved: is told of a network whose home was opened or closed here: its sockets have to be
            registered.
    """

    def __init__(
        self,
        core: Core,
        desks: Desks,
        edge: Edge,
        build: Build,
        *,
        holder: str,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """Prepare; `look_for_networks` begins.

        Args:
            core: what everything stands on.
            desks: those of this process.
            edge: the sockets of this process.
            build: puts the home of a network together.
            holder: this process, as leases name it.
            elsewhere: the other nodes; None where there are none.
        """
        self._core = core
        self._desks = desks
        self._edge = edge
        self._build = build
        self._holder = holder
        self._elsewhere = elsewhere
        self.moved: Callable[[str], None] = lambda _network_id: None
        self._homes: dict[str, Home] = {}
        self._held: dict[str, Held] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._free: dict[str, asyncio.Event] = {}
        self._failed: Counter[str] = Counter()
        self._opened = asyncio.Event()
        self._nowhere = Nowhere()
        self._over = False

    # -------------------------------------------------------------- which there are

    async def look_for_networks(self) -> None:
        """Try for every network that is not tried for: one may be enrolled at any time."""
        if self._over:  # a round of housekeeping while this process says goodbye
            return
        async with self._core.database.read() as tx:
            organizations = await directory.all_organizations(tx)
        for one in organizations:
            if one.kind == "network" and one.organization_id not in self._tasks:
                network_id = one.organization_id
                self._free[network_id] = asyncio.Event()
                self._tasks[network_id] = asyncio.create_task(self._keep(network_id))

    def get(self, network_id: str) -> Home | None:
        """Return the home of a network, if it is in this process."""
        return self._homes.get(network_id)

    def door(self, network_id: str) -> Door:
        """Return the door of a network's home, wherever it is."""
        home = self._homes.get(network_id)
        if home is not None:
            return home
        return self._nowhere if self._elsewhere is None else self._elsewhere.door(network_id)

    def away(self) -> dict[str, frozenset[str]]:
        """Return the sessions of those in a call here who have no page just now, by network."""
        away = {one: home.hub.leaving.away() for one, home in self._homes.items()}
        return {one: found for one, found in away.items() if found}

    def freed(self, network_id: str) -> None:
        """Try for a network at once: its lease was released."""
        free = self._free.get(network_id)
        if free is not None:
            free.set()

    def superseded(self, network_id: str, epoch: int) -> None:
        """Another node is the home of a network since this epoch: if it was this one, it ends.

        A process that was stopped for a while hears of it so, before it asks the database.
        """
        held = self._held.get(network_id)
        if held is not None and held.lease is not None and held.lease.epoch < epoch:
            log.warning("lease_lost", network_id=network_id, epoch=held.lease.epoch)
            held.lose()

    async def register(self, network_id: str) -> None:
        """Have the home of a network know of every socket here that belongs to it."""
        door, edge = self.door(network_id), self._edge
        registered = door.registering(edge.node_id)
        # The newest first: they came while there was no home, and know nothing yet.
        here = [one.visitor.sid for one in reversed(edge.of_network(network_id))]
        parts = (here[first : first + PART_MAX] for first in range(0, len(here), PART_MAX))
        # Side by side: that they are there is known before the first of them is shown anything.
        done = await asyncio.gather(
            *(self._register(door, part) for part in parts), return_exceptions=True
        )
        for failure in done:
            if failure is not None:
                raise failure
        registered()

    async def _register(self, door: Door, sids: Sequence[str]) -> None:
        edge = self._edge
        visitors = [one.now for one in map(edge.get, sids) if one is not None]
        if not visitors:
            return
        try:
            await door.opened(visitors)
        finally:  # who went meanwhile may have said so before they were said to be there
            for gone in (one for one in visitors if edge.get(one.sid) is None):
                door.closed(gone)

    async def ready(self, timeout_s: float) -> None:
        """Wait until every network has its home here, or others may have it.

        Raises:
            Starting: one of them has not, after `timeout_s`.
        """
        if self._elsewhere is not None:
            return
        try:
            async with asyncio.timeout(timeout_s):
                while not self._tasks.keys() <= self._homes.keys():
                    self._opened.clear()
                    await self._opened.wait()
        except TimeoutError:
            raise Starting from None

    # -------------------------------------------------------------- one network

    async def _keep(self, network_id: str) -> None:
        """Be its home whenever that is possible, until cancelled.

        Where it cannot be opened, others have their turn before it is tried again.
        """
        said: object = None
        while True:
            wait_s = AGAIN_S
            lease = await self._acquired(network_id)
            held = self._held[network_id] = Held(lease, self._core.clock.elapsed_s)
            try:
                await self._be_home(network_id, held)
                said = None
            except Exception as error:
                self._failed[network_id] += 1
                if (what := describe(error)) != said:  # else it would be said for ever
                    log.exception("home_failed", network_id=network_id)
                said = what
                if self._elsewhere is not None:
                    wait_s = LEASE_S + AGAIN_S
            await asyncio.sleep(wait_s)

    async def _acquired(self, network_id: str) -> Lease:
        """Wait until the lease is ours."""
        free = self._free[network_id]
        while True:
            await asyncio.sleep(min(BURDEN_S * len(self._homes), BURDEN_MAX_S))
            wait_s = TRY_S
            try:
                async with self._core.database.write() as tx:
                    name = lease_of(network_id)
                    lease = await leases.acquire(
                        tx, name, self._holder, ttl_s=LEASE_S, patience_s=self._patience_s()
                    )
                if lease is not None:
                    return lease
            except StorageError as error:
                log.warning("lease_not_tried", network_id=network_id, exc_info=error)
                wait_s = LEASE_S if error.away else TRY_S
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await free.wait()
            free.clear()

    def _patience_s(self) -> float:
        """Return for how long a lease that expired is left to nodes with fewer sockets.

        A home is the more work the more others have just lost, and so are the sockets here.
        """
        return min(SOCKET_S * self._edge.count, BURDEN_MAX_S)

    async def _be_home(self, network_id: str, held: Held) -> None:
        """Open the home, and close it when the lease is lost or this process ends."""
        assert held.lease is not None
        line: AbstractAsyncContextManager[Line] = nullcontext(self._edge)
        if self._elsewhere is not None:
            line = self._elsewhere.line(network_id, held.lease)
        async with line as told:
            await self._live(self._build(network_id, held, told), held)

    async def _live(self, home: Home, held: Held) -> None:
        assert held.lease is not None
        network_id, lease = home.network_id, held.lease
        renewing = asyncio.create_task(self._renew(network_id, held))
        opening = asyncio.create_task(self._open(home, lease))
        lost = asyncio.create_task(held.lost.wait())
        try:
            await asyncio.wait({lost, opening}, return_when=asyncio.FIRST_COMPLETED)
            if opening.done():
                await opening
                await lost
        finally:
            # A process that ends is impatient: what it cancels twice must still be closed.
            await to_the_end(self._leave(home, held, renewing, {opening, lost}))

    async def _leave(
        self,
        home: Home,
        held: Held,
        renewing: asyncio.Task[None],
        others: set[asyncio.Task[Any]],
    ) -> None:
        """Close a home, and give its lease back; it is renewed until the home is closed."""
        network_id = home.network_id
        await end(others)
        self._homes.pop(network_id, None)
        if self._elsewhere is not None:
            await self._elsewhere.closed(network_id)
        try:
            async with asyncio.timeout(CLOSE_S):
                await home.close()
        except Exception:  # the lease is given back all the same
            log.exception("home_not_closed", network_id=network_id)
        await end({renewing})
        await self._release(network_id, held)
        self.moved(network_id)

    async def _open(self, home: Home, lease: Lease) -> None:
        network_id = home.network_id
        # A room that is only large opens at last: each failure doubles what it may take.
        limit_s = OPEN_S * 2 ** min(self._failed[network_id], OPEN_DOUBLED_MAX)
        async with asyncio.timeout(limit_s):
            await home.open(lease)
        self._failed.pop(network_id, None)
        self._homes[network_id] = home
        self._opened.set()
        log.info("home_opened", network_id=network_id, epoch=lease.epoch)
        if self._elsewhere is not None:
            await self._elsewhere.opened(network_id, lease, home)
        self.moved(network_id)

    async def _renew(self, network_id: str, held: Held) -> None:
        """Keep the lease until somebody else has it."""
        while (lease := held.current()) is not None:
            asked_s = held.elapsed_s()
            wait_s = RENEW_S
            try:
                async with asyncio.timeout(2 * RENEWAL_S):
                    await self._renewed(network_id, lease)
                held.renewed(asked_s, LEASE_S)
            except LeaseLost:
                log.warning("lease_lost", network_id=network_id)
                held.lose()
            except (StorageError, TimeoutError) as error:
                log.warning("lease_not_renewed", network_id=network_id, exc_info=error)
                refused = isinstance(error, StorageError) and not error.away
                wait_s = TRY_S if refused else RENEW_S
                held.unanswered()
            except Exception:  # the home goes on, and needs its lease
                log.exception("lease_renewal_failed", network_id=network_id)
            await asyncio.sleep(wait_s)

    async def _renewed(self, network_id: str, lease: Lease) -> None:
        """Renew once. What hangs is given up: the next may find that the lease is lost."""
        with answering_within(RENEWAL_S):
            async with self._core.database.urgent_write() as tx:
                await leases.renew(tx, lease, ttl_s=LEASE_S)
                await self._desks.keep_waits(tx, network_id)

    async def _release(self, network_id: str, held: Held) -> None:
        """Give the lease back so that another process need not wait."""
        if held.lease is None:
            return
        with suppress(StorageError):
            async with self._core.database.write() as tx:
                await leases.release(tx, held.lease)
        held.lose()
        if self._elsewhere is not None:
            await self._elsewhere.released(network_id)

    async def close(self) -> None:
        """Be home to nobody any more: the process ends."""
        self._over = True
        await end(tuple(self._tasks.values()))
        self._tasks.clear()


def lease_of(network_id: str) -> str:
    """Return the name of the lease of a network's home."""
    return f"switchboard:{network_id}"

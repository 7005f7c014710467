"""The desks of all networks, each under its own lease, and the leases kept alive.

One process holds a network's desk at a time. On SQLite the lock on the data folder already
says that this process is alone: its holder has the same name at every start, and so takes a
lease that a crash left behind at once. On PostgreSQL that must run out first (`LEASE_S`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from server.errors import NotFound, Starting
from server.logging import get_logger
from server.services import Core
from server.storage import directory, leases
from server.storage.errors import LeaseLost, StorageError
from server.waiting.desk import Desk, Ports
from server.waiting.estimate import Line
from server.waiting.ledger import Ledger
from server.waiting.posting import StartOf, always_direct
from server.waiting.watching import Nobody, Several, Watcher
from signaling.effects import Send
from signaling.events import Event
from signaling.limits import Limits
from signaling.participants import PractitionerOnDuty, WaitingPatient

Tell = Callable[[str, Sequence[Send]], None]
Connected = Callable[[str], Sequence[Event]]
Resync = Callable[[str], None]

LEASE_S: Final = 5.0
RENEW_S: Final = 1.5

log = get_logger("desks")


class Desks:
    """Implements `server.services.Desk`.

    Attributes:
        start_of: how a call begins that is accepted now; set before `open`.
    """

    def __init__(
        self,
        core: Core,
        *,
        holder: str,
        limits: Limits,
        watch: Callable[[str], Watcher] = lambda _network_id: Nobody(),
    ) -> None:
        """Prepare; `open` starts them.

        Args:
            core: what everything stands on.
            holder: this process, as leases name it.
            limits: of every waiting room.
            watch: gives the watcher of a network's desk.
        """
        self.start_of: StartOf = always_direct
        self._core = core
        self._watch = watch
        self._holder = holder
        self._limits = limits
        self._desks: dict[str, Desk] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ports: tuple[Tell, Connected, Resync] | None = None

    async def open(
        self,
        tell: Tell,
        connected: Connected,
        resync: Resync,
    ) -> None:
        """Start the desk of every network."""
        self._ports = (tell, connected, resync)
        await self.look_for_networks()

    async def look_for_networks(self) -> None:
        """Start the desk of every network that has none: one may be enrolled at any time."""
        async with self._core.database.read() as tx:
            organizations = await directory.all_organizations(tx)
        for organization in organizations:
            known = organization.organization_id in self._desks
            if organization.kind == "network" and not known and self._ports is not None:
                self._start(organization.organization_id, *self._ports)

    def _start(
        self,
        network_id: str,
        tell: Tell,
        connected: Connected,
        resync: Resync,
    ) -> None:
        core = self._core
        policy = core.settings.matching.chosen()
        ledger = Ledger(
            network_id, core.keyring, self._limits, self._new_id, policy, self.start_of
        )
        desk = Desk(
            Ports(
                clock=core.clock,
                database=core.database,
                ledger=ledger,
                tell=lambda sends: tell(network_id, sends),
                connected=lambda: connected(network_id),
                resync=lambda: resync(network_id),
                new_id=self._new_id,
                watcher=Several(ledger.waits, self._watch(network_id)),
            )
        )
        self._desks[network_id] = desk
        self._ledgers[network_id] = ledger
        self._tasks.append(asyncio.create_task(self._hold(network_id, ledger)))
        self._tasks.append(asyncio.create_task(desk.run()))

    def _new_id(self) -> str:
        return self._core.random_bytes(16).hex()

    async def _hold(self, network_id: str, ledger: Ledger) -> None:
        """Get the lease and keep it, for as long as the process lives."""
        name = f"switchboard:{network_id}"
        while True:
            try:
                async with self._core.database.write() as tx:
                    if ledger.lease is None:
                        ledger.lease = await leases.acquire(
                            tx, name, self._holder, ttl_s=LEASE_S
                        )
                    else:
                        await leases.renew(tx, ledger.lease, ttl_s=LEASE_S)
                        await ledger.keep_waits(tx, self._core.clock.now())
            except LeaseLost:
                ledger.lease = None
                log.warning("lease_lost", network_id=network_id)
            except StorageError as error:
                log.warning("lease_not_renewed", exc_info=error)
            await asyncio.sleep(RENEW_S if ledger.lease else RENEW_S / 3)

    # -------------------------------------------------------------- use

    def of(self, network_id: str) -> Desk:
        """Return the desk of a network.

        Raises:
            NotFound: there is no such network.
        """
        desk = self._desks.get(network_id)
        if desk is None:
            raise NotFound
        return desk

    async def submit(self, network_id: str, events: Sequence[Event]) -> None:
        """Apply and commit events; see `server.services.Desk`."""
        await self.of(network_id).submit(*events)

    def waiting(self, network_id: str) -> tuple[WaitingPatient, ...]:
        """Return who waits, in order; nobody while the desk is being rebuilt."""
        switchboard = self.of(network_id).switchboard
        return switchboard.waiting() if switchboard else ()

    def on_duty(self, network_id: str) -> tuple[PractitionerOnDuty, ...]:
        """Return who is on duty; nobody while the desk is being rebuilt."""
        switchboard = self.of(network_id).switchboard
        return switchboard.practitioners() if switchboard else ()

    def line(self, network_id: str) -> Line | None:
        """Return the line to estimate waits from; None while the desk is being rebuilt."""
        switchboard = self.of(network_id).switchboard
        return self._ledgers[network_id].waits.line(switchboard) if switchboard else None

    @property
    def by_network(self) -> Mapping[str, Desk]:
        """Every desk."""
        return self._desks

    async def ready(self, timeout_s: float) -> None:
        """Wait until every waiting room is there.

        Raises:
            Starting: one of them is not, after `timeout_s`.
        """
        try:
            async with asyncio.timeout(timeout_s):
                for desk in self._desks.values():
                    await desk.ready()
        except TimeoutError:
            raise Starting from None

    async def close(self) -> None:
        """Stop, and give the leases back so that another process need not wait."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(StorageError):
            async with self._core.database.write() as tx:
                for ledger in self._ledgers.values():
                    if ledger.lease is not None:
                        await ledger.keep_waits(tx, self._core.clock.now())
                        await leases.release(tx, ledger.lease)

"""The desks that are in this process: of each network whose home it is.

Which networks those are, the leases say (`server.live.homes`). Here they are started under a
lease that is held, stopped when it is not, and found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.ending import end
from server.errors import NotFound
from server.services import Core
from server.storage.database import Tx
from server.storage.leases import Lease
from server.waiting.desk import Desk, Ports
from server.waiting.estimate import Line
from server.waiting.ledger import Ledger
from server.waiting.posting import StartOf
from server.waiting.watching import Several, Watcher
from signaling.effects import Send
from signaling.events import Event
from signaling.limits import Limits
from signaling.participants import PractitionerOnDuty, WaitingPatient


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """What a desk needs from the home that it is in; see `server.waiting.desk.Ports`."""

    tell: Callable[[Sequence[Send]], None]
    connected: Callable[[], Sequence[Event]]
    resync: Callable[[], None]
    start_of: StartOf


@dataclass(frozen=True, slots=True)
class _Open:
    desk: Desk
    ledger: Ledger
    task: asyncio.Task[None]


class Desks:
    """The desks of this process."""

    def __init__(self, core: Core, *, limits: Limits, watch: Callable[[str], Watcher]) -> None:
        """Start with none.

        Args:
            core: what everything stands on.
            limits: of every waiting room.
            watch: gives the watcher of a network's desk.
        """
        self._core = core
        self._watch = watch
        self._limits = limits
        self._open: dict[str, _Open] = {}

    def open(self, network_id: str, lease: Lease, ports: DeskPorts) -> Desk:
        """Start the desk of a network under a lease that is held; it rebuilds its room."""
        core = self._core
        ledger = Ledger(
            network_id,
            core.keyring,
            self._limits,
            self._new_id,
            core.settings.matching.chosen(),
            ports.start_of,
            core.rulebooks,
            lease=lease,
        )
        desk = Desk(
            Ports(
                clock=core.clock,
                database=core.database,
                ledger=ledger,
                tell=ports.tell,
                connected=ports.connected,
                resync=ports.resync,
                new_id=self._new_id,
                watcher=Several(ledger.waits, self._watch(network_id)),
            )
        )
        task = asyncio.get_running_loop().create_task(desk.run())
        self._open[network_id] = _Open(desk, ledger, task)
        return desk

    def _new_id(self) -> str:
        return self._core.random_bytes(16).hex()

    async def close(self, network_id: str) -> None:
        """Stop the desk of a network, if it is here."""
        found = self._open.pop(network_id, None)
        if found is not None:
            await end({found.task})

    # -------------------------------------------------------------- use

    def of(self, network_id: str) -> Desk:
        """Return the desk of a network.

        Raises:
            NotFound: it is not in this process.
        """
        found = self._open.get(network_id)
        if found is None:
            raise NotFound
        return found.desk

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
        return self._open[network_id].ledger.waits.line(switchboard) if switchboard else None

    @property
    def by_network(self) -> Mapping[str, Desk]:
        """Every desk of this process."""
        return {network_id: one.desk for network_id, one in self._open.items()}

    async def keep_waits(self, tx: Tx, network_id: str) -> None:
        """Write what a desk learned about waits, if it is not written yet."""
        found = self._open.get(network_id)
        if found is not None:
            await found.ledger.keep_waits(tx, self._core.clock.now())

"""Who is there, told to the waiting room of one network at its home.

    a page opens, a page closes --> presence.py: a short hesitation --> the waiting room
                                                                   `--> the call, if any
    the waiting room is rebuilt --> who is connected right now

What it is not: what pages are shown (`server.live.hub`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from server.access import Principal
from server.live.calls import CallBook
from server.live.cards import recipient_of_practitioner
from server.live.connections import Connection, Connections
from server.live.live_call import LiveCall
from server.live.presence import PresenceReporter
from server.live.settling import Settling
from server.live.windows import Windows
from server.waiting.desks import Desks
from signaling import events
from signaling.identifiers import EncounterId, PractitionerId
from signaling.presence import PresenceState


@dataclass(frozen=True, slots=True)
class PresencePorts:
    """What follows when somebody is there, or gone.

    Attributes:
        look_at_legs: lets those have legs who wait or are rung, of a network's encounter.
        changed: has the pages of an encounter told that it changed.
        watch_practitioner: sees to it that a call whose practitioner is gone is given back.
        spawn: runs something after this.
    """

    look_at_legs: Callable[[str, str], Awaitable[None]]
    changed: Callable[[str], None]
    watch_practitioner: Callable[[LiveCall], None]
    spawn: Callable[[Coroutine[Any, Any, object]], None]


class HubPresence:
    """Who of one network is there."""

    def __init__(
        self,
        network_id: str,
        desks: Desks,
        connections: Connections,
        calls: CallBook,
        windows: Windows,
        settling: Settling,
        ports: PresencePorts,
        *,
        hesitation_s: float,
    ) -> None:
        """Prepare.

        Args:
            network_id: whose people.
            desks: the waiting rooms.
            connections: who is there.
            calls: those that are going on.
            windows: decide which of several of one person stays.
            settling: when practitioners may be seen.
            ports: what follows.
            hesitation_s: how long an absence must last to be reported.
        """
        self._network_id = network_id
        self._desks = desks
        self._connections = connections
        self._calls = calls
        self._windows = windows
        self._settling = settling
        self._ports = ports
        self._reporter = PresenceReporter(
            partial(self._report, here=True),
            partial(self._report, here=False),
            hesitation_s=hesitation_s,
        )

    async def arrived(self, connection: Connection) -> None:
        """A page is there: its person is, and of several windows one stays."""
        # Who came back by another node before they were missed is not seen anew.
        others = len(self._connections.of(connection.recipient)) > 1
        missed = self._reporter.is_leaving(connection.recipient)
        known = others and not missed and self._is_here(connection.principal)
        if self._windows.opened(connection) and not known:
            await self._reporter.arrived(connection.recipient, connection.network_id)

    def closed(self, connection: Connection) -> None:
        """A page is gone; somebody's last one is an absence."""
        if not self._connections.of(connection.recipient):
            self._reporter.departed(connection.recipient, connection.network_id)

    def connected(self, network_id: str) -> Sequence[events.Event]:
        """Return events that say who is connected right now, for a desk that was rebuilt."""
        here = [one for one in self._connections.all() if one.network_id == network_id]
        patients = {one.principal.encounter_id or "" for one in here} - {""}
        practitioners = {one.principal.practitioner_id or "" for one in here} - {""}
        return [
            *(events.PatientSeen(EncounterId(one)) for one in sorted(patients)),
            *(events.PractitionerSeen(PractitionerId(one)) for one in sorted(practitioners)),
        ]

    async def submit(self, network_id: str, event: events.Event) -> None:
        """Have the waiting room know, then whoever looks at this patient."""
        if isinstance(event, events.PractitionerSeen):
            await self._settling.wait()  # nobody is offered to who has not been seen
            if not self._connections.of(recipient_of_practitioner(event.practitioner_id)):
                return  # gone meanwhile
        await self._desks.of(network_id).submit(event)
        if isinstance(event, events.PatientSeen | events.PatientLost):
            await self._ports.look_at_legs(network_id, event.encounter_id)
            await self._settling.wait()  # pages are shown their own state first
            self._ports.changed(event.encounter_id)

    async def close(self) -> None:
        """Stop reporting: the home ends."""
        await self._reporter.close()

    async def _report(self, recipient: str, network_id: str, *, here: bool) -> None:
        kind, _, name = recipient.partition(":")
        event: events.Event
        if kind == "patient":
            encounter = EncounterId(name)
            event = events.PatientSeen(encounter) if here else events.PatientLost(encounter)
            live = self._calls.get(name)
        elif kind == "practitioner":
            who = PractitionerId(name)
            event = events.PractitionerSeen(who) if here else events.PractitionerLost(who)
            live = self._calls.of_practitioner(name)
        else:
            return
        if live is not None:
            self._calls.tell_state(live)
            if kind == "practitioner" and not here:
                self._ports.watch_practitioner(live)
        self._ports.spawn(self.submit(network_id, event))

    def _is_here(self, who: Principal) -> bool:
        """Tell whether somebody is in line, and known to be there."""
        switchboard = self._desks.of(self._network_id).switchboard
        if switchboard is None or who.encounter_id is None:
            return False
        patient = switchboard.patient(EncounterId(who.encounter_id))
        return patient is not None and patient.presence is PresenceState.PRESENT

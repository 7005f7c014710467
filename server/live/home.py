"""The home of one network: everything live of it, in one process, while its lease is held.

    opened   the desk rebuilds the waiting room from the database; calls and legs are taken up;
             sockets come to it through its door
    closed   it forgets everything: calls go on where they are, and the next home takes them up

What a home writes is written under its lease, so that one which has lost it without knowing
changes nothing. It knows sockets only as visitors (`doors`), wherever they are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from server.console.commands import PractitionerCommands
from server.ice_servers import servers_of
from server.live.application import LiveApplication
from server.live.call_ports import CallPorts
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.doors import Line, Notice, Visitor
from server.live.evidence import EvidenceBook
from server.live.hub import LiveHub
from server.live.leg_ports import LegPorts, recipient_of_seat
from server.live.leg_reports import LegReports
from server.live.legs import LegBook
from server.live.mismatches import tell_mismatch
from server.live.oversight import Oversight
from server.live.patient import PatientCommands
from server.live.recent import RecentCommands
from server.live.reports import ReportBook
from server.live.settling import Nodes, Settling
from server.live.showing import AuditedPresenter
from server.live.staffing import StaffingWatch, Telling
from server.live.streams import StreamBook
from server.live.threshold import Threshold
from server.relays.pool import RelayPool
from server.services import Services, reason_of
from server.storage.leases import Lease
from server.waiting.desks import DeskPorts, Desks
from signaling.effects import Send
from signaling.events import Event
from signaling.messages import Ack, CommandBase


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all homes of a process have in common.

    Attributes:
        desks: where the desk of each home is found.
        relays: carry media.
        oversight: watches.
        nodes: those that were heard of just now, for `Settling`.
    """

    desks: Desks
    relays: RelayPool
    oversight: Oversight
    nodes: Nodes


class Home:
    """Implements `server.live.doors.Door` for its network."""

    def __init__(
        self,
        network_id: str,
        services: Services,
        around: Surroundings,
        line: Line,
        still_ours: Callable[[], Awaitable[bool]],
    ) -> None:
        """Put it together; `open` starts it.

        Args:
            network_id: whose home.
            services: what its commands may ask for; its database writes under the lease.
            around: what it shares with other homes.
            line: leads to every socket of the network.
            still_ours: tells whether the lease is; for what no lease is checked with.
        """
        self.network_id = network_id
        self._still_ours = still_ours
        self._services = services
        self._around = around
        settings = services.settings
        streams = StreamBook(services.random_bytes(6).hex())
        self._connections = Connections(line, streams, backlog_max=settings.send_queue_max)
        self._presenter = AuditedPresenter(services, around.desks, around.oversight.operations)
        relays = around.relays if settings.calls == "relay" else None
        self.legs = LegBook(services, relays)
        self.calls = CallBook(services, self.legs)
        self.evidence = EvidenceBook(services, around.relays, network_id=network_id)
        self.hub = LiveHub(
            services,
            network_id,
            around.desks,
            self._connections,
            self._presenter,
            self.calls,
            self.legs,
            Settling(around.nodes),
        )
        self._watch = StaffingWatch(
            services,
            around.desks,
            self._connections,
            Telling(self.hub.encounter_changed, self.hub.wait_changed),
        )
        self._threshold = Threshold()
        self._join()
        self._application = self._applied()

    def _join(self) -> None:
        """Let the parts know each other."""
        self._connections.closed = self.hub.presence.closed
        self._presenter.calls, self._presenter.openings = self.calls, self._watch.openings
        self.evidence.changed = self.hub.chart_changed
        self.calls.ports = self._call_ports()
        self.legs.ports = self._leg_ports()

    def _applied(self) -> LiveApplication:
        services, desks, hub = self._services, self._around.desks, self.hub
        return LiveApplication(
            services=services,
            connections=self._connections,
            hub=hub,
            calls=self.calls,
            legs=self.legs,
            patients=PatientCommands(
                services, desks, self.calls, self.legs, hub.encounter_changed, hub.chart_changed
            ),
            practitioners=PractitionerCommands(
                services, desks, self.calls, self.legs, self.evidence, hub.windows
            ),
            recent=RecentCommands(),
        )

    def _call_ports(self) -> CallPorts:
        reports = ReportBook(self.evidence, self._services.clock)

        def connected(network_id: str, encounter_id: str, at: int) -> None:
            self._around.oversight.observatory.connected(network_id, encounter_id, at)
            self.hub.network_changed(network_id)
            # The chart says that they see each other: what it asks for before care is now due.
            self.hub.encounter_changed(encounter_id)

        def ended(encounter_id: str) -> None:
            reports.ended(encounter_id)
            self.evidence.ended(encounter_id)

        return CallPorts(
            tell=self._connections.tell,
            present=lambda recipient: bool(self._connections.of(recipient)),
            ice_servers=partial(servers_of, self._services),
            disclose=self._presenter.practitioner_card,
            unauthorized=self.hub.keeper.unauthorized,
            lost=self.hub.keeper.lost,
            connected=connected,
            mismatched=partial(tell_mismatch, self._around.oversight.observatory),
            declared=self.evidence.declared,
            reported=reports.take,
            ended=ended,
        )

    def _leg_ports(self) -> LegPorts:
        reports = LegReports(self.calls)
        return LegPorts(
            tell=lambda encounter_id, seat, event: self._connections.tell(
                recipient_of_seat(encounter_id, seat), event
            ),
            ice_servers=partial(servers_of, self._services),
            direct=self.calls.reroute,
            stalled=reports.stalled,
            flowing=reports.flowing,
            mismatch=reports.mismatch,
            whereabouts=self.hub.keeper.whereabouts,
            observed=self.evidence.begin,
            still_ours=self._still_ours,
        )

    # -------------------------------------------------------------- life

    async def open(self, lease: Lease) -> None:
        """Rebuild the waiting room, and take up what goes on in it.

        Raises:
            StorageError: what goes on could not be read.
        """
        network_id = self.network_id
        ports = DeskPorts(
            tell=self._tell,
            connected=partial(self.hub.presence.connected, network_id),
            resync=partial(self.hub.resync, network_id),
            start_of=self.legs.start,
        )
        self._around.oversight.opened(network_id, self._services.database)
        await self._around.desks.open(network_id, lease, ports).ready()
        await self.hub.keeper.restore(network_id)
        self.legs.open()
        self.hub.start(self.evidence.open())
        self._watch.begin(network_id)

    def _tell(self, sends: Sequence[Send]) -> None:
        """Tell what the desk committed to all who have a part in it."""
        self.hub.tell(self.network_id, sends)
        self._watch.noticed(self.network_id, sends)

    async def close(self) -> None:
        """Stop, and forget; what people do with each other goes on."""
        self._threshold.closed = True
        await self._watch.close()
        await self._around.desks.close(self.network_id)
        await self._around.oversight.left(self.network_id)
        await self.legs.close()
        await self.calls.close()
        await self.evidence.close()
        await self.hub.close()

    # -------------------------------------------------------------- the door

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        """See `Door`."""
        await self._application.opened(visitors)

    def registering(self, node: str) -> Callable[[], None]:
        """See `Door`."""
        return partial(self.hub.settling.registered, node)

    def closed(self, visitor: Visitor) -> None:
        """See `Door`."""
        self._application.closed(visitor)

    async def perform(self, visitor: Visitor, command: CommandBase) -> Ack:
        """See `Door`."""
        return await self._threshold.perform(
            command.id, lambda: self._application.perform(visitor, command)
        )

    async def submit(self, events: Sequence[Event]) -> None:
        """See `Door`."""
        await self._threshold.submit(
            lambda: self._around.desks.of(self.network_id).submit(*events)
        )

    def notice(self, notice: Notice) -> None:
        """See `Door`."""
        match notice.kind:
            case "encounter":
                self.hub.encounter_changed(notice.encounter_id)
            case "chart":
                self.hub.chart_changed(notice.encounter_id, notice.number)
            case "given_back":
                self.hub.given_back(notice.encounter_id, notice.name)
            case "device":
                self.hub.replace_device(notice.encounter_id, notice.name)
            case "session_over":
                self.hub.leaving.session_over(notice.name, reason_of(notice.number))

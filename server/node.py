"""A web node: the sockets and HTTP of one process, and the homes that are in it.

    sockets --> gateway --> edge --door--> a home, here or elsewhere
    HTTP -----> services --------door-->

It can be home to any network; which ones, the leases say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from aiohttp import web

from server.access import Principal
from server.http import wiring
from server.live.application import address
from server.live.edge import Edge
from server.live.gateway import Application, Gateway
from server.live.home import Home, Surroundings
from server.live.homes import Held, Homes, lease_of
from server.live.node_ports import NodeDesk, NodeHub
from server.live.oversight import Oversight
from server.live.rate import TokenBucket
from server.live.transport import StrictServer
from server.metrics.observatory import Observatory
from server.relays.pool import RelayPool
from server.services import Core, Services
from server.storage.fencing import Fenced
from server.waiting.desks import Desks

PACKETS_PER_COMMAND = 2  # a transport that sends more than this is a flood


@dataclass(frozen=True, slots=True)
class Node:
    """The parts of a web node that are started and stopped."""

    app: web.Application
    edge: Edge
    homes: Homes
    hub: NodeHub
    oversight: Oversight

    @classmethod
    def assembled(
        cls, core: Core, holder: str, observatory: Observatory, relays: RelayPool
    ) -> Node:
        """Put it together; nothing is started."""
        settings = core.settings
        sockets = _socket_server(core)
        edge = Edge(sockets, holder, backlog_max=settings.send_queue_max)
        desks = Desks(
            core,
            limits=settings.switchboard,
            watch=lambda network_id: observatory.of(network_id).observer,
        )
        oversight = Oversight.over(core, desks, observatory)
        around = Surroundings(desks=desks, line=edge, relays=relays, oversight=oversight)

        def build(network_id: str, held: Held) -> Home:
            fenced = Fenced(core.database, lease_of(network_id), held.current)
            return Home(network_id, replace(services, database=fenced), around)

        homes = Homes(core, desks, edge, build, holder=holder)
        hub = NodeHub(core, homes, edge)
        services = _services(core, NodeDesk(homes), hub, oversight)

        async def addressed(principal: Principal) -> tuple[str, str]:
            return await address(core, principal)

        Gateway(services, sockets, edge, Application(addressed, homes.door))
        app = web.Application(client_max_size=settings.request_bytes_max)
        wiring.install(app, services)
        sockets.attach(app)

        async def go_away(_app: web.Application) -> None:
            await sockets.go_away()

        app.on_shutdown.append(go_away)
        return cls(app, edge, homes, hub, oversight)

    def network_changed(self, network_id: str) -> None:
        """Have the pages of a network told again, if it is at home here."""
        home = self.homes.get(network_id)
        if home is not None:
            home.hub.network_changed(network_id)

    async def close(self) -> None:
        """Tell nothing more: the process ends."""
        await self.hub.close()
        await self.edge.close()


def _socket_server(core: Core) -> StrictServer:
    settings = core.settings
    return StrictServer(
        message_bytes_max=settings.message_bytes_max,
        packets=lambda: TokenBucket.full(
            per_s=PACKETS_PER_COMMAND * settings.events_per_second_max,
            burst=PACKETS_PER_COMMAND * settings.events_burst_max,
            now=core.clock.now(),
        ),
        now=core.clock.now,
        origins=sorted(settings.origins),
    )


def _services(core: Core, desk: NodeDesk, hub: NodeHub, oversight: Oversight) -> Services:
    return Services(
        settings=core.settings,
        clock=core.clock,
        database=core.database,
        keyring=core.keyring,
        blocking=core.blocking,
        random_bytes=core.random_bytes,
        rulebooks=core.rulebooks,
        audit=core.audit,
        desk=desk,
        hub=hub,
        oversight=oversight,
    )

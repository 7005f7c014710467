"""A web node: the sockets and HTTP of one process, and the homes that are in it.

    sockets --> gateway --> edge --door--> a home, here or elsewhere
    HTTP -----> services --------door-->

It can be home to any network; which ones, the leases say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from aiohttp import web

from server.cluster.cluster import Cluster
from server.cluster.neighbours import Neighbours
from server.draining import DRAIN
from server.http import wiring
from server.live.application import address
from server.live.doors import Line
from server.live.edge import Edge
from server.live.gateway import Application, Gateway
from server.live.held import Held
from server.live.home import Home, Surroundings
from server.live.homes import Homes, lease_of
from server.live.node_ports import NodeDesk, NodeHub, session_over
from server.live.oversight import Oversight
from server.live.rate import TokenBucket
from server.live.registering import Registrar
from server.live.session_watch import SessionWatch
from server.live.transport import StrictServer
from server.metrics.observatory import Observatory
from server.node_settings import farewell_s
from server.relays.pool import RelayPool
from server.services import Core, EndReason, Services
from server.storage import encounters
from server.storage.fencing import Fenced
from server.storage.grouped import Grouped
from server.storage.together import Together
from server.waiting.desks import Desks

PACKETS_PER_COMMAND: Final = 2  # a transport that sends more than this is a flood


@dataclass(frozen=True, slots=True)
class Node:
    """The parts of a web node that are started and stopped."""

    app: web.Application
    edge: Edge
    homes: Homes
    registrar: Registrar
    hub: NodeHub
    oversight: Oversight
    sessions: SessionWatch

    @classmethod
    def assembled(
        cls,
        core: Core,
        holder: str,
        observatory: Observatory,
        relays: RelayPool,
        cluster: Cluster | None,
    ) -> Node:
        """Put it together; nothing is started.

        Args:
            core: what everything stands on.
            holder: this process, as leases and other nodes name it.
            observatory: what is measured.
            relays: carry media.
            cluster: the other nodes; None where there are none.
        """
        settings = core.settings
        sockets = _socket_server(core)
        edge = Edge(sockets, holder, backlog_max=settings.send_queue_max)
        desks = Desks(
            core,
            limits=settings.switchboard,
            watch=lambda network_id: observatory.of(network_id).observer,
        )
        oversight = Oversight.over(core, desks, observatory)
        around = Surroundings(
            desks=desks,
            relays=relays,
            oversight=oversight,
            nodes=frozenset if cluster is None else lambda: cluster.awake,
        )

        def build(network_id: str, held: Held, line: Line) -> Home:
            fenced = Fenced(core.database, lease_of(network_id), held.current)
            # What of its own waits to be entered is not to fail what HTTP enters.
            audit = replace(core.audit, grouped=Grouped())
            own = replace(services, database=fenced, audit=audit)
            return Home(network_id, own, around, line, held.is_ours)

        others = None if cluster is None else Neighbours(cluster, edge)
        homes = Homes(core, desks, edge, build, holder=holder, elsewhere=others)
        registrar = Registrar(homes.register)
        homes.moved = registrar.want
        if others is not None:
            others.listen(homes, registrar)

        edge.session_over = partial(_tell_homes, homes)
        hub = NodeHub(core, homes.door, _ending(edge, others))
        services = Services.over(core, desk=NodeDesk(homes), hub=hub, oversight=oversight)

        known = Together(core.database, encounters.with_ids)
        now = core.clock.now if cluster is None else cluster.now_us
        led = Application(partial(address, core, known), homes.door, registrar.want, now)
        Gateway(services, sockets, edge, led)
        app = _application(services, sockets, homes, cluster)
        watch = SessionWatch.over(core, edge, now=now, away=homes.away)
        return cls(app, edge, homes, registrar, hub, oversight, watch)

    def network_changed(self, network_id: str) -> None:
        """Have the pages of a network told again, if it is at home here."""
        home = self.homes.get(network_id)
        if home is not None:
            home.hub.network_changed(network_id)

    async def close(self) -> None:
        """Tell nothing more: the process ends."""
        await self.registrar.close()
        await self.hub.close()
        await self.edge.close()


def _ending(
    edge: Edge, others: Neighbours | None
) -> Callable[[str, EndReason], Awaitable[None]]:
    """Return what closes the sockets of a session, on every node."""

    async def end_session(id_hash: str, reason: EndReason) -> None:
        edge.end_session(id_hash, reason)
        if others is not None:
            await others.session_ended(id_hash, reason)

    return end_session


def _tell_homes(
    homes: Homes, id_hash: str, reason: EndReason, networks: frozenset[str]
) -> None:
    """Have the homes of a session's people know that it is over."""
    for network_id in networks:
        homes.door(network_id).notice(session_over(id_hash, reason))


def _application(
    services: Services, sockets: StrictServer, homes: Homes, cluster: Cluster | None
) -> web.Application:
    """Return what listens; told to stop, it gives its homes up before it sends sockets on."""
    settings = services.settings
    app = web.Application(client_max_size=settings.request_bytes_max)
    wiring.install(app, services)
    sockets.attach(app)
    if cluster is not None:
        app[DRAIN].then(cluster.drain)
    app[DRAIN].then(homes.close)
    app[DRAIN].then(partial(sockets.go_away, farewell_s(settings, settings.database)))

    async def go_away(_app: web.Application) -> None:
        await sockets.go_away()

    app.on_shutdown.append(go_away)
    return app


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

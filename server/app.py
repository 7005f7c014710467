"""Where everything is put together, and taken apart again in the opposite order.

    settings -> database -> keyring -> desks, hub, relays -> HTTP routes, sockets -> listening

The process answers `/healthz` with 200 once the waiting rooms are rebuilt.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server import auditing, demo
from server.blocking import BoundedPool
from server.clock import Clock, SystemClock
from server.console.commands import PractitionerCommands
from server.delivery.opening import delivering
from server.fhir.pushing import emr_channel
from server.housekeeping import keep_house
from server.http import wiring
from server.ice_servers import servers_of
from server.keyring import Keyring, open_root_keys
from server.live.application import LiveApplication
from server.live.call_ports import CallPorts
from server.live.calls import CallBook
from server.live.connections import Connections
from server.live.evidence import EvidenceBook
from server.live.gateway import Gateway
from server.live.hub import LiveHub
from server.live.leg_ports import LegPorts, recipient_of_seat
from server.live.leg_reports import LegReports
from server.live.legs import LegBook
from server.live.oversight import Oversight
from server.live.patient import PatientCommands
from server.live.presenter import Presenter
from server.live.rate import TokenBucket
from server.live.reports import ReportBook
from server.live.showing import AuditedPresenter
from server.live.staffing import StaffingWatch, Telling
from server.live.standing import ServiceStanding
from server.live.streams import StreamBook
from server.live.transport import StrictServer
from server.logging import get_logger
from server.metrics.deliveries import DeliveryGauges
from server.metrics.log import LogGauges
from server.metrics.observatory import Observatory
from server.metrics.relays import RelayGauges
from server.metrics.standing import StandingGauges
from server.patient_messages.opening import patient_channels
from server.relays.opening import pool_of
from server.relays.pool import RelayPool
from server.retention.replaying import replay_shreds
from server.rulebooks.standing import shipped_book
from server.sequencing.service import Sequencing
from server.services import Core, Services
from server.settings import Settings
from server.spool.opening import limits_of, spooling
from server.spool.spool import Spool
from server.storage import schema, tlog
from server.storage.database import Database, Limits
from server.waiting.desks import Desks
from signaling.effects import Send
from signaling.messages import EventBase

READY_S: Final = 30.0
SHUTDOWN_S: Final = 5.0
RELAY_S: Final = 5.0  # a relay is waited for; without one, calls go direct
EMBEDDED: Final = "embedded"
PACKETS_PER_COMMAND: Final = 2  # a transport that sends more than this is a flood

log = get_logger("app")


@asynccontextmanager
async def running_core(settings: Settings, clock: Clock) -> AsyncIterator[Core]:
    """Open what everything stands on: the database, the keys, the pool."""
    async with AsyncExitStack() as stack:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        await asyncio.to_thread(schema.upgrade, settings.database)
        database = await Database.open(
            settings.database,
            limits=Limits(
                connections_max=settings.database_pool_max, idle_s=settings.database_idle_s
            ),
            keystore_url=settings.keystore,
        )
        stack.push_async_callback(database.close)
        roots = await open_root_keys(settings)
        keyring = Keyring(roots)
        async with database.read() as tx:
            await keyring.check(tx)
        await asyncio.to_thread(shipped_book)  # half a second, before anybody asks
        pool = BoundedPool(settings.blocking_workers_max)
        stack.callback(pool.close)
        spool = Spool(database, keyring, clock, limits_of(settings))
        core = Core(
            settings=settings,
            clock=clock,
            database=database,
            keyring=keyring,
            blocking=pool,
            random_bytes=os.urandom,
            spool=spool,
        )
        stack.push_async_callback(auditing.close, core)
        await replay_shreds(core)  # whatever was restored, before anybody reads it
        await stack.enter_async_context(spooling(spool, settings, roots, os.urandom))
        yield core


@asynccontextmanager
async def running_app(
    settings: Settings, clock: Clock | None = None
) -> AsyncIterator[web.Application]:
    """Build the whole server, ready to listen."""
    async with running_core(settings, clock or SystemClock()) as core:
        relays = pool_of(settings, clock=core.clock, entropy=core.random_bytes)
        if settings.wants_demo:
            await demo.seed(core)
        embedded = settings.database.startswith("sqlite")
        holder = EMBEDDED if embedded else core.random_bytes(8).hex()
        observatory = Observatory(core)
        sequencing = Sequencing(core, holder)
        observatory.instruments.registry.register(RelayGauges(relays.loads))
        observatory.instruments.registry.register(
            LogGauges(sequencing.standing, core.clock.now)
        )
        desks = Desks(
            core,
            holder=holder,
            limits=settings.switchboard,
            watch=lambda network_id: observatory.of(network_id).observer,
        )
        oversight = Oversight.over(core, desks, observatory)
        made = _assemble(core, desks, oversight, relays)
        hub = made.hub
        async with AsyncExitStack() as stack:
            stack.push_async_callback(
                sequencing.close
            )  # last: what the others wrote is taken in
            stack.push_async_callback(oversight.close)
            stack.push_async_callback(hub.close)
            stack.push_async_callback(made.evidence.close)
            stack.push_async_callback(made.calls.close)
            stack.push_async_callback(made.legs.close)
            stack.push_async_callback(desks.close)
            stack.push_async_callback(made.watch.close)
            stack.push_async_callback(relays.close)
            standing = ServiceStanding(core.database, core.spool, made.tell_all)
            stack.push_async_callback(standing.close)
            standing.start()
            if core.spool is not None:
                observatory.instruments.registry.register(
                    StandingGauges(standing, core.spool, core.clock)
                )
            await relays.open()
            await desks.open(made.tell, hub.connected, hub.resync)
            await desks.ready(READY_S)
            await hub.keeper.restore()
            made.legs.open()
            hub.start()
            made.watch.start()
            oversight.start(hub.network_changed)
            sequencing.start()
            stack.callback(asyncio.create_task(keep_house(core, hub, desks)).cancel)
            charts = await stack.enter_async_context(emr_channel(core))
            patients = await stack.enter_async_context(patient_channels(core))
            told = await stack.enter_async_context(
                delivering(core, holder, tlog.latest, [charts, *patients])
            )
            observatory.instruments.registry.register(DeliveryGauges(told, core.clock))
            await relays.settled(RELAY_S)
            yield made.app


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of a server that are started and stopped."""

    app: web.Application
    hub: LiveHub
    calls: CallBook
    legs: LegBook
    watch: StaffingWatch
    evidence: EvidenceBook
    connections: Connections

    def tell_all(self, event: EventBase) -> None:
        """Tell every page something of the moment."""
        self.connections.tell_beside(self.connections.all(), event)

    def tell(self, network_id: str, sends: Sequence[Send]) -> None:
        """Tell what a desk committed to all who have a part in it."""
        self.hub.tell(network_id, sends)
        self.watch.noticed(network_id, sends)


def _assemble(core: Core, desks: Desks, oversight: Oversight, relays: RelayPool) -> Assembled:
    settings = core.settings
    connections_server = StrictServer(
        message_bytes_max=settings.message_bytes_max,
        packets=lambda: TokenBucket.full(
            per_s=PACKETS_PER_COMMAND * settings.events_per_second_max,
            burst=PACKETS_PER_COMMAND * settings.events_burst_max,
            now=core.clock.now(),
        ),
        now=core.clock.now,
        origins=sorted(settings.origins),
    )
    streams = StreamBook(core.random_bytes(6).hex())
    connections = Connections(connections_server, streams, backlog_max=settings.send_queue_max)
    presenter = AuditedPresenter(core, desks, oversight.operations)
    legs = LegBook(core, relays if settings.calls == "relay" else None)
    calls = CallBook(core, legs)
    evidence = EvidenceBook(core, relays)
    hub = LiveHub(core, desks, connections, presenter, calls, legs)
    desks.start_of = legs.start
    watch = StaffingWatch(
        core, desks, connections, Telling(hub.encounter_changed, hub.wait_changed)
    )
    presenter.calls, presenter.openings = calls, watch.openings

    calls.ports = _call_ports(core, connections, presenter, hub, oversight, evidence)
    legs.ports = _leg_ports(core, connections, hub, calls, evidence)
    services = _services(core, desks, hub, oversight)
    live = LiveApplication(
        core=core,
        hub=hub,
        calls=calls,
        legs=legs,
        patients=PatientCommands(
            core, desks, calls, legs, hub.encounter_changed, hub.chart_changed
        ),
        practitioners=PractitionerCommands(services, desks, calls, legs, evidence, hub.windows),
    )
    Gateway(services, connections_server, connections, live.ports())
    app = web.Application(client_max_size=settings.request_bytes_max)
    wiring.install(app, services)
    connections_server.attach(app)

    async def go_away(_app: web.Application) -> None:
        await connections_server.go_away()

    app.on_shutdown.append(go_away)
    return Assembled(app, hub, calls, legs, watch, evidence, connections)


def _call_ports(
    core: Core,
    connections: Connections,
    presenter: Presenter,
    hub: LiveHub,
    oversight: Oversight,
    evidence: EvidenceBook,
) -> CallPorts:
    reports = ReportBook(evidence, core.clock)
    evidence.changed = hub.chart_changed

    def connected(network_id: str, encounter_id: str, at: int) -> None:
        oversight.observatory.connected(network_id, encounter_id, at)
        hub.network_changed(network_id)
        # The chart says that they see each other: what it asks for before care is now due.
        hub.encounter_changed(encounter_id)

    def ended(encounter_id: str) -> None:
        reports.ended(encounter_id)
        evidence.ended(encounter_id)

    return CallPorts(
        tell=connections.tell,
        present=lambda recipient: bool(connections.of(recipient)),
        ice_servers=lambda encounter_id, side: servers_of(core, encounter_id, side),
        disclose=presenter.practitioner_card,
        unauthorized=hub.keeper.unauthorized,
        lost=hub.keeper.lost,
        connected=connected,
        declared=evidence.declared,
        reported=reports.take,
        ended=ended,
    )


def _services(core: Core, desks: Desks, hub: LiveHub, oversight: Oversight) -> Services:
    return Services(
        settings=core.settings,
        clock=core.clock,
        database=core.database,
        keyring=core.keyring,
        blocking=core.blocking,
        random_bytes=core.random_bytes,
        rulebooks=core.rulebooks,
        audit=core.audit,
        desk=desks,
        hub=hub,
        oversight=oversight,
    )


def _leg_ports(
    core: Core,
    connections: Connections,
    hub: LiveHub,
    calls: CallBook,
    evidence: EvidenceBook,
) -> LegPorts:
    reports = LegReports(calls)
    return LegPorts(
        tell=lambda encounter_id, seat, event: connections.tell(
            recipient_of_seat(encounter_id, seat), event
        ),
        ice_servers=lambda encounter_id, side: servers_of(core, encounter_id, side),
        direct=calls.reroute,
        stalled=reports.stalled,
        flowing=reports.flowing,
        mismatch=reports.mismatch,
        whereabouts=hub.keeper.whereabouts,
        observed=evidence.begin,
    )


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the context for serving TLS directly, or None behind a proxy or on localhost."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[web.AppRunner]:
    """Serve until the block ends."""
    async with running_app(settings) as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        try:
            site = web.TCPSite(
                runner, settings.host, settings.port, ssl_context=tls_context(settings)
            )
            await site.start()
            log.info("listening", origin=settings.origin, port=settings.port)
            if settings.redis_url is not None:
                log.warning("redis_not_used", reason="one_process_needs_none")
            yield runner
        finally:
            await runner.cleanup()

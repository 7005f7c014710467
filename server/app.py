"""Where everything is put together, and taken apart again in the opposite order.

    settings -> database -> keyring -> other nodes -> homes, relays -> HTTP, sockets -> door

A process alone listens once its waiting rooms are rebuilt; one of several nodes at once, since
homes may be at others. With the role `web`, what nobody waits for (deliveries, the log,
housekeeping) is another process's: `server.delivery_process`.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from aiohttp import web

from server import auditing, demo
from server.background import background
from server.blocking import BoundedPool
from server.clock import Clock, SystemClock
from server.cluster.cluster import Cluster
from server.cluster.gauges import ClusterGauges
from server.cluster.joining import joined
from server.cluster.watching import watch_bus
from server.ending import end
from server.housekeeping import keep_house, keep_process
from server.http.doorkeeper import DOORKEEPER
from server.http.listening import KEEP_ALIVE_S, GuardedSite, listeners
from server.keyring import Keyring, open_root_keys
from server.live.standing import ServiceStanding
from server.logging import get_logger
from server.metrics.door import DoorGauges
from server.metrics.observatory import Observatory
from server.metrics.relays import RelayGauges
from server.metrics.standing import StandingGauges
from server.node import Node
from server.relays.opening import pool_of
from server.retention.replaying import replay_shreds
from server.rulebooks.standing import shipped_book
from server.services import Core
from server.serving_tls import tls_of
from server.settings import Settings
from server.spool.opening import limits_of, spooling
from server.spool.spool import Spool
from server.storage import schema
from server.storage.database import Database, Limits

READY_S: Final = 30.0
SHUTDOWN_S: Final = 5.0
RELAY_S: Final = 5.0  # a relay is waited for; without one, calls go direct
EMBEDDED: Final = "embedded"
NODE_IDLE_S: Final = 3.0
NODE_STATEMENT_S: Final = 6.0

log = get_logger("app")


@asynccontextmanager
async def running_core(settings: Settings, clock: Clock) -> AsyncIterator[Core]:
    """Open what everything stands on: the database, the keys, the pool."""
    async with AsyncExitStack() as stack:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        await asyncio.to_thread(schema.upgrade, settings.database)
        database = await Database.open(
            settings.database,
            limits=database_limits(settings),
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
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(running_core(settings, clock or SystemClock()))
        relays = pool_of(settings, clock=core.clock, entropy=core.random_bytes)
        if settings.wants_demo:
            await demo.seed(core)
        await auditing.enter_settings(core, settings)
        cluster = await stack.enter_async_context(joined(core)) if settings.in_cluster else None
        holder = _holder(core, cluster)
        observatory = Observatory(core)
        registry = observatory.instruments.registry
        registry.register(RelayGauges(relays.loads))
        made = Node.assembled(core, holder, observatory, relays, cluster)
        does_all = settings.role == "all"
        if does_all:  # closed last: what the others wrote is taken in
            await stack.enter_async_context(background(core, holder, registry))
        stack.push_async_callback(made.oversight.close)
        stack.push_async_callback(made.close)
        stack.push_async_callback(relays.close)
        standing = ServiceStanding(core.database, core.spool, made.edge.tell_beside)
        made.edge.greet = standing.trouble
        stack.push_async_callback(standing.close)
        registry.register(StandingGauges(standing, core.spool, core.clock))
        registry.register(DoorGauges(made.app[DOORKEEPER]))
        if cluster is not None:
            registry.register(ClusterGauges(cluster))
            cluster.on_reconnected(made.sessions.look)
            watching = asyncio.create_task(watch_bus(cluster, standing))
            stack.push_async_callback(end, {watching})
        stack.push_async_callback(end, {asyncio.create_task(made.sessions.run())})
        standing.start()
        stack.push_async_callback(made.homes.close)
        await relays.open()
        await made.homes.look_for_networks()
        await made.homes.ready(READY_S)
        made.oversight.start(made.network_changed)
        look = made.homes.look_for_networks
        chores = keep_house(core, made.hub, look) if does_all else keep_process(core, look)
        stack.push_async_callback(end, {asyncio.create_task(chores)})
        await relays.settled(RELAY_S)
        yield made.app


def database_limits(settings: Settings) -> Limits:
    """Return what bounds the database: one of several nodes keeps and waits for less."""
    near = settings.in_cluster
    idle_s, statement_s = settings.database_idle_s, settings.database_statement_s
    if idle_s is None:
        idle_s = NODE_IDLE_S if near else Limits().idle_s
    if statement_s is None:
        statement_s = NODE_STATEMENT_S if near else Limits().statement_s
    return Limits(
        connections_max=settings.database_pool_max,
        idle_s=idle_s,
        statement_s=statement_s,
        lock_s=min(Limits().lock_s, statement_s),
    )


def _holder(core: Core, cluster: Cluster | None) -> str:
    """Return what leases call this process.

    One that is alone with its database is always called the same: it need not wait until what
    it held before a crash runs out.
    """
    if cluster is not None:
        return cluster.node_id
    embedded = core.settings.database.startswith("sqlite")
    return EMBEDDED if embedded else core.random_bytes(8).hex()


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[web.AppRunner]:
    """Serve until the block ends.

    Raises:
        SettingsError: it cannot be served over TLS as it is set up; nothing was opened.
    """
    tls = tls_of(settings)
    async with running_app(settings) as app, served(settings, app, tls) as runner:
        yield runner


@asynccontextmanager
async def served(
    settings: Settings, app: web.Application, tls: ssl.SSLContext | None
) -> AsyncIterator[web.AppRunner]:
    """Let `app` be reached until the block ends; requests that are being answered still are."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_S,
        keepalive_timeout=KEEP_ALIVE_S,
    )
    await runner.setup()
    try:
        for listener in listeners(settings.host, settings.port):
            await GuardedSite(
                runner,
                listener,
                app[DOORKEEPER].connections,
                within_s=settings.header_read_s,
                tls=tls,
            ).start()
        log.info("listening", origin=settings.origin, port=settings.port)
        yield runner
    finally:
        await runner.cleanup()

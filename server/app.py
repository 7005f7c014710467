"""Where everything is put together, and taken apart again in the opposite order.

    settings -> database -> keyring -> desks, hub, relays -> HTTP routes, sockets -> listening

The process answers `/healthz` with 200 once the waiting rooms are rebuilt.
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
from server.blocking import BoundedPool
from server.clock import Clock, SystemClock
from server.delivery.opening import delivering
from server.fhir.pushing import emr_channel
from server.housekeeping import keep_house
from server.keyring import Keyring, open_root_keys
from server.logging import get_logger
from server.metrics.deliveries import DeliveryGauges
from server.metrics.log import LogGauges
from server.metrics.observatory import Observatory
from server.metrics.relays import RelayGauges
from server.node import Node
from server.patient_messages.opening import patient_channels
from server.relays.opening import pool_of
from server.retention.replaying import replay_shreds
from server.rulebooks.standing import shipped_book
from server.sequencing.service import Sequencing
from server.services import Core
from server.settings import Settings
from server.storage import schema, tlog
from server.storage.database import Database, Limits

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
        keyring = Keyring(await open_root_keys(settings))
        async with database.read() as tx:
            await keyring.check(tx)
        await asyncio.to_thread(shipped_book)  # half a second, before anybody asks
        pool = BoundedPool(settings.blocking_workers_max)
        stack.callback(pool.close)
        core = Core(
            settings=settings,
            clock=clock,
            database=database,
            keyring=keyring,
            blocking=pool,
            random_bytes=os.urandom,
        )
        stack.push_async_callback(auditing.close, core)
        await replay_shreds(core)  # whatever was restored, before anybody reads it
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
        made = Node.assembled(core, holder, observatory, relays)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(
                sequencing.close
            )  # last: what the others wrote is taken in
            stack.push_async_callback(made.oversight.close)
            stack.push_async_callback(made.close)
            stack.push_async_callback(relays.close)
            stack.push_async_callback(made.homes.close)
            await relays.open()
            await made.homes.look_for_networks()
            await made.homes.ready(READY_S)
            made.oversight.start(made.network_changed)
            sequencing.start()
            keeping = keep_house(core, made.hub, made.homes.look_for_networks)
            stack.callback(asyncio.create_task(keeping).cancel)
            charts = await stack.enter_async_context(emr_channel(core))
            patients = await stack.enter_async_context(patient_channels(core))
            told = await stack.enter_async_context(
                delivering(core, holder, tlog.latest, [charts, *patients])
            )
            observatory.instruments.registry.register(DeliveryGauges(told, core.clock))
            await relays.settled(RELAY_S)
            yield made.app


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

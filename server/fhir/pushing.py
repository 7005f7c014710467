"""The channel to record systems as a running server has it: its bundles, keys and connections.

That a chart leaves is in the audit log before it does. A bundle is made for whoever owns the
destination: the network that holds the chart gets all of it, the spa that asked for it the
spa's view, anybody else nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from server import auditing, charting
from server.auditing import Action, AuditEvent
from server.delivery.channels import Delivery
from server.delivery.egress import PublicResolver, guarded_socket
from server.delivery.emr import EmrChannel
from server.delivery.emr_connecting import registration_of
from server.delivery.opening import may_loopback
from server.delivery.smart import Registration, SmartClient
from server.errors import NotFound
from server.fhir.gathering import bundle_of
from server.fhir.signed_chart import View
from server.services import Core
from server.storage import encounters
from server.storage.destinations import Destination
from server.storage.errors import RowMissing

TIMEOUT_S: Final = 60.0
CONNECTIONS_MAX: Final = 16
HEADER_BYTES_MAX: Final = 8_190
ROUTE: Final = "delivery emr"
ID_BYTES: Final = 16
SECOND: Final = 1_000_000


@asynccontextmanager
async def emr_channel(core: Core) -> AsyncIterator[EmrChannel]:
    """Have the channel until the block ends."""
    loopback = may_loopback(core)

    async def registered(item: Delivery) -> Registration | None:
        return await registration_of(core, item)

    async def made(encounter_id: str, to: Destination) -> bytes:
        return await bundle_for(core, encounter_id, to)

    async with _session(loopback=loopback) as session:
        smart = SmartClient(
            session,
            now=lambda: core.clock.now() // SECOND,
            new_id=lambda: core.random_bytes(ID_BYTES).hex(),
            loopback=loopback,
        )
        yield EmrChannel(
            session,
            smart,
            bundle_of=made,
            registration_of=registered,
            loopback=loopback,
        )


async def bundle_for(core: Core, encounter_id: str, to: Destination) -> bytes:
    """Return the bundle of an encounter in the view of whoever owns a destination.

    Raises:
        NotFound: they have no part in it, or the exam is not signed.
        RecordShredded: the exam's record was destroyed.
        AuditUnavailable: that it leaves could not be entered in the audit log.
    """
    try:
        async with core.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
    except RowMissing:
        raise NotFound from None
    organization_id = to.organization_id
    if organization_id not in {encounter.network_id, encounter.spa_id}:
        raise NotFound
    view: View = "network" if organization_id == encounter.network_id else "spa"
    content = await bundle_of(core, encounter_id, view)
    await auditing.record(core, _pushed(core, encounter_id, to))
    return content


def _pushed(core: Core, encounter_id: str, to: Destination) -> AuditEvent:
    """Return that a chart goes to a record system."""
    return AuditEvent(
        action=Action.EXPORTED,
        actor=charting.SYSTEM,
        role=charting.SYSTEM,
        organization_id=to.organization_id,
        encounter_id=encounter_id,
        route=f"{ROUTE} {to.id}",
        at=core.clock.now(),
    )


def _session(*, loopback: bool) -> aiohttp.ClientSession:
    """Return a session that connects to the public internet only, within bounds."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=PublicResolver(loopback=loopback),
            socket_factory=guarded_socket(loopback=loopback),
            use_dns_cache=False,
            force_close=True,  # a name is looked up for every attempt, and counts for it
            limit=CONNECTIONS_MAX,
        ),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        max_line_size=HEADER_BYTES_MAX,
        max_field_size=HEADER_BYTES_MAX,
    )

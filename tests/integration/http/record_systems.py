"""A spa whose exams are pushed to a record system of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.delivery import emr_connecting as connecting
from server.delivery.worker import DeliveryWorker
from server.fhir.pushing import emr_channel
from server.storage import destinations, directory
from server.storage.destinations import Destination
from tests.fhir_servers import RecordSystem, record_system
from tests.integration.http.browsing import Browser, World


@dataclass
class Connected:
    """A spa, and the record system that it has connected."""

    world: World
    spa: Browser
    spa_id: str
    system: RecordSystem
    worker: DeliveryWorker

    async def deliver(self) -> None:
        async with asyncio.timeout(20):
            while await self.worker.step():
                await self.worker.drained()

    async def connect(self, organization_id: str, *, client_id: str = "") -> str:
        services = self.world.services
        async with services.database.write() as tx:
            return await connecting.connect(
                tx,
                services,
                organization_id,
                self.system.base_url,
                client_id=client_id,
                scopes=self.system.scopes,
                algorithm="ES384",
                author="operations",
            )

    async def destination(self, connection: str) -> Destination:
        async with self.world.services.database.read() as tx:
            return await destinations.get(tx, self.world.services.keyring, connection)

    async def trust(self, organization_id: str) -> None:
        """Let the record system look at the keys that are published."""
        path = f"/fhir/clients/{organization_id}/jwks.json"
        listed = await self.world.browser().get(path)
        assert listed.status == 200
        self.system.keys = listed.body["keys"]

    def kinds(self, kind: str) -> list[dict[str, object]]:
        known = self.system.resources.values()
        return [one for one in known if one["resourceType"] == kind]


@asynccontextmanager
async def connected_spa(world: World) -> AsyncIterator[Connected]:
    """Have a record system and who delivers to it; nothing is connected yet."""
    spa = await world.spa()
    async with world.services.database.read() as tx:
        spa_id = (await directory.site(tx, (await world.site(spa))["site_id"])).spa_id
    async with record_system() as system, emr_channel(world.services) as channel:
        system.now = lambda: world.clock.now() / 1_000_000
        worker = DeliveryWorker(
            world.services, {"emr": channel}, holder="test", chance=lambda: 0.5
        )
        yield Connected(world, spa, spa_id, system, worker)
        await worker.close()

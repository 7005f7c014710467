"""A database with a network and a spa, and nothing of the rest of a server."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.delivery.checkpoints import Latest
from server.delivery.webhooks import WebhookChannel
from server.delivery.worker import Bounds, DeliveryWorker
from server.keyring import Keyring
from server.services import Core
from server.settings import Settings
from server.storage import destinations, directory, leases, outbox, outbox_claims
from server.storage import outbox_history as history
from server.storage.database import Database
from server.storage.destinations import Destination, Secret
from server.storage.directory import Organization
from server.storage.faults import ScriptedFaults
from server.storage.outbox import Outgoing
from server.storage.outbox_history import DeliveryRow
from server.storage.schema import upgrade
from tests.fakes import InPlace

SECRET = bytes(range(32))
OLD_SECRET = bytes(range(32, 64))
ROOT_KEY = bytes(32)


@dataclass
class Outbox:
    """What the tests have in hand."""

    core: Core
    clock: ManualClock
    faults: ScriptedFaults

    async def endpoint(self, url: str, name: str = "endpoint") -> Destination:
        now = self.clock.now()
        one = Destination(
            id=name,
            organization_id="spa",
            channel="webhook",
            address=url,
            topics=("encounter.signed",),
            scheme="v1",
            created_by="staff:1",
            created_at=now,
            changed_at=now,
        )
        async with self.core.database.write() as tx:
            await destinations.add(tx, self.core.keyring, one)
            for number, secret in enumerate((OLD_SECRET, SECRET)):
                made = Secret(
                    id=f"{name}-{number}",
                    destination_id=name,
                    secret=secret,
                    public_key=None,
                    created_at=now + number,
                )
                await destinations.rotate(
                    tx, self.core.keyring, one, made, old_until=now + 10**12
                )
        return one

    async def tell(self, *subjects: str) -> list[str]:
        async with self.core.database.write() as tx:
            return [await outbox.put(tx, self.outgoing(one)) for one in subjects]

    def outgoing(self, subject: str) -> Outgoing:
        return Outgoing(
            topic="encounter.signed",
            channel="webhook",
            network_id="network",
            spa_id="spa",
            encounter_id=None,
            subject=subject,
            body={"subject": subject},
            at=self.clock.now(),
        )

    async def rows(self, name: str = "endpoint") -> list[DeliveryRow]:
        async with self.core.database.read() as tx:
            return sorted(await history.latest(tx, name, 100), key=lambda one: one.created_at)

    async def state(self, name: str = "endpoint") -> Destination:
        async with self.core.database.read() as tx:
            return await destinations.get(tx, self.core.keyring, name)

    @asynccontextmanager
    async def worker(
        self,
        *,
        timeout_s: float = 5.0,
        loopback: bool = True,
        lookup: Callable[[str, int], list[str]] | None = None,
        holder: str = "here",
        bounds: Bounds | None = None,
        latest: Latest | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> AsyncIterator[DeliveryWorker]:
        channel = WebhookChannel(loopback=loopback, lookup=lookup, timeout_s=timeout_s, tls=tls)
        worker = DeliveryWorker(
            self.core,
            {channel.name: channel},
            holder=holder,
            chance=lambda: 0.0,
            bounds=bounds,
            latest=latest,
        )
        try:
            yield worker
        finally:
            await worker.close()
            await channel.close()

    async def expire_lease(self) -> None:
        async with self.core.database.write() as tx:
            held = await leases.holder_of(tx, outbox_claims.LEASE)
            assert held is not None
            await leases.acquire(tx, outbox_claims.LEASE, held, 0)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "goodfaith.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
async def box(template: Path, tmp_path: Path) -> AsyncIterator[Outbox]:
    shutil.copy(template, tmp_path / "goodfaith.db")
    settings = Settings(data_dir=tmp_path)
    faults = ScriptedFaults()
    database = await Database.open(settings.database, faults=faults)
    clock = ManualClock()
    core = Core(
        settings=settings,
        clock=clock,
        database=database,
        keyring=Keyring(ROOT_KEY),
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    now = clock.now()
    async with database.write() as tx:
        for one in (
            Organization("network", "network", "Bluebird", None, demo=True, created_at=now),
            Organization("spa", "spa", "Glow", "network", demo=True, created_at=now),
        ):
            await directory.add_organization(tx, one)
    yield Outbox(core, clock, faults)
    await database.close()

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import update

from server import demo
from server.clock import ManualClock
from server.http import wiring
from server.keyring import Keyring
from server.rulebooks.changing import Act
from server.services import Services
from server.settings import Settings
from server.storage import schema
from server.storage.database import Database
from server.storage.tables import organizations
from tests.fakes import InPlace, QuietOversight, RecordingDesk, RecordingHub
from tests.integration.http.browsing import World
from tests.integration.http.packets import Reviewer, reviewer, signed_off, submitted
from tests.matrix import rows as matrix_rows

ROOT_KEY = bytes(range(32))


# The clock of these tests stands still: whoever has asked enough gets nothing back, and a pause
# would be a real one.
STILL: Mapping[str, Any] = {
    "requests_per_address_burst": 100_000,
    "requests_per_session_burst": 100_000,
    "sign_ins_per_address_burst": 100_000,
    "attempts_pause_max_s": 0,
}


# Hundreds of tests sign somebody in. No server can be set to so little work for a hash.
WEAK: Mapping[str, Any] = {
    "argon2_time_cost": 1,
    "argon2_memory_kib": 8,
    "argon2_parallelism": 1,
}


def settings_in(folder: Path, more: Mapping[str, Any] | None = None) -> Settings:
    checked = Settings(data_dir=folder, demo=True, **{**STILL, **(more or {})})
    return checked.model_copy(update=WEAK)


@asynccontextmanager
async def services_in(
    folder: Path, more: Mapping[str, Any] | None = None
) -> AsyncIterator[Services]:
    settings = settings_in(folder, more)
    database = await Database.open(settings.database)
    try:
        yield Services(
            settings=settings,
            clock=ManualClock(),
            database=database,
            keyring=Keyring(ROOT_KEY),
            blocking=InPlace(),
            random_bytes=os.urandom,
            desk=RecordingDesk(),
            hub=RecordingHub(),
            oversight=QuietOversight(),
        )
    finally:
        await database.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo network, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("seeded")
    schema.upgrade(settings_in(folder).database)

    async def seed() -> None:
        async with services_in(folder) as services:
            assert await demo.seed(services)

    asyncio.run(seed())
    return folder


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A web client as the build leaves it."""
    built = tmp_path / "dist"
    for page in ("join", "console", "portal", "ops"):
        (built / page).mkdir(parents=True)
        (built / page / "index.html").write_text(f"<title>{page}</title>", encoding="utf-8")
    (built / "assets").mkdir()
    (built / "assets" / "join-abc123.js").write_text("export {};", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not for you", encoding="utf-8")
    return built


@pytest.fixture
def more_settings() -> Mapping[str, Any]:
    """What a test wants set besides."""
    return {}


@asynccontextmanager
async def serving(services: Services, dist: Path) -> AsyncIterator[World]:
    """Serve these services, and close what tests opened."""
    app = web.Application()
    wiring.install(app, services, dist=dist)
    server = TestServer(app)
    await server.start_server()
    clock, desk, hub = services.clock, services.desk, services.hub
    assert isinstance(clock, ManualClock)
    assert isinstance(desk, RecordingDesk)
    assert isinstance(hub, RecordingHub)
    there = World(server, services, services.settings, clock, desk, hub)
    try:
        yield there
    finally:
        for browser in there.browsers:
            await browser.http.close()
        await server.close()


@pytest.fixture
async def world(
    seeded: Path, tmp_path: Path, dist: Path, more_settings: Mapping[str, Any]
) -> AsyncIterator[World]:
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    async with services_in(folder, more_settings) as services, serving(services, dist) as there:
        yield there


@pytest.fixture
async def everybody(
    seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Services]:
    """A database with somebody of every role, organization, relation and proof.

    They are refused thousands of times: that is counted, as in a flood, and no entry each.
    """
    monkeypatch.setattr("server.auditing.floods.DENIALS_MAX", 0)
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    async with services_in(folder) as services:
        await matrix_rows.write(services)
        yield services


@pytest.fixture
async def act(world: World) -> Act:
    """What signed reviews off, to be taken back by."""
    return await signed_off(world)


@pytest.fixture
async def avery(world: World, act: Act) -> Reviewer:
    """Avery, MD in Arizona, and a packet from Scottsdale that nobody has yet."""
    assert act.reference
    return await reviewer(world, "avery", await submitted(world, await world.spa()))


@pytest.fixture
async def real(world: World) -> World:
    """A world whose network is no demo network."""
    async with world.services.database.write() as tx:
        await tx.execute(update(organizations).values(demo=False))
    return world

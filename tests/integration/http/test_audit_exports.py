"""Files of the audit log are made one at a time for a network: each takes what others need."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from server import accounts
from server.access import Role
from server.http.audit import EXPORTS_MAX
from tests.enrolled import PASSWORD, add_staff
from tests.integration.http.browsing import Answer, Browser, World
from tests.integration.http.conftest import services_in, serving

FILE = "/api/v1/compliance/audit.csv"
REFUSED_S = 10.0
T = TypeVar("T")


class Slow:
    """A pool that takes as long as it is told to."""

    def __init__(self) -> None:
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        async def done() -> T:
            await self.goes_on.wait()
            return work()

        return done()


@pytest.fixture
def pool() -> Slow:
    return Slow()


@pytest.fixture
async def slow(seeded: Path, tmp_path: Path, dist: Path, pool: Slow) -> AsyncIterator[World]:
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    async with (
        services_in(folder) as services,
        serving(replace(services, blocking=pool), dist) as there,
    ):
        yield there


async def officer(world: World) -> Browser:
    return await world.signed_in("ops", "compliance")


async def officer_of_another(world: World, name: str) -> Browser:
    services = world.services
    async with services.database.write() as tx:
        other = await accounts.add_network(tx, services, name)
    await add_staff(services, "ops", other.organization_id, name, Role.COMPLIANCE)
    browser = world.browser()
    form = {"login": name, "password": PASSWORD}
    assert (await browser.post("/api/v1/ops/session", form)).status == 200
    return browser


def asks(browser: Browser) -> asyncio.Task[Answer]:
    return asyncio.create_task(browser.get(FILE))


async def refused_of(*asked: asyncio.Task[Answer]) -> Answer:
    """Return the one answer that comes while files are being made."""
    first_of_all = asyncio.FIRST_COMPLETED
    done, _ = await asyncio.wait(asked, return_when=first_of_all, timeout=REFUSED_S)
    (first,) = done
    return first.result()


async def test_of_two_exports_at_once_one_is_made_and_the_other_refused(
    slow: World, pool: Slow
) -> None:
    browser, heron = await officer(slow), await officer_of_another(slow, "heron")
    pool.goes_on.clear()
    mine = asks(browser), asks(browser)
    refused = await refused_of(*mine)
    assert refused.refusal == (409, "audit_export_running")
    assert refused.body["error"]["retry"] is True
    theirs = asks(heron)
    pool.goes_on.set()
    assert sorted(one.status for one in await asyncio.gather(*mine)) == [200, 409]
    assert (await theirs).status == 200, "another network waits for nobody"
    assert (await browser.get(FILE)).status == 200


async def test_two_networks_at_once_are_all_that_this_process_makes(
    slow: World, pool: Slow
) -> None:
    browsers = [await officer_of_another(slow, name) for name in ("heron", "ibis", "egret")]
    pool.goes_on.clear()
    asked = [asks(one) for one in browsers]
    refused = await refused_of(*asked)
    assert refused.refusal == (409, "audit_export_running")
    pool.goes_on.set()
    assert sorted([one.status for one in await asyncio.gather(*asked)]) == [200, 200, 409]


async def test_after_an_export_that_failed_the_place_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await officer(world)
    with monkeypatch.context() as small:
        small.setattr("server.http.audit.CHUNK", 1)
        small.setattr("server.http.audit.EXPORTED_MAX", 0)
        for _ in range(2):
            assert (await browser.get(FILE)).refusal == (409, "audit_export_too_large")
    assert (await browser.get(FILE)).status == 200


async def test_one_account_makes_so_many_files_and_others_go_on(world: World) -> None:
    browser, heron = await officer(world), await officer_of_another(world, "heron")
    for _ in range(EXPORTS_MAX):
        assert (await browser.get(FILE)).status == 200
    assert (await browser.get(FILE)).refusal == (429, "too_many_attempts")
    assert (await heron.get(FILE)).status == 200
    world.clock.advance(world.settings.attempts_window_s + 1)
    again = await officer(world)
    assert (await again.get(FILE)).status == 200

"""PostgreSQL stops under open pages: they say so, and stop saying so."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.stage import DESKTOP, Stage, take_over
from tests.clients import scene
from tests.cluster.postgres import stoppable_postgres
from tests.servers import running_server

AWAY_MS = 15_000


@pytest.mark.postgres
async def test_pages_say_that_the_records_are_away_and_that_the_place_is_kept(
    browser: Browser, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(stoppable_postgres())
        server = stack.enter_context(running_server(tmp_path, database_url=postgres.url))
        clinic = await stack.enter_async_context(scene(server))
        stage = Stage(server, browser, clinic, stack, tmp_path)
        ana, _ = await stage.ready("Ana Ortiz")
        await ana.wait()
        console = await stage.console("avery")
        portal = await stage.portal()
        context = await stage.context(DESKTOP, media=False)
        await take_over(await clinic.staff_page("ops", "ops"), context)
        ops = await context.new_page()
        await ops.goto(f"{server.url}/ops")
        # Each is told what happens now: a page that only loads would not hear of it.
        await expect(ops.get_by_test_id("ops-waiting-total")).to_have_text("1", timeout=AWAY_MS)
        await clinic.request("Ben Soto")
        await portal.page.get_by_text("Ben Soto").first.wait_for(timeout=AWAY_MS)
        said = [
            (ana.page, "database-away", "place in line is kept"),
            (console.page, "database-away", "everybody keeps their place"),
            (portal.page, "database-away", "send it again when this message is gone"),
            (ops, "service-trouble", "The database does not answer."),
        ]
        await asyncio.to_thread(postgres.stop)
        for page, name, words in said:
            notice = page.get_by_test_id(name)
            await notice.wait_for(timeout=AWAY_MS)
            assert words in await notice.inner_text()
        await asyncio.to_thread(postgres.start)
        for page, name, _ in said:
            await page.get_by_test_id(name).wait_for(state="detached", timeout=AWAY_MS)
        assert stage.errors == []

"""One server and one Chromium for the whole folder; a fresh context for every person."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from tests.browser.chromium import launch_options
from tests.browser.stage import Stage
from tests.clients import scene
from tests.servers import RunningServer, running_server

FAILED: Final = pytest.StashKey[bool]()
SHOWN_MS: Final = 5_000
SHOWN_MAX: Final = 6_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder share one loop, since they share one browser."""
    folder = Path(__file__).parent
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("server")
    with running_server(
        folder, calls="relay", relay_port="0", alert_clear_hold_s="2"
    ) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(**launch_options())
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    request: pytest.FixtureRequest, server: RunningServer, browser: Browser, tmp_path: Path
) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        clinic = await stack.enter_async_context(scene(server))
        yield Stage(server, browser, clinic, stack, tmp_path)
        if request.node.stash.get(FAILED, False):
            await show_pages(browser)


async def show_pages(browser: Browser) -> None:
    """Write what each page says: where a test failed, that is half of why."""
    for page in [page for context in browser.contexts for page in context.pages]:
        try:
            shown = await page.locator("body").aria_snapshot(timeout=SHOWN_MS)
        except PlaywrightError as error:
            shown = str(error)
        sys.stdout.write(f"--- {page.url} ---\n{shown[:SHOWN_MAX]}\n")

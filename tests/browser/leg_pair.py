"""Chromium pages in the seats of a relay, closed again whatever happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from media.control_client import ControlClient
from media.control_messages import CloseLeg
from media.ice_effects import LegId
from tests.browser.leg_page import as_it_is, seat


@asynccontextmanager
async def opened(browser: Browser, url: str) -> AsyncIterator[Page]:
    """Open the page in a context of its own."""
    context = await browser.new_context(permissions=["camera", "microphone"])
    try:
        page = await context.new_page()
        await page.goto(url)
        yield page
    finally:
        await context.close()


@asynccontextmanager
async def seated(
    control: ControlClient,
    page: Page,
    leg: LegId,
    changed: Callable[[str], str] = as_it_is,
) -> AsyncIterator[None]:
    """Let a page be that leg, and close it at the end; see `seat`."""
    try:
        await seat(control, page, leg, changed)
        yield
    finally:
        await control.ask(CloseLeg(leg))

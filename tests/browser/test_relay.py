"""Two Chromium pages through the relay process: each decodes the other's picture and sound."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from media.control_client import ControlClient
from media.control_messages import AskStats, Link
from media.ice_effects import LegId
from tests.browser.leg_page import (
    ACCEPT,
    SHOWN,
    goes_on,
    received,
    restart,
    seat,
    served_page,
)
from tests.relays import PATIENCE_S, RunningRelay, running_relay, told

# DTLS 1.2 and the names that IANA gives the relay's suites.
AGREED = [
    ("FEFD", f"TLS_ECDHE_ECDSA_WITH_{suite}")
    for suite in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with running_relay(tmp_path_factory.mktemp("relay")) as running:
        yield running


async def seated(
    control: ControlClient, browser: Browser, url: str, leg: LegId
) -> tuple[BrowserContext, Page]:
    """Open a page in a context of its own and let it be that leg."""
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.goto(url)
    await seat(control, page, leg)
    return context, page


@pytest.mark.safeguard("V17.2.2")
async def test_two_pages_see_and_hear_each_other(relay: RunningRelay, browser: Browser) -> None:
    one, other = LegId("patient"), LegId("practitioner")
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
    ):
        first, patient = await seated(control, browser, url, one)
        second, practitioner = await seated(control, browser, url, other)
        await control.ask(Link(one, other))
        await asyncio.gather(patient.evaluate(ACCEPT), practitioner.evaluate(ACCEPT))
        for page in (patient, practitioner):
            found = await received(page, 30)
            assert found["state"] == "connected"
            assert found["video"]["decoded"] >= 30
            assert found["video"]["lost"] == 0
            assert found["audio"]["samples"] > 0
            assert found["audio"]["energy"] > 0
            assert "AES" in found["srtp"]
            assert (found["version"], found["dtls"]) in AGREED
        stats: Any = await control.ask(AskStats())
        assert stats["legs"][one]["forwarded"] > 30
        assert stats["legs"][other]["forwarded"] > 30
        assert stats["socket"]["failures"] == 0
        await first.close()
        await second.close()


async def test_ice_restarts_over_the_same_handshake_while_media_flows(
    relay: RunningRelay, browser: Browser
) -> None:
    one, other = LegId("restarts"), LegId("stays")
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
    ):
        first, restarts = await seated(control, browser, url, one)
        second, stays = await seated(control, browser, url, other)
        await control.ask(Link(one, other))
        await asyncio.gather(restarts.evaluate(ACCEPT), stays.evaluate(ACCEPT))
        await stays.evaluate(SHOWN, "10")
        await restart(control, restarts, one)
        for page in (restarts, stays):
            await goes_on(page)
        await first.close()
        await second.close()


async def test_a_reloaded_page_comes_back_on_another_leg_and_the_other_page_goes_on(
    relay: RunningRelay, browser: Browser
) -> None:
    one, other, again = LegId("before"), LegId("watching"), LegId("after")
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
    ):
        first, reloaded = await seated(control, browser, url, one)
        second, watching = await seated(control, browser, url, other)
        await control.ask(Link(one, other))
        await asyncio.gather(reloaded.evaluate(ACCEPT), watching.evaluate(ACCEPT))
        await watching.evaluate(SHOWN, "10")
        await reloaded.reload()
        await seat(control, reloaded, again)
        await control.ask(Link(again, other))
        await reloaded.evaluate(ACCEPT)
        await told(control, "keyframe_seen", again)
        for page in (reloaded, watching):
            await goes_on(page)
        # The page that stayed was told nothing, and knows of one stream that went on.
        found = await received(watching, 1)
        assert found["state"] == "connected"
        assert found["streams"] == 1
        await first.close()
        await second.close()

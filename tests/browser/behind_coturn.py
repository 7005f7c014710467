"""Through coturn to the relay, over UDP and over TCP, from where the relay cannot be reached.

One Chromium sits in a namespace that has a way to coturn and none to the relay; the other one,
coturn and the relay are in the namespace that this runs in: `test_relay_coturn.py` makes both.
coturn has the configuration of the docs, with the one line more that they prescribe for a
relay on a private address.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from media.control_messages import Link
from media.ice_effects import LegId
from media.turn import ice_servers
from tests.browser.chromium import launch_options
from tests.browser.leg_page import ACCEPT, PAGE, served_page
from tests.browser.leg_pair import opened, seated
from tests.browser.leg_stats import more_frames, until
from tests.coturn import SECRET, Coturn, running_coturn
from tests.namespaces import ADDRESS, GATE
from tests.relays import PATIENCE_S, RunningRelay, running_relay

ONE, OTHER = LegId("one"), LegId("other")
# A page without a network of its own: it is a secure context all the same.
NOWHERE = "http://localhost/"


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with running_relay(tmp_path_factory.mktemp("relay"), host=ADDRESS) as running:
        yield running


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    extra = {"allowed-peer-ip": ADDRESS}
    folder = tmp_path_factory.mktemp("coturn")
    with running_coturn(folder, host=GATE, extra=extra) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser_at_home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    options = launch_options()
    program = tmp_path_factory.mktemp("home") / "chromium"
    program.write_text(
        "#!/bin/sh\n"
        f'exec ip netns exec {os.environ["HOME_NAMESPACE"]} {options["executable_path"]} "$@"\n'
    )
    program.chmod(0o755)
    options["executable_path"] = str(program)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(**options)
        yield chromium
        await chromium.close()


@asynccontextmanager
async def at_home(browser: Browser, url: str) -> AsyncIterator[Page]:
    """Open the page where no server can be reached, with one TURN server to turn to."""
    made = ice_servers(
        (), (url,), SECRET, user="e1-patient", now=time.time_ns() // 1_000, ttl_s=600
    )
    configuration = json.dumps({"iceServers": [asdict(one) for one in made]})
    context = await browser.new_context(permissions=["camera", "microphone"])
    try:
        await context.route(
            "**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html")
        )
        await context.add_init_script(f"window.configuration = {configuration};")
        page = await context.new_page()
        await page.goto(NOWHERE)
        yield page
    finally:
        await context.close()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_pictures_pass_both_ways_through_coturn(
    relay: RunningRelay,
    coturn: Coturn,
    browser: Browser,
    browser_at_home: Browser,
    transport: str,
) -> None:
    turn = f"turn:{GATE}:{coturn.port}?transport={transport}"
    async with (
        asyncio.timeout(2 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
        at_home(browser_at_home, turn) as one,
        opened(browser, url) as other,
        seated(control, one, ONE),
        seated(control, other, OTHER),
    ):
        await control.ask(Link(ONE, OTHER))
        await asyncio.gather(one.evaluate(ACCEPT), other.evaluate(ACCEPT))
        await asyncio.gather(more_frames(one, 30), more_frames(other, 30))
        found = await until(one, "now.energy > 0")
        assert found["state"] == "connected"
        assert found["local"] == f"relay {transport}"
        assert (await until(other, "now.energy > 0"))["local"] != "relay"

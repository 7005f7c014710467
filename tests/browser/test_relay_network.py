"""Two Chromium pages through the relay over a network that loses, delays and moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from media.control_client import ControlClient
from media.control_messages import Link
from media.ice_effects import LegId
from tests.browser.leg_page import ACCEPT, restart, served_page
from tests.browser.leg_pair import opened, seated
from tests.browser.leg_stats import leg_stats, more_frames, until
from tests.relays import PATIENCE_S, RunningRelay, running_relay
from tests.udp_proxy import FRONT, Conditions, Path, UdpProxy, udp_proxy

ONE, OTHER = LegId("one"), LegId("other")
GOOD = Conditions()
# Each way of each leg: what one page sends to the other meets it twice.
ONE_PERCENT = Conditions(loss=0.005)
FIVE_PERCENT = Conditions(loss=0.025, jitter_s=0.005, overtaken=0.01)
FAR_AWAY = Conditions(delay_s=0.1)
# Of the seconds that a test looks at; a picture that stands for longer is no conversation.
FROZEN_SHARE_MAX = 0.5
FORGOTTEN_S = 2.0  # besides the three after which whole pictures are asked for


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with running_relay(tmp_path_factory.mktemp("relay"), announce=FRONT) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Call:
    """Two pages that talk; the first one's address can change."""

    control: ControlClient
    network: UdpProxy
    one: Page
    other: Page
    paths: tuple[Path, ...]

    @property
    def pages(self) -> tuple[Page, Page]:
        return self.one, self.other

    async def move(self) -> None:
        """Give the first page other addresses towards the relay."""
        await asyncio.gather(*(self.network.move(path) for path in self.paths))


@asynccontextmanager
async def call(
    relay: RunningRelay, browser: Browser, conditions: Conditions
) -> AsyncIterator[Call]:
    """Let two pages see each other, all of it under those conditions."""
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        udp_proxy(relay.port, conditions) as network,
        served_page() as url,
        opened(browser, url) as one,
        opened(browser, url) as other,
        seated(control, one, ONE),
    ):
        paths = tuple(network.paths.values())
        async with seated(control, other, OTHER):
            await control.ask(Link(ONE, OTHER))
            await asyncio.gather(*(page.evaluate(ACCEPT) for page in (one, other)))
            await asyncio.gather(*(more_frames(page, 10) for page in (one, other)))
            yield Call(control, network, one, other, paths)


async def watched(page: Page, frames: int) -> float:
    """Return the share of the time in which the picture stood while so many came."""
    loop = asyncio.get_running_loop()
    before, began = await leg_stats(page), loop.time()
    after = await more_frames(page, frames)
    return (after["freezes"] - before["freezes"]) / (loop.time() - began)


@pytest.mark.parametrize(
    "conditions", [pytest.param(ONE_PERCENT, marks=pytest.mark.long), FIVE_PERCENT]
)
async def test_what_is_lost_is_sent_again_and_the_picture_moves_on(
    relay: RunningRelay, browser: Browser, conditions: Conditions
) -> None:
    async with call(relay, browser, conditions) as talk:
        for frozen in await asyncio.gather(*(watched(page, 90) for page in talk.pages)):
            assert frozen < FROZEN_SHARE_MAX
        # What one page missed, the other was asked for and has sent again.
        for page in talk.pages:
            found = await until(page, "now.nacksAsked && now.resent && now.energy > 0")
            assert found["state"] == "connected"
            assert found["lost"] > 0
            assert found["nacksHeard"] > 0
            assert found["streams"] == 1


async def test_half_a_second_to_the_other_side_and_back_is_a_call_all_the_same(
    relay: RunningRelay, browser: Browser
) -> None:
    async with call(relay, browser, FAR_AWAY) as talk:
        for frozen in await asyncio.gather(*(watched(page, 60) for page in talk.pages)):
            assert frozen < FROZEN_SHARE_MAX
        # The estimate only grows where feedback about what arrived comes back.
        for page in talk.pages:
            found = await until(page, "now.energy > 0 && now.estimate > 350_000")
            assert found["lost"] == 0


@pytest.mark.long
async def test_a_picture_that_was_lost_altogether_is_asked_for_and_comes_whole(
    relay: RunningRelay, browser: Browser
) -> None:
    async with call(relay, browser, GOOD) as talk:
        before = await leg_stats(talk.other)
        # Of less than all, a sender that adapts gets enough through; of what was missing for
        # no longer than it takes to ask, it may have everything still, and sends it again.
        talk.network.conditions = Conditions(loss=1.0)
        await until(talk.other, f"now.plisAsked > {before['plisAsked']}")
        await asyncio.sleep(FORGOTTEN_S)
        talk.network.conditions = GOOD
        await until(talk.other, f"now.keyFramesDecoded > {before['keyFramesDecoded']}")
        await asyncio.gather(*(more_frames(page, 30) for page in talk.pages))


async def test_ice_restarts_while_media_flows_and_packets_are_lost(
    relay: RunningRelay, browser: Browser
) -> None:
    async with call(relay, browser, FIVE_PERCENT) as talk:
        await restart(talk.control, talk.one, ONE)
        for page in talk.pages:
            assert (await more_frames(page, 30))["state"] == "connected"


@pytest.mark.parametrize("restarted", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_a_changed_address_in_the_middle_of_a_call_is_followed(
    relay: RunningRelay, browser: Browser, *, restarted: bool
) -> None:
    async with call(relay, browser, GOOD) as talk:
        await talk.move()
        if restarted:
            await restart(talk.control, talk.one, ONE)
        for page in talk.pages:
            found = await more_frames(page, 30)
            assert found["state"] == "connected"
            assert found["streams"] == 1

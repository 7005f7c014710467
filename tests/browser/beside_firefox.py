"""Firefox and Chromium through the relay process: each decodes the other's picture and sound.

Firefox sends no check to a candidate on loopback, whatever it is told. So all of this runs in a
network namespace that has one more address and no way out: `test_relay_firefox.py` makes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from media.control_client import ControlClient
from media.control_messages import AskStats, Link
from media.ice_effects import LegId
from media.picture import Thresholds, moves
from media.sample import Sample
from tests.browser.firefox import Firefox, running_firefox
from tests.browser.leg_page import (
    ACCEPT,
    LegPage,
    goes_on,
    received,
    restart,
    seat,
    served_page,
)
from tests.namespaces import ADDRESS
from tests.relays import PATIENCE_S, RunningRelay, running_relay, told

# Chromium's estimate begins at 300 kbit/s and only rises when it hears what arrived.
FINDS_ROOM: Final = """() => new Promise((done) => {
  const look = async () => {
    const found = [...(await pc.getStats()).values()].some((one) =>
      one.type === 'candidate-pair' && one.availableOutgoingBitrate > 600_000);
    if (found) done(); else setTimeout(look, 100);
  };
  look();
})"""


# Without the first step Firefox would send the last picture again, once a second.
CAMERA_OFF: Final = """async () => {
  const sender = pc.getTransceivers().find((one) => one.receiver.track.kind === 'video').sender;
  const wanted = sender.getParameters();
  for (const one of wanted.encodings) one.active = false;
  await sender.setParameters(wanted);
  await sender.replaceTrack(null);
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    folder = tmp_path_factory.mktemp("relay")
    with running_relay(folder, host=ADDRESS) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firefox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firefox]:
    async with running_firefox(tmp_path_factory.mktemp("profile")) as running:
        yield running


async def second_with(
    control: ControlClient, leg: LegId, what: Callable[[Sample], bool]
) -> Sample:
    """Return the next second for which that is true of what a leg sent."""
    while True:
        told_of = await told(control, "sample", leg)
        found: Any = told_of["figures"]
        if what(Sample(*found)):
            return Sample(*found)


def a_moving_picture(sample: Sample) -> bool:
    return moves(sample, Thresholds())


def no_video(sample: Sample) -> bool:
    return sample.video_packets == 0


@pytest.mark.parametrize("firefox_first", [True, False])
async def test_firefox_and_chromium_see_and_hear_each_other(
    relay: RunningRelay, browser: Browser, firefox: Firefox, *, firefox_first: bool
) -> None:
    order = "first" if firefox_first else "second"
    fox, other = LegId(f"firefox-{order}"), LegId(f"chromium-{order}")
    context = await browser.new_context(permissions=["camera", "microphone"])
    async with (
        asyncio.timeout(4 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
    ):
        chromium = await context.new_page()
        await chromium.goto(url)
        tab = await firefox.open(url)
        pages: list[tuple[LegId, LegPage]] = [(fox, tab), (other, chromium)]
        pages = pages if firefox_first else pages[::-1]
        for leg, page in pages:
            await seat(control, page, leg)
        await control.ask(Link(*(leg for leg, _ in pages)))
        await asyncio.gather(*(page.evaluate(ACCEPT) for _, page in pages))
        for _, page in pages:
            found = await received(page, 30)
            assert found["state"] == "connected"
            assert found["video"]["decoded"] >= 30
            assert found["video"]["lost"] == 0
            assert "AES" in found["srtp"]
        await chromium.evaluate(FINDS_ROOM)
        assert (await second_with(control, fox, a_moving_picture)).audio_packets > 10
        stats: Any = await control.ask(AskStats())
        for leg, _ in pages:
            told_of = stats["legs"][leg]
            assert told_of["forwarded"] > 30
            assert told_of["strange"] == 0
            # So it has answered a request of the relay's own.
            assert told_of["rtt_us"] is not None
        await restart(control, tab, fox)
        for _, page in pages:
            await goes_on(page)
        await tab.evaluate(CAMERA_OFF)
        assert (await second_with(control, fox, no_video)).audio_packets > 10
        await tab.close()
    await context.close()

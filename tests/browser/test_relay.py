"""Two Chromium pages through the relay process: each decodes the other's picture and sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CreateLeg, Link, RestartLeg
from media.ice_effects import LegId
from tests.relays import LOOPBACK, PATIENCE_S, RunningRelay, running_relay, told

PAGE = "<!doctype html><title>leg</title><video id=v autoplay playsinline></video>"
# The camera is attached only on `accept`, as in a call: until then the leg is connected, and
# sends nothing.
ANSWER = """async (sdp) => {
  const pc = window.pc = new RTCPeerConnection();
  window.frames = 0;
  const shown = new MediaStream();
  pc.ontrack = ({track}) => {
    shown.addTrack(track);
    if (track.kind !== 'video') return;
    const v = document.getElementById('v');
    v.srcObject = shown;
    const count = () => { window.frames += 1; v.requestVideoFrameCallback(count); };
    v.requestVideoFrameCallback(count);
    v.play();
  };
  await pc.setRemoteDescription({type: 'offer', sdp});
  for (const one of pc.getTransceivers()) one.direction = 'sendrecv';
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}"""
ACCEPT = """async () => {
  const camera = await navigator.mediaDevices.getUserMedia(
    {video: {width: 640, height: 480, frameRate: 30}, audio: true});
  for (const one of pc.getTransceivers()) {
    const kind = one.receiver.track.kind;
    await one.sender.replaceTrack(camera.getTracks().find((track) => track.kind === kind));
  }
}"""
RECEIVED = """async () => {
  const found = {
    video: {}, audio: {}, frames: window.frames, state: pc.connectionState, streams: 0};
  for (const one of (await pc.getStats()).values()) {
    if (one.type === 'inbound-rtp' && one.kind === 'video') found.streams += 1;
    if (one.type === 'inbound-rtp') found[one.kind] = {
      decoded: one.framesDecoded || 0, lost: one.packetsLost, samples: one.totalSamplesReceived,
      energy: one.totalAudioEnergy, codec: one.codecId};
    if (one.type === 'transport') found.srtp = one.srtpCipher;
    if (one.type === 'candidate-pair' && one.nominated) {
      found.estimate = one.availableOutgoingBitrate;
    }
  }
  return found;
}"""

# The fake microphone is silent but for a beep every second.
HEARD = """() => new Promise((done) => {
  const look = async () => {
    const heard = [...(await pc.getStats()).values()].some((one) =>
      one.type === 'inbound-rtp' && one.kind === 'audio' && one.totalAudioEnergy > 0);
    if (heard) done(); else setTimeout(look, 100);
  };
  look();
})"""


RESTART = """async (sdp) => {
  await pc.setRemoteDescription({type: 'offer', sdp});
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with running_relay(tmp_path_factory.mktemp("relay")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page_url() -> AsyncIterator[str]:
    async def show(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    yield f"http://{LOOPBACK}:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def seated(
    control: ControlClient, browser: Browser, url: str, leg: LegId
) -> tuple[BrowserContext, Page]:
    """Open a page, let it answer the relay's offer, and wait until it is connected."""
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.goto(url)
    await answered(control, page, leg)
    return context, page


async def answered(control: ControlClient, page: Page, leg: LegId) -> None:
    """Let a page answer the relay's offer for a leg, and wait until it is connected."""
    made = await control.ask(CreateLeg(leg))
    sdp = await page.evaluate(ANSWER, made["sdp"])
    await control.ask(AnswerLeg(leg, 0, sdp))
    await told(control, "leg_connected", leg)


async def received(page: Page, frames: int) -> Any:  # noqa: ANN401 - of the page
    """Return what a page has received once that many frames were presented."""
    await presented(page, frames)
    async with asyncio.timeout(PATIENCE_S):
        await page.evaluate(HEARD)
    return await page.evaluate(RECEIVED)


async def test_two_pages_see_and_hear_each_other(
    relay: RunningRelay, browser: Browser, page_url: str
) -> None:
    one, other = LegId("patient"), LegId("practitioner")
    async with asyncio.timeout(3 * PATIENCE_S), relay.controlling() as control:
        first, patient = await seated(control, browser, page_url, one)
        second, practitioner = await seated(control, browser, page_url, other)
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
        stats: Any = await control.ask(AskStats())
        assert stats["legs"][one]["forwarded"] > 30
        assert stats["legs"][other]["forwarded"] > 30
        assert stats["socket"]["failures"] == 0
        await first.close()
        await second.close()


async def test_ice_restarts_over_the_same_handshake_while_media_flows(
    relay: RunningRelay, browser: Browser, page_url: str
) -> None:
    one, other = LegId("restarts"), LegId("stays")
    async with asyncio.timeout(3 * PATIENCE_S), relay.controlling() as control:
        first, restarts = await seated(control, browser, page_url, one)
        second, stays = await seated(control, browser, page_url, other)
        await control.ask(Link(one, other))
        await asyncio.gather(restarts.evaluate(ACCEPT), stays.evaluate(ACCEPT))
        await presented(stays, 10)
        made: Any = await control.ask(RestartLeg(one))
        assert made["generation"] == 1
        sdp = await restarts.evaluate(RESTART, made["sdp"])
        await control.ask(AnswerLeg(one, 1, sdp))
        stats: Any = {}
        while stats.get("selected") != 1:
            stats = (await control.ask(AskStats()))["legs"][one]  # type: ignore[index]
        assert stats["secured"]
        for page in (restarts, stays):
            shown = await page.evaluate("window.frames")
            await presented(page, shown + 30)
            assert await page.evaluate("pc.connectionState") == "connected"
        await first.close()
        await second.close()


async def test_a_reloaded_page_comes_back_on_another_leg_and_the_other_page_goes_on(
    relay: RunningRelay, browser: Browser, page_url: str
) -> None:
    one, other, again = LegId("before"), LegId("watching"), LegId("after")
    async with asyncio.timeout(3 * PATIENCE_S), relay.controlling() as control:
        first, reloaded = await seated(control, browser, page_url, one)
        second, watching = await seated(control, browser, page_url, other)
        await control.ask(Link(one, other))
        await asyncio.gather(reloaded.evaluate(ACCEPT), watching.evaluate(ACCEPT))
        await presented(watching, 10)
        await reloaded.reload()
        await answered(control, reloaded, again)
        await control.ask(Link(again, other))
        await reloaded.evaluate(ACCEPT)
        await told(control, "keyframe_seen", again)
        for page in (reloaded, watching):
            shown = await page.evaluate("window.frames")
            await presented(page, shown + 30)
        # The page that stayed was told nothing, and knows of one stream that went on.
        found = await watching.evaluate(RECEIVED)
        assert found["state"] == "connected"
        assert found["streams"] == 1
        await first.close()
        await second.close()


async def presented(page: Page, frames: int) -> None:
    """Wait until a page has presented that many frames in all."""
    await page.wait_for_function(f"window.frames >= {frames}", timeout=PATIENCE_S * 1000)

"""A page that is one leg of a call through the relay, and nothing else, for any browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from aiohttp import web

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CreateLeg, RestartLeg
from media.ice_effects import LegId
from tests.relays import LOOPBACK, told

PAGE: Final = "<!doctype html><title>leg</title><video id=v autoplay playsinline></video>"
# The camera is attached only on `accept`, as in a call: until then the leg is connected, and
# sends nothing.
ANSWER: Final = """async (sdp) => {
  const pc = window.pc = new RTCPeerConnection(window.configuration);
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
ACCEPT: Final = """async () => {
  const camera = await navigator.mediaDevices.getUserMedia(
    {video: {width: 640, height: 480, frameRate: 30}, audio: true});
  for (const one of pc.getTransceivers()) {
    const kind = one.receiver.track.kind;
    await one.sender.replaceTrack(camera.getTracks().find((track) => track.kind === kind));
  }
}"""
RECEIVED: Final = """async () => {
  const found = {
    video: {}, audio: {}, frames: window.frames, state: pc.connectionState, streams: 0};
  for (const one of (await pc.getStats()).values()) {
    if (one.type === 'inbound-rtp' && one.kind === 'video') found.streams += 1;
    if (one.type === 'inbound-rtp') found[one.kind] = {
      decoded: one.framesDecoded || 0, lost: one.packetsLost, samples: one.totalSamplesReceived,
      energy: one.totalAudioEnergy, codec: one.codecId};
    if (one.type === 'transport') Object.assign(found, {
      srtp: one.srtpCipher, dtls: one.dtlsCipher, version: one.tlsVersion});
    if (one.type === 'candidate-pair' && one.nominated) {
      found.estimate = one.availableOutgoingBitrate;
    }
  }
  return found;
}"""

# The fake microphone is silent but for a beep every second.
HEARD: Final = """() => new Promise((done) => {
  const look = async () => {
    const heard = [...(await pc.getStats()).values()].some((one) =>
      one.type === 'inbound-rtp' && one.kind === 'audio' && one.totalAudioEnergy > 0);
    if (heard) done(); else setTimeout(look, 100);
  };
  look();
})"""

RESTART: Final = """async (sdp) => {
  await pc.setRemoteDescription({type: 'offer', sdp});
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}"""

# Stays until that many frames were presented.
SHOWN: Final = """(frames) => new Promise((done) => {
  const look = () => { if (window.frames >= frames) done(); else setTimeout(look, 50); };
  look();
})"""


class LegPage(Protocol):
    """What is needed of a page, whichever browser shows it."""

    async def evaluate(self, function: str, argument: str | None = None, /) -> Any:  # noqa: ANN401 - of the page
        """Call a function in the page and return what its promise came to."""
        ...


@asynccontextmanager
async def served_page() -> AsyncIterator[str]:
    """Serve the page and give its address."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    try:
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def as_it_is(sdp: str) -> str:
    """Change nothing."""
    return sdp


async def seat(
    control: ControlClient,
    page: LegPage,
    leg: LegId,
    changed: Callable[[str], str] = as_it_is,
) -> None:
    """Let a page answer the relay's offer and wait until it is connected.

    Args:
        control: of the relay.
        page: the leg's.
        leg: its name.
        changed: what becomes of the offer before the page gets it.
    """
    made = await control.ask(CreateLeg(leg))
    sdp = await page.evaluate(ANSWER, changed(str(made["sdp"])))
    await control.ask(AnswerLeg(leg, 0, sdp))
    await told(control, "leg_connected", leg)


async def restart(control: ControlClient, page: LegPage, leg: LegId) -> None:
    """Restart ICE once and wait until the relay sends on the new path."""
    made = await control.ask(RestartLeg(leg))
    assert made["generation"] == 1
    sdp = await page.evaluate(RESTART, str(made["sdp"]))
    await control.ask(AnswerLeg(leg, 1, sdp))
    stats: Any = {}
    while stats.get("selected") != 1:
        told_all: Any = await control.ask(AskStats())
        stats = told_all["legs"][leg]
    assert stats["secured"]


async def goes_on(page: LegPage) -> None:
    """Wait until a page has shown thirty frames more, over a connection that stands."""
    shown = await page.evaluate("() => window.frames")
    await page.evaluate(SHOWN, str(shown + 30))
    assert await page.evaluate("() => pc.connectionState") == "connected"


async def received(page: LegPage, frames: int) -> Any:  # noqa: ANN401 - of the page
    """Return what a page has received once that many frames were shown and sound was heard."""
    await page.evaluate(SHOWN, str(frames))
    await page.evaluate(HEARD)
    return await page.evaluate(RECEIVED)

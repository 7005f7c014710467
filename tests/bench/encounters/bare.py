"""The least that connects two pictures: a pair in one page, and two pages at a relay.

pair    one page, two RTCPeerConnections, streams open already; both elements show one
cold    two pages at a relay, their legs made only when the call begins, cameras open
warm    the same two pages with legs that are connected when it begins, and send nothing yet
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, Page

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, CreateLeg, Link
from media.ice_effects import LegId
from tests.bench.encounters.pictures import now_ms
from tests.browser.leg_page import served_page
from tests.browser.leg_pair import opened
from tests.relays import RunningRelay, told

# What the product's pages ask of a camera (web/src/shared/rtc/devices.ts).
WANTED: Final = """{
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 },
           frameRate: { ideal: 30, max: 30 } },
}"""
PAIR: Final = """
async () => {
  const WANTED = %s;
  const stream = window.ownStream ??= await navigator.mediaDevices.getUserMedia(WANTED);
  document.body.replaceChildren();
  const show = () => {
    const video = document.createElement("video");
    video.playsInline = video.autoplay = video.muted = true;
    document.body.append(video);
    return video;
  };
  const first = (peer, video) => new Promise((resolve) => {
    const remote = new MediaStream();
    video.requestVideoFrameCallback(() => resolve(performance.now()));
    peer.addEventListener("track", ({ track }) => {
      remote.addTrack(track);
      if (video.srcObject !== remote) video.srcObject = remote;
    });
  });
  const [left, right] = [show(), show()];
  const began = performance.now();
  const caller = new RTCPeerConnection();
  const callee = new RTCPeerConnection();
  caller.onicecandidate = ({ candidate }) => callee.addIceCandidate(candidate ?? undefined);
  callee.onicecandidate = ({ candidate }) => caller.addIceCandidate(candidate ?? undefined);
  const frames = [first(caller, left), first(callee, right)];
  for (const track of stream.getTracks()) caller.addTrack(track, stream);
  await caller.setLocalDescription(await caller.createOffer());
  await callee.setRemoteDescription(caller.localDescription);
  for (const track of stream.getTracks()) callee.addTrack(track, stream);
  await callee.setLocalDescription(await callee.createAnswer());
  await caller.setRemoteDescription(callee.localDescription);
  const ended = Math.max(...await Promise.all(frames));
  caller.close();
  callee.close();
  return ended - began;
}
""".replace("%s", WANTED)
OPEN_CAMERA: Final = f"""
async () => {{
  window.ownStream = await navigator.mediaDevices.getUserMedia({WANTED});
}}
"""
ANSWER: Final = """
async (sdp) => {
  const pc = window.pc = new RTCPeerConnection();
  const shown = new MediaStream();
  const video = document.getElementById("v");
  video.muted = true;
  window.firstFrame = new Promise((resolve) => {
    video.requestVideoFrameCallback(() => resolve(performance.timeOrigin + performance.now()));
  });
  pc.ontrack = ({ track }) => {
    shown.addTrack(track);
    video.srcObject = shown;
  };
  await pc.setRemoteDescription({ type: "offer", sdp });
  for (const one of pc.getTransceivers()) one.direction = "sendrecv";
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}
"""
ATTACH: Final = """
async () => {
  for (const one of window.pc.getTransceivers()) {
    const { kind } = one.receiver.track;
    await one.sender.replaceTrack(window.ownStream.getTracks().find((it) => it.kind === kind));
  }
}
"""
FIRST: Final = "() => window.firstFrame"
CLOSE: Final = "() => { window.pc.close(); document.getElementById('v').srcObject = null; }"


class BarePages:
    """Two pages with open cameras, and a hand on their relay."""

    def __init__(self, control: ControlClient, pages: tuple[Page, Page]) -> None:
        self._control = control
        self._pages = pages
        self._numbers = itertools.count(1)

    async def connect(self, *, warm: bool) -> float:
        """Begin a call, and return the milliseconds until both have shown a picture.

        Args:
            warm: whether the legs are connected beforehand.
        """
        number = next(self._numbers)
        legs = [LegId(f"bare{number}.{side}") for side in ("one", "other")]
        seats = list(zip(legs, self._pages, strict=True))
        if warm:
            for leg, page in seats:  # one by one: events are waited for in order
                await self._seat(leg, page)
                await told(self._control, "leg_connected", leg)
        began = await now_ms(self._pages[0])
        if not warm:
            await asyncio.gather(*(self._seat(leg, page) for leg, page in seats))
        await asyncio.gather(
            self._control.ask(Link(*legs)), *(page.evaluate(ATTACH) for page in self._pages)
        )
        ended = max([await page.evaluate(FIRST) for page in self._pages])
        for leg, page in seats:
            await page.evaluate(CLOSE)
            await told(self._control, "leg_closed", leg)
        return float(ended - began)

    async def _seat(self, leg: LegId, page: Page) -> None:
        made = await self._control.ask(CreateLeg(leg))
        sdp = await page.evaluate(ANSWER, str(made["sdp"]))
        await self._control.ask(AnswerLeg(leg, 0, sdp))


@asynccontextmanager
async def bare_pages(relay: RunningRelay, browser: Browser) -> AsyncIterator[BarePages]:
    """Open the two pages and their cameras."""
    async with (
        relay.controlling() as control,
        served_page() as url,
        opened(browser, url) as one,
        opened(browser, url) as other,
    ):
        for page in (one, other):
            await page.evaluate(OPEN_CAMERA)
        yield BarePages(control, (one, other))

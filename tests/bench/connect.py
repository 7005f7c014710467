"""From "accept" to the first picture on both sides, against a bare pair of connections.

    ours   the practitioner clicks "accept" in the console; both pages show a first frame
    peer   one page, two RTCPeerConnections, streams open already; both elements show one

Both in the same Chromium, in turns, with the camera asked for in the same words (a larger
picture takes longer to encode). Ours begins with a smaller picture and grows; the pair does
not: that is part of what is compared. `ratio` is ours to peer, by medians.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, TypedDict

from playwright.async_api import Browser, Page, async_playwright

from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.people import signed_in
from server.rehearsal.practitioner import Practitioner
from tests.browser.actors import Console, in_state
from tests.browser.chromium import launch_options
from tests.browser.stage import DESKTOP, Stage
from tests.clients import scene
from tests.servers import RunningServer, running_server

RUNS: Final = 10
TARGET: Final = 1.5
FRAME_MS: Final = 30_000

# Notes when each new stream of the remote picture shows its first frame. The clocks of two
# pages of one browser are comparable as timeOrigin + now.
WATCH: Final = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  window.firstFrames = [];
  const watched = new WeakMap();
  const look = () => {
    for (const video of document.querySelectorAll("[data-testid=call-remote]")) {
      const stream = video.srcObject;
      if (stream === null || watched.get(video) === stream) continue;
      watched.set(video, stream);
      video.requestVideoFrameCallback(() => window.firstFrames.push(now()));
    }
  };
  const assigned = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...assigned,
    set(stream) { assigned.set.call(this, stream); look(); },
  });
})();
"""
# What the product's pages ask of a camera (web/src/shared/rtc/devices.ts).
WANTED: Final = """{
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 },
           frameRate: { ideal: 30, max: 30 } },
}"""
CLICK: Final = """
() => {
  window.firstFrames = [];
  const at = performance.timeOrigin + performance.now();
  document.querySelector("[data-testid=offer-accept]").click();
  return at;
}
"""
PEER: Final = """
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


class Figures(TypedDict):
    """Milliseconds of one way."""

    median: float
    min: float
    max: float
    all: list[float]


class Measured(TypedDict):
    """What the benchmark prints."""

    ours_ms: Figures
    peer_ms: Figures
    ratio: float
    runs: int
    target: float


def figures(values: Sequence[float]) -> Figures:
    rounded = [round(one, 1) for one in values]
    return Figures(
        median=round(statistics.median(values), 1),
        min=min(rounded),
        max=max(rounded),
        all=rounded,
    )


class Bench:
    """A practitioner at the console, and one patient after another."""

    def __init__(self, stage: Stage, console: Console, aside: Practitioner) -> None:
        self._stage = stage
        self._console = console
        self._aside = aside

    async def ours(self, number: int) -> float:
        """Return milliseconds from the click on "accept" to a frame on both sides."""
        patient, attendee = await self._stage.ready(f"Bench Patient {number}", script=WATCH)
        await patient.wait()
        page = self._console.page
        await page.get_by_test_id("offer-card").wait_for()
        # As a person would: read the card first. What warms up while it rings has done so.
        await page.wait_for_timeout(1_000)
        began: float = await page.evaluate(CLICK)
        ended = max([await first_frame(one) for one in (page, patient.page)])
        await self._console.connected()
        await in_state(patient.page, "connected")
        await self._aside.give_up(attendee.encounter_id)
        await patient.page.context.close()
        return ended - began


async def first_frame(page: Page) -> float:
    await page.wait_for_function("() => window.firstFrames.length > 0", timeout=FRAME_MS)
    first: float = await page.evaluate("() => window.firstFrames[0]")
    return first


async def measure(server: RunningServer, browser: Browser, runs: int) -> Measured:
    ours: list[float] = []
    peer: list[float] = []
    async with AsyncExitStack() as stack:
        clinic = await stack.enter_async_context(scene(server))
        stage = Stage(server, browser, clinic, stack, server.folder)
        console = await stage.console("avery", script=WATCH)
        await console.come_on_duty()
        page = await stack.enter_async_context(
            signed_in(server.url, "console", server.people["avery"])
        )
        socket = await stack.enter_async_context(LiveSocket.opened(page, "/practitioner"))
        bench = Bench(stage, console, Practitioner(page, socket))
        pair = await stage.page(DESKTOP)
        await pair.goto(f"{server.url}/ops")
        for number in range(runs + 1):  # the first of each is for warming up
            ours.append(await bench.ours(number))
            peer.append(await pair.evaluate(PEER))
    return Measured(
        ours_ms=figures(ours[1:]),
        peer_ms=figures(peer[1:]),
        ratio=round(statistics.median(ours[1:]) / statistics.median(peer[1:]), 3),
        runs=runs,
        target=TARGET,
    )


async def main(arguments: Sequence[str]) -> Measured:
    """Measure on a server of its own and return the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench connect")
    parser.add_argument("--runs", type=int, default=RUNS)
    runs: int = parser.parse_args(arguments).runs
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
    ):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options())
            measured = await measure(server, browser, runs)
            await browser.close()
    return measured

"""From "accept" to the first picture on both sides: the product, and the least there could be.

    relay     the practitioner clicks "accept" in the console; both pages show a first frame
    direct    the same on a server whose calls go from browser to browser
    far       the same through the relay, which is reached through a network that takes 40 ms
    peer      one page, two RTCPeerConnections, streams open already; both elements show one
    cold      two pages at a relay through the same 40 ms, their legs made only when it begins
    warm      the same two pages, their legs connected beforehand

All in the same Chromium, in turns that begin with another one each time, with the camera asked
for in the same words (a larger picture takes longer to encode). Ours begins with a smaller
picture and grows; the others do not: that is part of what is compared. Ratios are of medians.

    ratio                   direct to peer
    ratio_relay             relay to peer
    ratio_relay_prewarmed   warm to cold: what connecting beforehand is good for
    ratio_relay_far         far to cold: with all that the product does on accept

scripts/bench connect [--runs N]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from tests.bench.encounters.bare import PAIR, bare_pages
from tests.bench.encounters.connections import KEEP, is_relayed
from tests.bench.encounters.far_relay import far_relay
from tests.bench.encounters.figures import figures
from tests.bench.encounters.people import Clinic, clinic
from tests.browser.chromium import launch_options
from tests.browser.stage import DESKTOP
from tests.relays import running_relay
from tests.servers import running_server
from tests.udp_proxy import FRONT, Conditions, udp_proxy

RUNS: Final = 10
DELAY_S: Final = 0.04
TARGETS: Final = {
    "ratio_max": 1.5,
    "ratio_relay_max": 1.0,
    "ratio_relay_prewarmed_max": 0.5,
}
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
CLICK: Final = """
() => {
  window.firstFrames = [];
  const at = performance.timeOrigin + performance.now();
  document.querySelector("[data-testid=offer-accept]").click();
  return at;
}
"""

Way = Callable[[int], Awaitable[float]]


def accepting(at: Clinic, relayed: list[bool]) -> Way:
    """Return how one exam is accepted at a clinic; whether a relay carried it is noted."""

    async def accept(number: int) -> float:
        ringing = await at.ring(number)
        began: float = await at.page.evaluate(CLICK)
        ended = max([await first_frame(one) for one in (at.page, ringing.patient.page)])
        await at.connected(ringing)
        relayed.append(await is_relayed(at.page))
        await at.over(ringing)
        return ended - began

    return accept


async def first_frame(page: Page) -> float:
    await page.wait_for_function("() => window.firstFrames.length > 0", timeout=FRAME_MS)
    first: float = await page.evaluate("() => window.firstFrames[0]")
    return first


async def ways(
    stack: AsyncExitStack, browser: Browser, relayed: Mapping[str, list[bool]]
) -> Mapping[str, Way]:
    """Make ready for every way."""
    folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(4)]
    far = Conditions(delay_s=DELAY_S)
    relaying = stack.enter_context(running_server(folders[0], calls="relay"))
    directing = stack.enter_context(running_server(folders[1], calls="direct"))
    distant, _ = await stack.enter_async_context(far_relay(folders[2], far))
    at = {
        name: await stack.enter_async_context(clinic(server, browser, KEEP + WATCH))
        for name, server in (("relay", relaying), ("direct", directing), ("far", distant))
    }
    relay = stack.enter_context(running_relay(folders[3], announce=FRONT))
    await stack.enter_async_context(udp_proxy(relay.port, far))
    bare = await stack.enter_async_context(bare_pages(relay, browser))
    page = await at["direct"].stage.page(DESKTOP)
    await page.goto(f"{directing.url}/ops")

    async def pair(_number: int) -> float:
        took: float = await page.evaluate(PAIR)
        return took

    async def cold(_number: int) -> float:
        return await bare.connect(warm=False)

    async def warm(_number: int) -> float:
        return await bare.connect(warm=True)

    return {
        **{name: accepting(at[name], relayed[name]) for name in at},
        "peer": pair,
        "cold": cold,
        "warm": warm,
    }


async def main(arguments: Sequence[str]) -> Mapping[str, object]:
    """Measure on servers of its own and return the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench connect")
    parser.add_argument("--runs", type=int, default=RUNS)
    runs: int = parser.parse_args(arguments).runs
    load_before = os.getloadavg()
    took: dict[str, list[float]] = {}
    relayed: dict[str, list[bool]] = {name: [] for name in ("relay", "direct", "far")}
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        browser = await playwright.chromium.launch(**launch_options())
        stack.push_async_callback(browser.close)
        each = await ways(stack, browser, relayed)
        for number in range(runs + 1):  # the first of each is for warming up
            names = list(each)
            at = number % len(names)
            for name in names[at:] + names[:at]:
                took.setdefault(name, []).append(await each[name](number))
    found = {name: figures(values[1:]) for name, values in took.items()}

    def ratio(one: str, other: str) -> float:
        return round(found[one]["median"] / found[other]["median"], 3)

    return {
        "ratio": ratio("direct", "peer"),
        "ratio_relay": ratio("relay", "peer"),
        "ratio_relay_prewarmed": ratio("warm", "cold"),
        "ratio_relay_far": ratio("far", "cold"),
        "targets": TARGETS,
        **{f"{name}_ms": figure for name, figure in found.items()},
        "relayed": {name: sum(each[1:]) for name, each in relayed.items()},
        "runs": runs,
        "delay_ms": DELAY_S * 1_000,
        "load_average": {"before": load_before, "after": os.getloadavg()},
    }

"""From accept to the first decoded frame on BOTH sides, against a bare pair in one page.

Ours: two Chromium contexts on the real server. The practitioner clicks Accept; the patient has
waited on the real page. The peer: two `RTCPeerConnection`s inside one page of the same
browser, streams already held, from the first offer to the first frame on both. The two take
turns; medians are compared.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from yarl import URL

from server.rehearsal.page import Page as ApiPage
from server.rehearsal.patient import Patient
from server.rehearsal.people import signed_in
from server.rehearsal.spa import BIRTH_DATE, Spa
from tests.servers import RunningServer, running_server

RUNS: Final = 10
TARGET: Final = 1.5
CAMERAS_READY_MS: Final = 1_500  # ringing: both pages open their cameras meanwhile
STEP_MS: Final = 20_000
CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
SCRIPT: Final = (Path(__file__).parent / "connect.js").read_text(encoding="utf-8")
HOLD_STREAM: Final = """async () => {
  window.held = await navigator.mediaDevices.getUserMedia({
    audio: true, video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
}"""


def by(name: str) -> str:
    """Return the selector of a test id."""
    return f"[data-testid={name}]"


async def main(arguments: list[str]) -> dict[str, object]:
    """Measure and return the figures; the first argument is the number of runs."""
    runs = int(arguments[0]) if arguments else RUNS
    ours: list[float] = []
    bare: list[float] = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_server(folder))
        browser = await stack.enter_async_context(opened_browser())
        console = await signed_in_console(browser, server)
        pair = await held_pair(browser, server)
        for number in range(runs):
            ours.append(await accept_to_frames(browser, console, server, number))
            bare.append(await pair.evaluate("() => window.bench.barePair(window.held)"))
    return {
        "benchmark": "connect",
        "what": "accept to first decoded frame on both sides, direct mode",
        "runs": runs,
        "ours_ms": figures(ours),
        "peer": "bare RTCPeerConnection pair in one page of the same browser",
        "peer_ms": figures(bare),
        "ratio": round(median(ours) / median(bare), 3),
        "target": TARGET,
    }


def figures(values: list[float]) -> dict[str, object]:
    """Return median, extremes and every value, in milliseconds."""
    return {
        "median": round(median(values), 1),
        "min": round(min(values), 1),
        "max": round(max(values), 1),
        "all": [round(one, 1) for one in values],
    }


@asynccontextmanager
async def opened_browser() -> AsyncIterator[Browser]:
    """Start Chromium with made-up cameras, and end it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def signed_in_console(browser: Browser, server: RunningServer) -> Page:
    """Open the console of a practitioner who takes offers."""
    context = await browser.new_context()
    await context.add_init_script(SCRIPT)
    page = await context.new_page()
    who = server.people["avery"]
    await page.goto(f"{server.url}/console")
    await page.fill(by("sign-in-login"), who.login)
    await page.fill(by("sign-in-password"), who.password)
    await page.click(by("sign-in-submit"))
    await page.click(by("duty-toggle"))
    return page


async def held_pair(browser: Browser, server: RunningServer) -> Page:
    """Open a page of the same origin that holds a stream."""
    context = await browser.new_context()
    await context.add_init_script(SCRIPT)
    page = await context.new_page()
    await page.goto(f"{server.url}/")
    await page.evaluate(HOLD_STREAM)
    return page


async def accept_to_frames(
    browser: Browser, console: Page, server: RunningServer, number: int
) -> float:
    """Play one encounter up to the frames; return the milliseconds from the click."""
    context = await browser.new_context()
    await context.add_init_script(SCRIPT)
    try:
        patient = await waiting_patient(context, server, number)
        await console.wait_for_selector(by("offer-accept"), timeout=STEP_MS)
        await console.wait_for_timeout(CAMERAS_READY_MS)
        theirs = asyncio.create_task(patient.evaluate("() => window.bench.watchRemote()"))
        mine = asyncio.create_task(
            console.evaluate(
                """async () => {
                  const frame = window.bench.watchRemote();
                  const clicked = window.bench.now();
                  document.querySelector("[data-testid=offer-accept]").click();
                  return [clicked, await frame];
                }"""
            )
        )
        (clicked, practitioner_saw), patient_saw = await asyncio.gather(mine, theirs)
        await end_exam(console)
        return float(max(practitioner_saw, patient_saw) - clicked)
    finally:
        await context.close()


async def waiting_patient(
    context: BrowserContext, server: RunningServer, number: int
) -> Page:
    """Do the intake over HTTP, then wait on the real page."""
    name = f"Bench Patient {number}"
    async with signed_in(server.url, "portal", server.people["glow"]) as portal:
        link = await Spa(portal).request(name)
    async with ApiPage.opened(server.url) as api:
        patient = Patient(api, name, BIRTH_DATE)
        await patient.redeem(link.url)
        await patient.complete_intake()
        cookies = api.session.cookie_jar.filter_cookies(URL(server.url))
        await context.add_cookies(
            [{"name": one.key, "value": one.value, "url": server.url} for one in cookies.values()]
        )
    page = await context.new_page()
    await page.goto(f"{server.url}/join")
    await page.click(by("ready-button"))
    await page.wait_for_selector(by("waiting"), timeout=STEP_MS)
    return page


async def end_exam(console: Page) -> None:
    """Hang up and put the chart aside, so that the next offer can ring."""
    await console.click(by("call-hangup"))
    confirm = console.locator(by("call-hangup-confirm"))
    if await confirm.count():
        await confirm.click()
    await console.click(by("park"), timeout=STEP_MS)

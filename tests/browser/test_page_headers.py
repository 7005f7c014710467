"""Chromium understands every header, and forgets what it kept when somebody signs out."""

from __future__ import annotations

from playwright.async_api import ConsoleMessage, expect

from tests.browser.actors import STEP_MS
from tests.browser.signing_in import no_look, sign_in
from tests.browser.stage import DESKTOP, Stage

ALLOWED = (
    "() => ['camera', 'microphone', 'geolocation', 'usb']"
    ".map((name) => document.featurePolicy.allowsFeature(name))"
)
KEPT = "() => [localStorage.length, sessionStorage.length]"


async def test_no_page_is_told_what_a_browser_does_not_know_and_signing_out_forgets(
    stage: Stage,
) -> None:
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            told.append(message.text)

    page = await stage.page(DESKTOP)
    page.on("console", hear)
    for path in ("/", "/join", "/portal", "/ops", "/console"):
        await page.goto(f"{stage.server.url}{path}")
        assert await page.evaluate("() => document.title") != ""
    await page.evaluate("() => console.warn('heard')")
    # Each page asks who is signed in, and is told nobody.
    assert [one for one in told if not one.startswith("Failed to load resource")] == ["heard"]
    assert await page.evaluate(ALLOWED) == [True, True, False, False]

    await page.goto(f"{stage.server.url}/ops")
    await sign_in(page, stage.server.people["ops"], no_look, "ops-sign-in")
    out = page.get_by_role("button", name="Sign out")
    await out.wait_for(timeout=STEP_MS)
    await page.evaluate("() => { localStorage.note = 'x'; sessionStorage.note = 'x' }")
    # Whoever could not be signed out is not told that they are, and nothing is shown meanwhile.
    await page.route("**/api/v1/ops/session", lambda route: route.abort())
    await out.click()
    await expect(page.get_by_test_id("still-signed-in")).to_be_visible(timeout=STEP_MS)
    await expect(out).to_be_hidden()
    await page.unroute("**/api/v1/ops/session")
    await page.get_by_test_id("sign-out-again").click()
    await expect(page.get_by_test_id("sign-in-login")).to_be_visible(timeout=STEP_MS)
    await page.wait_for_function("() => !('note' in localStorage)", timeout=STEP_MS)
    assert (await page.evaluate(KEPT))[1] == 0
    cookies = {one["name"]: one for one in await page.context.cookies()}
    assert "gf_ops" not in cookies

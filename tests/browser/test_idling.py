"""A page asks before it signs off, tells of real input only, and says why it was signed off."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import looking
from tests.browser.signing_in import no_look, sign_in
from tests.browser.stage import DESKTOP, Stage
from tests.integration.live.test_idling import unused_for

SIGNED_IN: Final = {
    "console": ("blake", "duty-toggle"),
    "portal": ("glow", "new-exam"),
    "ops": ("ops", "ops-mean-connect"),
}
IDLE_S: Final = 900
STEP_MS: Final = 10_000


async def opened(stage: Stage, area: str) -> Page:
    """Return a page whose clock obeys the test."""
    login, shown = SIGNED_IN[area]
    page = await stage.page(DESKTOP, bypass_csp=True)
    await page.clock.install()
    await page.goto(f"{stage.server.url}/{area}")
    # Opening a page is use, and told at once: what a test does with the session comes after it.
    async with page.expect_response("**/session/activity"):
        await sign_in(page, stage.server.people[login], no_look, "")
    await page.get_by_test_id(shown).wait_for(timeout=STEP_MS)
    return page


@pytest.mark.parametrize("area", SIGNED_IN)
async def test_the_page_asks_before_it_signs_off(stage: Stage, area: str) -> None:
    page = await opened(stage, area)
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    warning = page.get_by_test_id("idle-warning")
    # The clock goes on by itself as well: half a minute is left for a machine that is busy.
    await page.clock.fast_forward((IDLE_S - 90) * 1_000)
    await expect(warning).to_be_hidden()
    await page.clock.fast_forward(35_000)
    await expect(warning).to_be_visible(timeout=STEP_MS)
    await look(page, f"{area}-still-there")
    async with page.expect_request(f"**/api/v1/{area}/session/activity") as told:
        await page.get_by_test_id("idle-stay").click()
    assert (await told.value).method == "POST"
    await expect(warning).to_be_hidden()
    assert found == {}
    assert stage.errors == []


async def test_what_is_told_of_input_is_told_once_a_minute(stage: Stage) -> None:
    page = await opened(stage, "portal")
    told: list[str] = []
    page.on("request", lambda one: told.append(one.url))
    for _ in range(3):
        await page.mouse.move(100, 100)
        await page.mouse.move(200, 200)
        await page.clock.fast_forward(10_000)
    assert [one for one in told if one.endswith("/activity")] == []
    async with page.expect_request("**/session/activity"):
        await page.clock.fast_forward(35_000)
    await page.clock.fast_forward(300_000)
    await expect(page.get_by_test_id("new-exam")).to_be_visible()
    assert len([one for one in told if one.endswith("/activity")]) == 1, "nobody did anything"


async def test_who_was_away_for_too_long_is_told_why_they_are_signed_out(stage: Stage) -> None:
    page = await opened(stage, "portal")
    await asyncio.sleep(1)  # that they came is noted by now
    await unused_for(stage.server, IDLE_S)
    await expect(page.get_by_test_id("sign-in-login")).to_be_visible(timeout=STEP_MS)
    await expect(page.get_by_role("status")).to_contain_text("nothing was done for a while")


async def test_a_sign_in_says_that_the_account_is_signed_in_elsewhere(stage: Stage) -> None:
    await opened(stage, "ops")
    second = await opened(stage, "ops")
    notice = second.get_by_test_id("signed-in-elsewhere")
    await expect(notice).to_contain_text("signed in")
    await notice.get_by_role("button").click()
    await expect(notice).to_be_hidden()

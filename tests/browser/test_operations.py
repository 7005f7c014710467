"""The page of operations: usable by keyboard, by address and as a file; clean for everybody."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage

TABS = ("now", "today", "history")


async def ops_page(stage: Stage, *, phone: bool = False, look: bool = False) -> Page:
    page = await stage.page(PHONE if phone else DESKTOP, bypass_csp=look)
    await page.goto(f"{stage.server.url}/ops")
    await page.get_by_test_id("sign-in-login").fill("ops")
    await page.get_by_test_id("sign-in-password").fill(stage.server.people["ops"].password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("ops-mean-connect").wait_for(timeout=STEP_MS)
    return page


async def test_arrow_keys_go_from_tile_to_tile(stage: Stage) -> None:
    page = await ops_page(stage)
    await page.get_by_test_id("tile-AK").focus()
    for key in ("ArrowRight", "ArrowDown"):
        await page.keyboard.press(key)
    await expect(page.get_by_test_id("tile-NH")).to_be_focused()
    await expect(page.get_by_test_id("tile-details")).to_contain_text("New Hampshire")
    await page.keyboard.press("Tab")
    await expect(page.get_by_test_id("tile-NH")).not_to_be_focused()
    await page.get_by_test_id("tiles-as-table").click()
    await expect(page.get_by_role("row")).to_have_count(52)


async def test_a_tab_is_an_address_and_back_leads_back(stage: Stage) -> None:
    page = await ops_page(stage)
    await page.get_by_test_id("tab-today").click()
    await expect(page.locator(".chart")).to_have_count(4)
    await page.get_by_test_id("tab-history").click()
    await page.get_by_test_id("history-days").get_by_role("link").first.click()
    await expect(page.get_by_test_id("history-csv")).to_be_visible(timeout=STEP_MS)
    assert "#history/20" in page.url
    await page.reload()
    await expect(page.get_by_test_id("history-csv")).to_be_visible(timeout=STEP_MS)
    await page.go_back()
    await expect(page.get_by_test_id("history-days")).to_be_visible(timeout=STEP_MS)
    assert stage.errors == []


async def test_days_are_downloaded_as_they_are_shown(stage: Stage) -> None:
    page = await ops_page(stage)
    await page.get_by_test_id("tab-history").click()
    await page.get_by_test_id("history-range").select_option("7")
    await page.get_by_test_id("history-jurisdiction").select_option("AZ")
    await expect(page.get_by_test_id("history-days").get_by_role("row")).to_have_count(8)
    async with page.expect_download() as started:
        await page.get_by_test_id("history-csv").click()
    file = await (await started.value).path()
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("day,arrived,answered,abandoned,")


async def test_a_chart_is_drawn_and_follows_the_colours(stage: Stage) -> None:
    await stage.clinic.waiting_patient("Ana Ortiz")
    page = await ops_page(stage)
    await page.get_by_test_id("tab-today").click()
    drawn = page.locator(".chart canvas")
    await expect(drawn).to_have_count(4, timeout=STEP_MS)
    before = await drawn.first.evaluate("(canvas) => canvas.toDataURL()")
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function(
        "(before) => document.querySelector('.chart canvas')?.toDataURL() !== before",
        arg=before,
    )
    assert stage.errors == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_tab_is_accessible(stage: Stage, scheme: str, *, phone: bool) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    await stage.clinic.waiting_patient("Ana Ortiz")
    page = await ops_page(stage, phone=phone, look=True)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for tab in TABS:
        await page.get_by_test_id(f"tab-{tab}").click()
        shown = "ops-alerts" if tab == "now" else "history-csv" if tab == "history" else None
        if shown is not None:
            await page.get_by_test_id(shown).wait_for(timeout=STEP_MS)
        await look(page, f"ops-{tab}")
        width = await page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= (PHONE if phone else DESKTOP)["width"], "nothing scrolls sideways"
    await page.get_by_test_id("tab-now").click()
    await page.get_by_test_id("tiles-as-table").click()
    await look(page, "ops-table")
    assert found == {}

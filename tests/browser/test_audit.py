"""The audit log in a real browser: what is unusual, a search by keyboard, one entry, a file."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_compliance import compliance_page


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_compliance_finds_who_read_what_and_opens_it(
    stage: Stage, *, phone: bool
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    size, name = (PHONE, "phone") if phone else (DESKTOP, "desktop")
    link = await stage.clinic.request("Ana Ortiz")
    stranger = await stage.clinic.staff_page("portal", "lumen")
    await stranger.request("GET", f"/api/v1/portal/encounters/{link.encounter_id}")
    page = await compliance_page(stage, size)
    await page.get_by_test_id("tab-compliance/audit").click()
    await page.get_by_test_id("audit-unusual").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("audit-denials")).to_contain_text("not theirs")
    await look(page, f"audit-{name}")
    await page.get_by_test_id("audit-search").press("Enter")
    await page.get_by_test_id("audit-encounter").fill(link.encounter_id)
    await page.keyboard.press("Enter")
    rows = page.get_by_test_id("audit-found").locator("tbody tr")
    await expect(rows.first).to_contain_text("Was refused", timeout=STEP_MS)
    await look(page, f"audit-found-{name}")
    await rows.first.get_by_test_id("audit-open").press("Enter")
    entry = page.get_by_test_id("audit-entry")
    await expect(entry).to_contain_text(link.encounter_id, timeout=STEP_MS)
    await expect(page.get_by_test_id("audit-place")).to_be_visible()
    await look(page, f"audit-entry-{name}")
    await page.keyboard.press("Escape")
    await expect(rows.first.get_by_test_id("audit-open")).to_be_focused()
    async with page.expect_download() as saved:
        await page.get_by_test_id("audit-csv").click()
    text = (await (await saved.value).path()).read_text(encoding="utf-8")
    assert text.startswith("at,action,outcome")
    assert link.encounter_id in text
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= size["width"], "nothing scrolls sideways but the tables"
    assert found == {}
    assert stage.errors == []

"""Offers that are accepted for a practitioner who wants it so."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.actors import STEP_MS, in_state
from tests.browser.stage import Stage

ANA = "Ana Ortiz"


async def test_a_practitioner_may_have_offers_accepted_for_them(stage: Stage) -> None:
    console = await stage.console("avery")
    setting = console.page.get_by_test_id("auto-accept")
    await expect(setting).to_be_enabled(timeout=STEP_MS)
    async with console.page.expect_response("**/api/v1/console/settings"):
        await setting.click()
    await console.page.reload()
    await expect(setting).to_be_checked(timeout=STEP_MS)
    await console.come_on_duty()
    ana, _ = await stage.ready(ANA)
    await ana.wait()
    await in_state(ana.page, "connected")
    await console.connected()
    await expect(console.page.get_by_test_id("desk-notice")).to_contain_text("by itself")
    await setting.click()  # it shows what the server has, not what was pressed
    await expect(setting).not_to_be_checked(timeout=STEP_MS)
    assert stage.errors == []

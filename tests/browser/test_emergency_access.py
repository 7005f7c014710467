"""Emergency access in a real browser: asked for, read under a red banner, reviewed."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import BIRTH_DATE, STEP_MS
from tests.browser.axe import looking
from tests.browser.signing_in import Look, sign_in
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_compliance import compliance_page
from tests.stale import proved_long_ago

REASON = "Found unconscious at home, the ambulance asks what she was given."


async def proves_again(page: Page, password: str) -> None:
    """The proof is asked for over the form, which then goes on by itself."""
    asked = page.get_by_test_id("step-up-password")
    await expect(asked).to_be_visible(timeout=STEP_MS)
    await asked.fill(password)
    await page.get_by_test_id("step-up-submit").click()


async def is_closed(page: Page) -> None:
    """The practitioner has what they needed."""
    await page.get_by_test_id("chart-reader-close").click()
    await page.get_by_test_id("emergency-end").click()
    await expect(page.get_by_test_id("emergency-banner")).to_have_count(0, timeout=STEP_MS)


async def reviews(stage: Stage, look: Look, page: Page) -> None:
    """Compliance sees that charts were opened, not whose; when it is over, what it found."""
    officer = await compliance_page(stage, DESKTOP)
    await expect(officer.get_by_test_id("emergency-waiting")).to_be_visible(timeout=STEP_MS)
    await officer.get_by_test_id("tab-compliance/emergency-access").click()
    card = officer.get_by_test_id("emergency-review").first
    await expect(card).to_contain_text(REASON, timeout=STEP_MS)
    await expect(card).to_contain_text("Open now, not reviewed")
    await expect(card).not_to_contain_text("Ortiz")
    await look(officer, "emergency-review-desktop")
    await officer.set_viewport_size(PHONE)
    await look(officer, "emergency-review-phone")
    await expect(card.get_by_test_id("emergency-not-justified")).to_contain_text("end it now")
    await expect(card.get_by_test_id("emergency-justified")).to_have_count(0)
    await is_closed(page)
    await officer.reload()
    await expect(card).to_contain_text("Over, not reviewed", timeout=STEP_MS)
    await card.get_by_test_id("emergency-note").fill("The ambulance confirms it.")
    await proved_long_ago(stage.server, "compliance")
    await card.get_by_test_id("emergency-justified").click()
    await proves_again(officer, stage.server.people["compliance"].password)
    await expect(card).to_contain_text("Justified, Lena Fischer", timeout=STEP_MS)


@pytest.mark.safeguard("164.312(a)(2)(ii)")
async def test_a_chart_is_opened_in_need_read_and_reviewed(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    ana = await stage.clinic.ready_patient("Ana Ortiz")
    page = await stage.page(DESKTOP, bypass_csp=True)
    await page.goto(f"{stage.server.url}/console")
    await sign_in(page, stage.server.people["blake"], look, "emergency-sign-in")
    await page.get_by_test_id("emergency-access").click()
    begin = page.get_by_test_id("emergency-begin")
    await page.get_by_test_id("emergency-name").fill("Ana Ortiz")
    await page.get_by_test_id("emergency-birthdate").fill(BIRTH_DATE)
    await page.get_by_test_id("emergency-reason").fill("Urgent")
    await expect(begin).to_be_disabled()
    await page.get_by_test_id("emergency-reason").fill(REASON)
    await look(page, "emergency-form-desktop")
    await page.set_viewport_size(PHONE)
    await look(page, "emergency-form-phone")
    await proved_long_ago(stage.server, "blake")
    await begin.click()
    await proves_again(page, stage.server.people["blake"].password)
    banner = page.get_by_test_id("emergency-banner")
    await expect(banner).to_contain_text("Emergency access to Ana Ortiz", timeout=STEP_MS)
    await expect(page.get_by_test_id("emergency-left")).to_contain_text("59:")
    await look(page, "emergency-banner-phone")
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing scrolls sideways"
    await page.get_by_test_id(f"emergency-read-{ana.encounter_id}").click()
    reader = page.get_by_test_id("chart-reader")
    await expect(reader).to_contain_text("Not signed.", timeout=STEP_MS)
    await look(page, "emergency-chart-phone")
    await page.set_viewport_size(DESKTOP)
    await look(page, "emergency-chart-desktop")

    await reviews(stage, look, page)
    assert found == {}
    assert stage.errors == []

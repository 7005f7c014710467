"""Somebody is elsewhere than they said, in front of real pages."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS, Console, Join, in_state, sees_moving_pictures
from tests.browser.axe import looking
from tests.browser.stage import Stage


async def in_call(stage: Stage, name: str, found: dict[str, list[str]]) -> tuple[Join, Console]:
    """Return a patient and Casey, licensed in Arizona and Colorado, who see each other."""
    look = looking(found, stage.folder)
    patient, _ = await stage.ready(name, bypass_csp=True)
    patient.look = look
    console = await stage.console("casey", look)
    await patient.wait()
    await console.come_on_duty()
    await console.accept()
    await in_state(patient.page, "connected")
    await console.connected()
    return patient, console


async def hear(page: Page, code: str) -> None:
    await page.get_by_test_id("heard-editor").locator("summary").click()
    await page.get_by_test_id("heard-place").select_option(code)
    await page.get_by_test_id("heard-record").click()


async def say_where(page: Page, city: str, postal: str) -> None:
    await page.get_by_test_id("location-street").fill("1 Main St")
    await page.get_by_test_id("location-city").fill(city)
    await page.get_by_test_id("location-postal").fill(postal)
    await page.get_by_test_id("location-attest").check()
    await page.get_by_test_id("next").click()


async def agree(join: Join) -> None:
    await join.page.get_by_test_id("consent-name").wait_for(timeout=STEP_MS)
    boxes = join.page.locator(".join-consent input[type=checkbox]")
    for index in range(await boxes.count()):
        await boxes.nth(index).check()
    await join.page.get_by_test_id("consent-name").fill(join.name)
    await join.look(join.page, "join-relocation-consent")
    await join.page.get_by_test_id("next").click()


@pytest.mark.long
async def test_another_state_heard_in_the_call_is_another_consent_and_the_exam_goes_on(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    ana, console = await in_call(stage, "Ana Ortiz", found)
    await console.examine()
    await hear(console.page, "CO")
    await expect(console.page.get_by_test_id("heard-elsewhere")).to_contain_text("Colorado")
    await console.look(console.page, "console-heard-elsewhere")
    page = ana.page
    await expect(page.get_by_test_id("relocation")).to_contain_text("Colorado", timeout=STEP_MS)
    await sees_moving_pictures(page)
    await ana.look(page, "join-relocation")
    await say_where(page, "Denver", "80202")
    await agree(ana)
    await in_state(page, "connected")
    await expect(console.page.get_by_test_id("heard-elsewhere")).to_have_count(
        0, timeout=STEP_MS
    )
    await expect(console.page.locator(".prompts")).to_contain_text(
        "Denver, CO", timeout=STEP_MS
    )
    await expect(console.page.get_by_test_id("gate-consent")).not_to_be_checked()
    await console.examine()
    await console.sign()
    await page.get_by_test_id("copy-pdf").wait_for(timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []


async def test_a_state_where_exams_are_not_offered_is_said_plainly_and_nothing_is_lost(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    eve, console = await in_call(stage, "Eve Stone", found)
    await hear(console.page, "WY")
    notice = console.page.get_by_test_id("desk-notice")
    await expect(notice).to_contain_text("back in the queue", timeout=STEP_MS)
    page = eve.page
    await expect(page.get_by_test_id("relocation")).to_contain_text("Wyoming", timeout=STEP_MS)
    await eve.look(page, "join-relocation-in-line")
    await say_where(page, "Cheyenne", "82001")
    refused = page.get_by_test_id("not-served")
    await expect(refused).to_contain_text("Wyoming", timeout=STEP_MS)
    await expect(refused).to_contain_text("place in line")
    await eve.look(page, "join-relocation-not-served")
    await page.get_by_test_id("not-served-location").click()
    await page.get_by_test_id("back").click()
    await page.get_by_test_id("location-yes").click()
    await agree(eve)
    await console.accept()
    await in_state(page, "connected")
    assert found == {}
    assert stage.errors == []

from __future__ import annotations

from typing import Final

from playwright.async_api import Page, expect

from tests.browser.actors import BIRTH_DATE, STEP_MS, TREATMENTS
from tests.browser.stage import PHONE, Stage

SITE: Final = "Glow Scottsdale"
ANSWER: Final = "coverage-answer"
TOPICS: Final = ("pregnancy", "new_diagnosis", "new_medication", "new_allergy", "infection")
WAYS: Final = {"neurotoxin": "approved", "filler": "conditional"}


async def examined(stage: Stage, name: str) -> None:
    """Let avery approve one treatment and make the other conditional."""
    console = await stage.console("avery")
    await console.come_on_duty()
    patient, _ = await stage.ready(name)
    await patient.wait()
    await console.accept()
    await console.connected()
    await console.examine()
    page = console.page
    for treatment in TREATMENTS:
        await page.get_by_test_id(f"disp-{treatment}-{WAYS[treatment]}").check()
    await page.get_by_test_id("disp-filler-conditions").fill("Negative pregnancy test today.")
    await page.get_by_test_id("disp-filler-rationale").focus()
    await page.get_by_test_id("call-hangup").click()
    await patient.page.get_by_test_id("after-call").wait_for(timeout=STEP_MS)
    await console.sign()


async def look_up(page: Page, name: str, treatment: str) -> None:
    await page.get_by_test_id("coverage-name").fill(name)
    await page.get_by_test_id("coverage-birthdate").fill(BIRTH_DATE)
    await page.get_by_test_id("coverage-site").select_option(label=SITE)
    await page.get_by_test_id("coverage-treatment").select_option(treatment)
    await page.get_by_test_id("coverage-credential").select_option("RN")
    await page.get_by_test_id("coverage-ask").click()


async def answered(page: Page, answer: str) -> None:
    shown = page.get_by_test_id(ANSWER)
    await expect(shown).to_have_attribute("data-answer", answer, timeout=STEP_MS)


async def check(page: Page, **changed: str) -> None:
    for topic in TOPICS:
        await page.get_by_test_id(f"check-{topic}-{changed.get(topic, 'no')}").check()
    await page.get_by_test_id("check-submit").click()


async def test_the_search_box_says_what_a_valid_exam_covers(stage: Stage) -> None:
    await examined(stage, "Rosa Delgado")
    portal = await stage.portal()
    page = portal.page
    await page.get_by_test_id("coverage").click()

    await look_up(page, "Rosa Delgado", "chemical_peel")
    await answered(page, "not_covered")
    await look_up(page, "Rosa Delgado", "neurotoxin")
    await answered(page, "conditional")
    await check(page)
    await answered(page, "covered")
    shown = page.get_by_test_id(ANSWER)
    await expect(shown).to_contain_text("Covered by a valid exam")
    assert "may be treated" not in await page.content()

    await page.get_by_test_id("coverage-record").click()
    await page.get_by_test_id("use-performer").fill("Robin Vale")
    await page.get_by_test_id("use-lot").fill("C1234")
    await page.get_by_test_id("use-submit").click()
    await expect(page.get_by_test_id("use-kept")).to_contain_text("Recorded", timeout=STEP_MS)

    # The check of the day counts for the other treatment too; its condition is still open.
    await look_up(page, "Rosa Delgado", "filler")
    await answered(page, "conditional")
    await page.get_by_test_id("condition-name").fill("Noor Haddad")
    await page.get_by_test_id("condition-credential").select_option("NP")
    await page.get_by_test_id("condition-note").fill("Test negative.")
    await page.get_by_test_id("condition-submit").click()
    await answered(page, "covered")
    assert stage.errors == []


async def test_a_patient_who_is_pregnant_is_not_covered_on_the_page(stage: Stage) -> None:
    await examined(stage, "Vera Quist")
    page = (await stage.portal()).page
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("coverage").click()
    await look_up(page, "Vera Quist", "neurotoxin")
    await answered(page, "conditional")
    await check(page, pregnancy="yes")
    await answered(page, "not_covered")
    await expect(page.get_by_test_id(ANSWER)).to_contain_text("new health information")
    await look_up(page, "Vera Quist", "filler")
    await answered(page, "not_covered")
    assert stage.errors == []

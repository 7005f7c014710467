"""The compliance page, and a patient where nothing is open: in a real browser, looked at."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage, once
from tests.browser.test_before_care import network_of

SIZES = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")]


async def compliance_page(stage: Stage, size: ViewportSize) -> Page:
    page = await stage.page(size, bypass_csp=True)
    await page.goto(f"{stage.server.url}/ops")
    who = stage.server.people["compliance"]
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("compliance").wait_for(timeout=STEP_MS)
    return page


@pytest.mark.parametrize("size", SIZES)
async def test_compliance_opens_and_closes_a_jurisdiction(
    stage: Stage, size: ViewportSize
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    page = await compliance_page(stage, size)
    name = "phone" if size is PHONE else "desktop"
    await expect(page.get_by_test_id("open-AZ")).to_have_attribute("data-standing", "open")
    nevada = page.get_by_test_id("open-NV")
    await expect(nevada).to_have_attribute("data-standing", "closed")
    await look(page, f"compliance-{name}")
    await nevada.click()
    await page.get_by_test_id("jurisdiction").wait_for(timeout=STEP_MS)
    await page.get_by_test_id("rule-NV-1").locator("summary").click()
    await look(page, f"compliance-nevada-{name}")
    for act, standing in (("opening-open", "partly"), ("opening-close", "closed")):
        await page.get_by_label("Choose all treatments for MD").click()
        await page.get_by_test_id("opening-reference").fill("Browser memo 1")
        await page.get_by_test_id(act).click()
        await expect(nevada).to_have_attribute("data-standing", standing, timeout=STEP_MS)
    log = page.get_by_test_id("compliance-log")
    await expect(log.locator("tbody tr").first).to_contain_text("Browser memo 1")
    assert found == {}
    assert stage.errors == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_says_which_questions_a_clinician_signed_and_which_are_drafts(
    stage: Stage, size: ViewportSize
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    network = ("--network", network_of(stage))
    signer = ("--by", "Dr. Ines Roth", "--reference", "Clinical memo 3")
    credential = ("--credential", "MD, AZ 012345")
    stage.server.command("questionnaires", "sign-off", "glp1", *network, *signer, *credential)
    try:
        page = await compliance_page(stage, size)
        signed = page.get_by_test_id("questionnaire-glp1")
        await expect(signed).to_contain_text("Signed off", timeout=STEP_MS)
        await expect(signed).to_contain_text("Dr. Ines Roth, MD, AZ 012345")
        draft = page.get_by_test_id("questionnaire-filler")
        await expect(draft).to_contain_text("not clinically approved")
        await expect(page.get_by_test_id("questionnaires-signed")).to_contain_text("1 of 18")
        await look(page, f"compliance-questions-{size['width']}")
    finally:
        stage.server.command("questionnaires", "withdraw", "glp1", *network, *signer)
    assert found == {}
    assert stage.errors == []


async def test_operations_read_and_change_nothing(stage: Stage) -> None:
    page = await stage.page(DESKTOP)
    await page.goto(f"{stage.server.url}/ops#compliance/TX")
    who = stage.server.people["ops"]
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("jurisdiction").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("opening-reference")).to_have_count(0)
    await expect(page.get_by_test_id("policy-controlled_enabled")).to_be_disabled()


@pytest.mark.parametrize("spanish", [False, True], ids=["english", "spanish"])
async def test_a_jurisdiction_that_is_not_served_is_said_before_the_health_questions(
    stage: Stage, *, spanish: bool
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    portal = await stage.portal()
    link, _ = await portal.new_exam("Nell Vada")
    patient = await stage.patient("Nell Vada", look)
    await patient.open(link)
    await patient.intake(until="location-yes")
    page = patient.page
    await page.get_by_test_id("location-no").click()
    await page.get_by_test_id("location-jurisdiction").select_option("NV")
    await page.get_by_test_id("location-street").fill("1 Fremont St")
    await page.get_by_test_id("location-city").fill("Las Vegas")
    await page.get_by_test_id("location-postal").fill("89101")
    await page.get_by_test_id("location-attest").check()
    await page.locator("button.join-next[type=submit]").last.click()
    await page.get_by_test_id("treatment-neurotoxin").wait_for(timeout=STEP_MS)
    await page.locator("button.join-next[type=submit]").last.click()
    told = page.get_by_test_id("not-served")
    await told.wait_for(timeout=STEP_MS)
    await expect(told).to_contain_text("Nevada")
    answered = asyncio.Event()
    if spanish:
        await page.route("**/join/identity", once(answered))
        await page.get_by_test_id("language").click()
        await expect(told).to_contain_text("No podemos hacer este examen")
    await look(page, f"join-not-served-{'es' if spanish else 'en'}")
    await page.get_by_test_id("not-served-location").click()
    await page.get_by_test_id("back").click()
    answered.set()  # who went back meanwhile stays there
    await page.get_by_test_id("location-yes").click()
    await expect(told).to_have_count(0, timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []

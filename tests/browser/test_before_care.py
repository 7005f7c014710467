"""Consent, guardians, who is there and emergencies, in front of real pages."""

from __future__ import annotations

import asyncio
import json
from typing import Final

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.actors import STEP_MS, TREATMENTS, in_state
from tests.browser.axe import looking
from tests.browser.stage import Stage, once

NAME: Final = "Mia Ortiz"
GUARDIAN: Final = "Luz Ortiz"
CHILD: Final = "2011-03-04"


async def in_call(stage: Stage, name: str) -> tuple[Page, Page]:
    """Return the pages of a patient and a practitioner who see each other."""
    ana, _ = await stage.ready(name, bypass_csp=True)
    console = await stage.console("avery", looking({}, stage.folder))
    await ana.wait()
    await console.come_on_duty()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    return ana.page, console.page


async def refused(route: Route) -> None:
    await route.fulfill(status=503, json={"error": {"code": "database_away", "message": ""}})


async def test_a_minor_is_refused_and_the_page_says_what_to_do(stage: Stage) -> None:
    portal = await stage.portal()
    page = portal.page
    await page.get_by_test_id("new-exam").click()
    await page.get_by_test_id("exam-name").fill(NAME)
    await page.get_by_test_id("exam-birthdate").fill(CHILD)
    await page.get_by_test_id("exam-treatment-neurotoxin").check()
    await page.get_by_test_id("exam-submit").click()
    too_young = page.get_by_text("18 or older")
    await too_young.wait_for(timeout=STEP_MS)
    assert "parent or guardian" in await too_young.inner_text()
    assert stage.errors == []


@pytest.mark.long
async def test_a_minor_with_a_guardian_is_examined_where_it_is_open_for_minors(
    stage: Stage,
) -> None:
    network = network_of(stage)
    settle = ("--network", network, "--by", "Compliance", "--reference", "test")
    for treatment in TREATMENTS:
        stage.server.command("minors", "enable", treatment, *settle)
    try:
        found: dict[str, list[str]] = {}
        look = looking(found, stage.folder)
        portal = await stage.portal()
        link, _ = await portal.new_exam(NAME, CHILD)
        mia = await stage.patient(NAME, look)
        mia.birth_date, mia.guardian = CHILD, GUARDIAN
        await mia.open(link)
        await mia.intake()
        await mia.page.get_by_test_id("room-add").click()
        await mia.page.get_by_test_id("room-who").select_option("parent")
        await mia.page.get_by_test_id("room-name").fill(GUARDIAN)
        await look(mia.page, "join-room")
        await mia.page.get_by_test_id("room-save").click()
        await expect(mia.page.get_by_test_id("room")).to_contain_text(GUARDIAN)
        console = await stage.console("avery", look)
        await mia.wait()
        await console.come_on_duty()
        await console.accept()
        await in_state(mia.page, "connected")
        await expect(console.page.get_by_test_id("gates-first")).to_be_visible(timeout=STEP_MS)
        choice = console.page.get_by_test_id("disp-neurotoxin-approved")
        await expect(choice).to_be_disabled()
        await expect(console.page.locator(".prompts")).to_contain_text(GUARDIAN)
        await look(console.page, "console-minor")
        await console.examine()
        await console.sign()
        await mia.page.get_by_test_id("copy-pdf").wait_for(timeout=STEP_MS)
        assert found == {}
        assert stage.errors == []
    finally:
        for treatment in TREATMENTS:
            stage.server.command("minors", "disable", treatment, *settle)


async def test_consent_taken_back_in_the_call_ends_the_exam_politely(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    patient, console = await in_call(stage, "Ana Ortiz")
    await patient.get_by_test_id("call-more").click()
    await patient.route("**/join/privacy", refused)
    await patient.get_by_test_id("ask-privacy").click()
    await patient.get_by_test_id("error").wait_for(timeout=STEP_MS)
    await look(patient, "join-call-more")
    await patient.get_by_test_id("withdraw").click()
    await patient.get_by_test_id("withdraw-confirm").click()
    await patient.get_by_test_id("after-call").wait_for(timeout=STEP_MS)
    await expect(patient.get_by_test_id("consent-withdrawn")).to_be_visible(timeout=STEP_MS)
    await look(patient, "join-withdrawn")
    await expect(console.get_by_test_id("consent-withdrawn")).to_be_visible(timeout=STEP_MS)
    for choice, possible in (("approved", False), ("conditional", False), ("declined", True)):
        await expect(console.get_by_test_id(f"disp-neurotoxin-{choice}")).to_be_enabled(
            enabled=possible
        )
    await look(console, "console-withdrawn")
    await console.get_by_test_id("note").fill("The patient withdrew consent.")
    for treatment in TREATMENTS:
        await console.get_by_test_id(f"disp-{treatment}-declined").check()
        await console.get_by_test_id(f"disp-{treatment}-rationale").fill("Consent withdrawn.")
    await expect(console.locator(".row-state")).to_have_count(0, timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []


async def test_a_call_for_help_shows_on_all_three_pages(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    portal = await stage.portal(look=looking({}, stage.folder))
    patient, console = await in_call(stage, "Eve Stone")
    await patient.get_by_test_id("help-now").click()
    await expect(patient.get_by_test_id("emergency-address")).to_contain_text("Camelback")
    await expect(patient.get_by_test_id("emergency-call")).to_have_attribute("href", "tel:911")
    alert = portal.page.get_by_test_id("emergency-alert")
    await expect(alert).to_contain_text("Camelback", timeout=STEP_MS)
    await expect(alert).to_contain_text("Eve Stone")
    there = console.get_by_test_id("emergency-alert")
    await expect(there).to_contain_text("Camelback", timeout=STEP_MS)
    await look(patient, "join-help")
    await look(portal.page, "portal-emergency")
    await look(console, "console-emergency")
    await console.get_by_test_id("emergency-clear").click()
    await expect(alert).to_have_count(0, timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []


async def test_the_emergency_of_an_answer_shows_before_everything_else(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    portal = await stage.portal(look=looking({}, stage.folder))
    link = await stage.clinic.request("Eve Stone")
    eve = await stage.patient("Eve Stone", look)
    await eve.open(link.url)
    await eve.intake(until="health-next")
    answered = asyncio.Event()
    await eve.page.route("**/join/answers", once(answered))
    await eve.page.get_by_test_id("health-next").click()
    await eve.page.locator("input[value=chest_pain]").check()
    answered.set()  # what is answered while the screen is being saved counts
    await expect(eve.page.get_by_test_id("emergency-address")).to_contain_text("Camelback")
    await expect(eve.page.get_by_test_id("emergency-steps")).to_be_visible()
    await look(eve.page, "join-emergency")
    alert = portal.page.get_by_test_id("emergency-alert")
    await expect(alert).to_contain_text("chest pain", timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []


def network_of(stage: Stage) -> str:
    """Return the id of the demo network."""
    listed = stage.server.command("network", "list", "--json")
    return str(next(one["id"] for one in json.loads(listed) if one["kind"] == "network"))

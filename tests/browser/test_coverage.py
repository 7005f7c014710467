"""Covered by a valid exam? The portal's one box, and the console that ends what was allowed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import BIRTH_DATE, STEP_MS, Console
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.servers import RunningServer

SITE: Final = "Glow Scottsdale"
ANSWER: Final = "coverage-answer"
TOPICS: Final = ("pregnancy", "new_diagnosis", "new_medication", "new_allergy", "infection")
WANTED: Final = ("neurotoxin", "filler", "chemical_peel")
MONTHS: Final = 150  # days
DAY_US: Final = 86_400 * 1_000_000


@pytest.fixture
def found() -> dict[str, list[str]]:
    """What axe-core finds on the pages that are looked at."""
    return {}


async def examined(stage: Stage, name: str) -> Console:
    """Let avery approve one treatment, make another conditional and defer the third."""
    console = await stage.console("avery", with_axe)
    await console.come_on_duty()
    patient, _ = await stage.ready(name, treatments=WANTED)
    await patient.wait()
    await console.accept()
    await console.connected()
    await console.confirm()
    await console.read()
    page = console.page
    await page.get_by_test_id("note").fill("Seen on video. No findings.")
    await decide(page, "neurotoxin", "approved")
    await console.look_at("neurotoxin")
    await page.get_by_test_id("disp-neurotoxin-order-confirm").check()
    await decide(page, "filler", "conditional")
    await page.get_by_test_id("disp-filler-condition").select_option("negative_pregnancy_test")
    await page.get_by_test_id("disp-filler-satisfied-NP").check()
    await console.look_at("filler")
    await page.get_by_test_id("disp-filler-order-confirm").check()
    await decide(page, "chemical_peel", "deferred")
    await page.get_by_test_id("disp-chemical_peel-reason-needs_more_information").check()
    saved = page.get_by_test_id("note-saved")
    await expect(saved).to_have_attribute("data-state", "saved", timeout=STEP_MS)
    await expect(page.locator(".row-state")).to_have_count(0, timeout=STEP_MS)
    await page.get_by_test_id("call-hangup").click()
    await patient.page.get_by_test_id("after-call").wait_for(timeout=STEP_MS)
    await console.sign()
    return console


async def with_axe(_page: Page, _name: str) -> None:
    """Look at nothing on the way; the page lets a test bring axe-core in."""


async def decide(page: Page, treatment: str, disposition: str) -> None:
    await page.get_by_test_id(f"disp-{treatment}-{disposition}").check()
    await page.get_by_test_id(f"disp-{treatment}-rationale").fill("As discussed.")


async def at_the_box(stage: Stage) -> Page:
    page = (await stage.portal(look=with_axe)).page
    await page.get_by_test_id("coverage").click()
    return page


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


def months_pass(server: RunningServer) -> None:
    """Make every exam that was signed so far one of months ago."""
    file = server.folder / "data" / "goodfaith.db"
    with closing(sqlite3.connect(file, timeout=10)) as database, database:
        rows = database.execute("SELECT id, signed_at, valid_until FROM authorizations")
        for key, signed_at, last in rows.fetchall():
            ended = (date.fromisoformat(last) - timedelta(days=MONTHS)).isoformat()
            database.execute(
                "UPDATE authorizations SET signed_at = ?, valid_until = ? WHERE id = ?",
                (signed_at - MONTHS * DAY_US, ended, key),
            )


async def on_both(page: Page, stage: Stage, name: str, found: dict[str, list[str]]) -> None:
    """Look at a page on a phone and on a desk; nothing scrolls sideways."""
    look = looking(found, stage.folder)
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        wide = await page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= size["width"]
        await look(page, f"{name}-{size['width']}")


async def test_a_mixed_outcome_is_answered_by_the_one_box(
    stage: Stage, found: dict[str, list[str]]
) -> None:
    await examined(stage, "Rosa Delgado")
    page = await at_the_box(stage)
    await look_up(page, "Rosa Delgado", "chemical_peel")
    await answered(page, "not_covered")
    await look_up(page, "Rosa Delgado", "neurotoxin")
    await answered(page, "conditional")
    await check(page)
    await answered(page, "covered")
    await expect(page.get_by_test_id(ANSWER)).to_contain_text("Covered by a valid exam")
    assert "may be treated" not in await page.content()
    await on_both(page, stage, "coverage-covered", found)

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
    await on_both(page, stage, "coverage-condition", found)
    await page.get_by_test_id("condition-submit").click()
    await answered(page, "covered")
    assert found == {}
    assert stage.errors == []


async def test_a_patient_who_is_pregnant_months_after_her_exam_is_not_green(
    stage: Stage,
) -> None:
    await examined(stage, "Vera Quist")
    months_pass(stage.server)
    page = await at_the_box(stage)
    await page.set_viewport_size(PHONE)
    await look_up(page, "Vera Quist", "neurotoxin")
    await answered(page, "conditional")
    await check(page, pregnancy="yes")
    await answered(page, "not_covered")
    await expect(page.get_by_test_id(ANSWER)).to_contain_text("new health information")
    await look_up(page, "Vera Quist", "filler")
    await answered(page, "not_covered")
    assert stage.errors == []


async def test_news_after_a_clear_check_ends_what_the_exam_allowed(stage: Stage) -> None:
    await examined(stage, "Nell Ibarra")
    page = await at_the_box(stage)
    await look_up(page, "Nell Ibarra", "neurotoxin")
    await check(page)
    await answered(page, "covered")
    await page.get_by_test_id("coverage-news").click()
    await check(page, new_medication="yes")
    await answered(page, "not_covered")
    assert stage.errors == []


async def test_the_practitioner_finds_a_signed_exam_and_ends_what_it_allows(
    stage: Stage, found: dict[str, list[str]]
) -> None:
    console = await examined(stage, "Ines Okafor")
    page = console.page
    await page.get_by_test_id("chart-close").click()
    await page.locator("[data-testid=signed-exams] > summary").click()
    await page.locator("[data-testid=signed-exams] button", has_text="Ines Okafor").click()
    row = page.get_by_test_id("cover-neurotoxin")
    await expect(row).to_have_attribute("data-standing", "in_force", timeout=STEP_MS)
    await expect(page.get_by_test_id("cover-filler")).to_have_attribute("data-standing", "open")
    await page.get_by_test_id("cover-end-neurotoxin").click()
    await page.get_by_test_id("end-submit").click()
    await expect(page.get_by_test_id("end-dialog")).to_contain_text("Write why.")
    await page.get_by_test_id("end-reason").select_option("practitioner_decision")
    await page.get_by_test_id("end-note").fill("Recall of the lot.")
    await on_both(page, stage, "console-end", found)
    await page.get_by_test_id("end-submit").click()
    await expect(row).to_have_attribute("data-standing", "ended", timeout=STEP_MS)
    await expect(page.locator(".addenda")).to_contain_text("Recall of the lot.")
    await on_both(page, stage, "console-ended", found)

    portal = await at_the_box(stage)
    await look_up(portal, "Ines Okafor", "neurotoxin")
    await answered(portal, "not_covered")
    await expect(portal.get_by_test_id(ANSWER)).to_contain_text("ended after it was signed")
    assert found == {}
    assert stage.errors == []

"""The planner of the operations page: from two files to a licence that helps."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "docs" / "examples"
PLAN_MS: Final = 90_000


async def planner(stage: Stage, size: ViewportSize) -> Page:
    """Return operations' page, signed in, at the planner."""
    page = await stage.page(size, bypass_csp=True)
    await page.goto(f"{stage.server.url}/ops#planner")
    who = stage.server.people["ops"]
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("plan-submit").wait_for(timeout=STEP_MS)
    return page


async def from_files(page: Page) -> None:
    for name, file in (("arrivals", "arrivals.csv"), ("roster", "roster.csv")):
        await page.get_by_test_id(f"plan-{name}").select_option("csv")
        await page.get_by_test_id(f"plan-{name}Csv-file").set_input_files(EXAMPLES / file)
        await expect(page.get_by_test_id(f"plan-{name}Csv")).not_to_have_value("")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_plan_says_which_licence_would_help(stage: Stage, size: ViewportSize) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    page = await planner(stage, size)
    await look(page, "planner-empty")
    await from_files(page)
    await page.get_by_test_id("plan-submit").click()
    await page.get_by_test_id("plan-verdict").wait_for(timeout=PLAN_MS)
    await expect(page.get_by_test_id("plan-changes")).to_contain_text("in NV")
    await expect(page.get_by_test_id("plan-gaps")).to_contain_text("NM: 1.0 h, 1.0 patients")
    await expect(page.get_by_test_id("plan-table").locator("tbody tr")).to_have_count(6)
    await look(page, "planner-plan")
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= size["width"], "nothing scrolls sideways"
    assert found == {}


async def test_what_cannot_be_planned_is_said_beside_what_was_typed(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    page = await planner(stage, DESKTOP)
    await page.get_by_test_id("plan-arrivals").select_option("csv")
    await page.get_by_test_id("plan-arrivalsCsv").fill("when,where\n")
    await page.get_by_test_id("plan-submit").click()
    await expect(page.get_by_test_id("plan-arrivalsCsv")).to_be_focused()
    await look(page, "planner-faults")
    await from_files(page)
    text = "interval_start,jurisdiction,arrivals\n2026-03-02T09:00Z,XX,1\n"
    await page.get_by_test_id("plan-arrivalsCsv").fill(text)
    await page.get_by_test_id("plan-submit").click()
    error = page.get_by_test_id("error")
    await expect(error).to_contain_text("The arrivals, line 2", timeout=PLAN_MS)
    await look(page, "planner-refused")
    assert found == {}

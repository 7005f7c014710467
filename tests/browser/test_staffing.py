"""Who is planned when, and what patients, spas, practitioners and operations see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.actors import STEP_MS, Join
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage, take_over
from tests.clients import scene
from tests.rosters import only
from tests.servers import running_server

ANA = "Ana Ortiz"


@pytest_asyncio.fixture(loop_scope="session")
async def quiet(browser: Browser, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server of its own, on whose roster stands Casey alone, from two hours ahead."""
    with running_server(tmp_path) as server:
        only(server, "casey", 2, 10)
        async with AsyncExitStack() as stack:
            clinic = await stack.enter_async_context(scene(server))
            yield Stage(server, browser, clinic, stack, tmp_path)


async def at_the_last_step(stage: Stage, name: str) -> tuple[Page, str]:
    """Return the phone of a patient who has done the intake, and their encounter."""
    attendee = await stage.clinic.ready_patient(name)
    await attendee.socket.close()
    context = await stage.context(PHONE, bypass_csp=True)
    await take_over(attendee.patient.page, context)
    page = await context.new_page()
    await page.goto(f"{stage.server.url}/join")
    return page, attendee.encounter_id


async def both_sizes(page: Page, stage: Stage, found: dict[str, list[str]], name: str) -> None:
    """Look at a page on a phone and on a desk; nothing scrolls sideways."""
    look = looking(found, stage.folder)
    before = page.viewport_size
    for size, where in ((PHONE, "390"), (DESKTOP, "1280")):
        await page.set_viewport_size(size)
        await look(page, f"{name}-{where}")
        width = await page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name} scrolls sideways at {where}"
    if before is not None:
        await page.set_viewport_size(before)


async def test_a_patient_is_told_when_and_called_back_when_somebody_comes(quiet: Stage) -> None:
    found: dict[str, list[str]] = {}
    ana, encounter_id = await at_the_last_step(quiet, ANA)
    await expect(ana.get_by_test_id("not-now")).to_contain_text("until", timeout=STEP_MS)
    await expect(ana.get_by_test_id("ready-button")).to_have_count(0)
    await both_sizes(ana, quiet, found, "join-not-now")
    await ana.get_by_test_id("callback-ask").click()
    screen = ana.get_by_test_id("callback")
    await expect(screen).to_have_attribute("data-due", "false", timeout=STEP_MS)
    await expect(ana.get_by_test_id("callback-when")).to_contain_text("from")
    await both_sizes(ana, quiet, found, "join-callback")
    await ana.reload()
    await expect(screen).to_have_attribute("data-due", "false", timeout=STEP_MS)

    portal = await quiet.portal()
    status = portal.row(ANA).get_by_test_id("row-status")
    await expect(status).to_have_attribute("data-standing", "callback", timeout=STEP_MS)

    console = await quiet.console("casey")
    await console.come_on_duty()
    await expect(screen).to_have_attribute("data-due", "true", timeout=STEP_MS)
    call = portal.page.get_by_test_id(f"callback-{encounter_id}")
    await expect(call).to_be_visible(timeout=STEP_MS)
    await both_sizes(ana, quiet, found, "join-callback-due")
    await call.click()
    link = await portal.page.get_by_test_id("exam-link").inner_text()
    await portal.page.get_by_test_id("link-done").click()

    phone = await quiet.patient(ANA)
    await phone.open(link)
    await phone.page.get_by_test_id("takeover-confirm").click(timeout=STEP_MS)
    await phone.page.get_by_test_id("callback-join").click(timeout=STEP_MS)
    await phone.page.get_by_test_id("waiting").wait_for(timeout=STEP_MS)
    await console.page.get_by_test_id("offer-card").wait_for(timeout=STEP_MS)
    await expect(portal.page.get_by_test_id("callbacks")).to_have_count(0, timeout=STEP_MS)
    assert quiet.errors == []
    assert found == {}


async def test_whoever_waits_when_the_last_one_leaves_is_told_so(quiet: Stage) -> None:
    found: dict[str, list[str]] = {}
    console = await quiet.console("casey")
    await console.come_on_duty()
    page, _ = await at_the_last_step(quiet, ANA)
    ana = Join(page, ANA)
    await ana.wait()
    await console.page.get_by_test_id("offer-card").wait_for(timeout=STEP_MS)
    await console.go_off_duty()
    told = page.get_by_test_id("wait-range")
    await expect(told).to_contain_text("on duty until", timeout=STEP_MS)
    await both_sizes(page, quiet, found, "join-waiting-for-nobody")
    await page.get_by_test_id("callback-ask").click()
    await page.get_by_test_id("callback").wait_for(timeout=STEP_MS)
    portal = await quiet.portal(look=looking(found, quiet.folder))
    row = portal.row(ANA)
    await expect(row).to_have_attribute("data-visit", "left", timeout=STEP_MS)
    await console.come_on_duty()
    callbacks = portal.page.get_by_test_id("callbacks")
    await expect(callbacks).to_contain_text(ANA, timeout=STEP_MS)
    await both_sizes(portal.page, quiet, found, "portal-callbacks")
    await page.get_by_test_id("callback-join").click()
    await page.get_by_test_id("waiting").wait_for(timeout=STEP_MS)
    assert quiet.errors == []
    assert found == {}


async def test_a_practitioner_sees_and_plans_their_own_shifts(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    page = await stage.page(DESKTOP, bypass_csp=True)
    console = type(await stage.console("avery"))(page)
    await console.sign_in(stage.server.url, stage.server.people["avery"])
    await console.come_on_duty()
    await expect(page.get_by_test_id("shift-until")).to_contain_text("until", timeout=STEP_MS)
    shifts = page.get_by_test_id("own-shift")
    await expect(shifts).to_have_count(3, timeout=STEP_MS)
    await page.get_by_test_id("own-shift-add").click()
    await page.get_by_test_id("shift-date").fill(
        (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    )
    await page.get_by_test_id("shift-start").fill("22:00")
    await page.get_by_test_id("shift-end").fill("06:00")
    await both_sizes(page, stage, found, "console-shift-dialog")
    await page.get_by_test_id("shift-save").click()
    await page.get_by_test_id("shift-dialog").wait_for(state="hidden", timeout=STEP_MS)
    await both_sizes(page, stage, found, "console-shifts")
    await shifts.first.click()
    await page.get_by_test_id("shift-date").fill("2020-01-01")
    await page.get_by_test_id("shift-save").click()
    await expect(page.get_by_test_id("error")).to_be_visible(timeout=STEP_MS)
    assert found == {}


async def test_operations_plan_import_and_see_the_gaps(quiet: Stage) -> None:
    found: dict[str, list[str]] = {}
    page = await quiet.page(DESKTOP, bypass_csp=True)
    who = quiet.server.people["ops"]
    await page.goto(f"{quiet.server.url}/ops")
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("tab-roster").click(timeout=STEP_MS)
    await page.get_by_test_id("coverage-AZ").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("coverage-NY")).to_contain_text("Nobody all day")

    await page.get_by_test_id("roster-import").click()
    day = datetime.now(UTC).date() + timedelta(days=1)
    good = f"avery,{day},08:00,16:00,America/Denver\n"
    text = page.get_by_test_id("import-text")
    await text.fill(f"practitioner,date,start,end,time_zone\n{good}nobody,{day},8,16:00,Mars\n")
    await page.get_by_test_id("import-preview").click()
    result = page.get_by_test_id("import-found")
    await expect(result).to_contain_text("Nothing was changed", timeout=STEP_MS)
    await both_sizes(page, quiet, found, "ops-import")
    await text.fill(f"practitioner,date,start,end,time_zone\n{good}")
    await page.get_by_test_id("import-preview").click()
    await expect(result).to_contain_text("1 to add", timeout=STEP_MS)
    await page.get_by_test_id("import-apply").click()
    await expect(result).to_contain_text("Done: 1 added", timeout=STEP_MS)
    await page.keyboard.press("Escape")

    today = await page.get_by_test_id("coverage-day").input_value()
    await page.get_by_test_id(f"roster-add-finley-{today}").click()
    await page.get_by_test_id("shift-start").fill("23:00")
    await page.get_by_test_id("shift-end").fill("23:59")
    await page.get_by_test_id("shift-save").click()
    added = page.get_by_role("button", name="Finley Hart").filter(has_text="23:00 to 23:59")
    await expect(added).to_be_visible(timeout=STEP_MS)
    await both_sizes(page, quiet, found, "ops-roster")
    await added.click()
    await page.get_by_test_id("shift-remove").click()
    await expect(added).to_have_count(0, timeout=STEP_MS)
    assert quiet.errors == []
    assert found == {}

"""Every page and step, in the sizes people have: axe-core finds nothing, and it is pictured."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.actors import STEP_MS, Console, Portal, in_state
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage

NAME: Final = "Ada Lovell"


async def test_every_page_and_step_is_accessible(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    portal = await stage.portal(look=look)
    console = await stage.console("avery", look)
    await look(console.page, "console-away")
    await console.come_on_duty()
    ops = await stage.page(DESKTOP, bypass_csp=True)
    await ops.goto(f"{stage.server.url}/ops")
    await ops.get_by_test_id("sign-in-login").wait_for(timeout=STEP_MS)
    await Portal(ops, look).look(ops, "ops-sign-in")
    who = stage.server.people["ops"]
    await ops.get_by_test_id("sign-in-login").fill(who.login)
    await ops.get_by_test_id("sign-in-password").fill(who.password)
    await ops.get_by_test_id("sign-in-submit").click()
    await ops.get_by_test_id("ops-mean-connect").wait_for(timeout=STEP_MS)

    link, _ = await portal.new_exam(NAME)
    ana = await stage.patient(NAME, look)
    await ana.open(link)
    await ana.intake()
    await console.go_off_duty()
    await ana.wait()
    await look(ana.page, "join-waiting")
    await look(ops, "ops")
    await console.come_on_duty()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    await look(ana.page, "join-call")
    await look(console.page, "console-call")
    await console.examine()
    await console.sign()
    await ana.page.get_by_test_id("copy-pdf").wait_for(timeout=STEP_MS)
    await look(ana.page, "join-after")
    row = portal.row(NAME)
    await expect(row).to_have_attribute("data-visit", "signed", timeout=STEP_MS)
    await look(portal.page, "portal")
    await row.click()
    await portal.page.get_by_test_id("open-pdf").wait_for(timeout=STEP_MS)
    await look(portal.page, "portal-detail")
    assert found == {}
    assert len(list(stage.folder.glob("*.png"))) >= 20


@pytest.mark.parametrize("area", ["console", "portal", "ops"])
async def test_staff_pages_fit_a_phone(stage: Stage, area: str) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    page = await stage.page(PHONE, bypass_csp=True)
    login = {"console": "blake", "portal": "glow", "ops": "ops"}[area]
    signed_in = {"console": "duty-toggle", "portal": "new-exam", "ops": "ops-mean-connect"}
    await page.goto(f"{stage.server.url}/{area}")
    who = stage.server.people[login]
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id(signed_in[area]).wait_for(timeout=STEP_MS)
    await look(page, f"{area}-phone")
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing scrolls sideways"
    assert found == {}


async def test_a_wrong_birth_date_is_said_accessibly(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    link = await stage.clinic.request("Ana Ortiz")
    ana = await stage.patient("Ana Ortiz", look)
    await ana.page.goto(link.url)
    await ana.page.get_by_test_id("redeem-birthdate").fill("1999-12-31")
    await ana.page.get_by_test_id("redeem-submit").click()
    await ana.page.get_by_test_id("error").wait_for(timeout=STEP_MS)
    await look(ana.page, "join-wrong-birth-date")
    assert found == {}


async def test_the_keyboard_map_opens_and_is_accessible(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    console: Console = await stage.console("blake", look)
    await console.page.keyboard.press("?")
    await console.page.get_by_test_id("keys").wait_for(timeout=STEP_MS)
    await look(console.page, "console-keys")
    assert found == {}

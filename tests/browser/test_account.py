"""Your account: a second factor is set up on the page, asked for, and required."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Page, expect

from server import totp
from server.clock import SystemClock
from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.enrolled import PASSWORD
from tests.servers import RunningServer

NEW_PASSWORD = "words that do not belong together"


def organizations(server: RunningServer) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(server.command("network", "list", "--json"))
    return listed


def enrol_staff(server: RunningServer, spa_id: str, login: str) -> None:
    """Give a spa one more of staff, whom no other test knows."""
    words = ("account", "create", spa_id, login, "--name", login.title(), "--password-stdin")
    server.command(*words, input_text=f"{PASSWORD}\n")


def spa_of_its_own(server: RunningServer, name: str) -> str:
    """Enrol a spa in the demo network, for what would disturb others."""
    network = next(one["id"] for one in organizations(server) if one["kind"] == "network")
    return server.command("spa", "create", network, name).strip()


def code_of(secret: str, *, later: int = 0) -> str:
    """Return the code of now, or of a later half minute, as the application shows it."""
    step = totp.step_at(SystemClock().now())
    return totp.code_at(secret.replace(" ", ""), step + later)


async def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    await page.get_by_test_id("sign-in-login").fill(login)
    await page.get_by_test_id("sign-in-password").fill(password)
    await page.get_by_test_id("sign-in-submit").click()


async def set_up(page: Page) -> str:
    """Set a code generator up, and return its secret."""
    await page.get_by_test_id("generator-label").fill("My phone")
    await page.get_by_test_id("generator-begin").click()
    secret = await page.get_by_test_id("generator-secret").inner_text(timeout=STEP_MS)
    await page.get_by_test_id("generator-code").fill(code_of(secret))
    await page.get_by_test_id("generator-confirm").click()
    await page.get_by_test_id("recovery-codes").wait_for(timeout=STEP_MS)
    return secret


async def test_somebody_enrols_a_code_generator_and_signs_in_with_it(stage: Stage) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = next(one["id"] for one in organizations(server) if one["kind"] == "spa")
    enrol_staff(server, spa, "mila")
    page = await stage.page(DESKTOP, bypass_csp=True)
    await page.goto(f"{server.url}/portal#protocols")
    await sign_in(page, "mila")
    await page.get_by_test_id("account").click(timeout=STEP_MS)
    await page.get_by_test_id("generator-label").wait_for(timeout=STEP_MS)
    await look(page, "account")
    secret = await set_up(page)
    codes = await page.get_by_test_id("recovery-codes").locator("li").all_inner_texts()
    assert len(set(codes)) == 10
    await look(page, "account-recovery-codes")
    await page.get_by_test_id("recovery-kept").click()
    await expect(page.get_by_test_id("code-generators")).to_contain_text("My phone")
    await expect(page.get_by_test_id("recovery-left")).to_have_text("10 are left.")
    await page.get_by_test_id("account-done").click()
    await expect(page.get_by_test_id("tab-protocols")).to_have_attribute("aria-current", "page")

    await page.get_by_role("button", name="Sign out", exact=True).click()
    await sign_in(page, "mila")
    await page.get_by_test_id("sign-in-code").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("sign-in-code")).to_be_focused()
    await look(page, "sign-in-code")
    await page.get_by_test_id("sign-in-code").fill("000000")
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("error")).to_contain_text("not right", timeout=STEP_MS)
    await page.get_by_test_id("sign-in-code").fill(code_of(secret, later=1))
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("account").wait_for(timeout=STEP_MS)

    await page.get_by_role("button", name="Sign out", exact=True).click()
    await sign_in(page, "mila")
    await page.get_by_test_id("sign-in-code").fill(codes[0], timeout=STEP_MS)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("account").click(timeout=STEP_MS)
    await expect(page.get_by_test_id("recovery-left")).to_have_text("9 are left.")
    assert found == {}
    assert stage.errors == []


async def test_where_a_second_factor_is_required_it_is_set_up_first(stage: Stage) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = spa_of_its_own(server, "Strict Aesthetics")
    server.command("spa", "sign-in", spa, "required")
    enrol_staff(server, spa, "noa")
    page = await stage.page(PHONE, bypass_csp=True)
    await page.goto(f"{server.url}/portal")
    await sign_in(page, "noa")
    await page.get_by_test_id("enrol-first").wait_for(timeout=STEP_MS)
    await look(page, "enrol-first")
    await set_up(page)
    await look(page, "enrol-first-codes")
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing scrolls sideways"
    await expect(page.get_by_test_id("enrol-go-on")).to_be_disabled()
    await page.get_by_test_id("recovery-kept").click()
    await page.get_by_test_id("enrol-go-on").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []


async def test_one_changes_ones_password_in_the_middle_of_a_shift(stage: Stage) -> None:
    server = stage.server
    spa = next(one["id"] for one in organizations(server) if one["kind"] == "spa")
    enrol_staff(server, spa, "pia")
    page = await stage.page(DESKTOP)
    await page.goto(f"{server.url}/portal#account")
    await sign_in(page, "pia")
    await page.get_by_test_id("password-current").fill(PASSWORD, timeout=STEP_MS)
    await page.get_by_test_id("password-new").fill(NEW_PASSWORD)
    await page.get_by_test_id("password-again").fill(NEW_PASSWORD[:-1])
    await expect(page.get_by_test_id("password-change")).to_be_disabled()
    await page.get_by_test_id("password-again").fill(NEW_PASSWORD)
    await page.get_by_test_id("password-change").click()
    await expect(page.get_by_test_id("account-said")).to_contain_text("password is changed")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await sign_in(page, "pia")
    await expect(page.get_by_test_id("error")).to_be_visible(timeout=STEP_MS)
    await page.get_by_test_id("sign-in-password").fill(NEW_PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    assert stage.errors == []

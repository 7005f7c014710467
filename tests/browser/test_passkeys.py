"""Passkeys on the page, with an authenticator inside Chromium: made, used, listed, given up."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_account import enrol_staff, organizations, sign_in, spa_of_its_own
from tests.browser.virtual_authenticator import VirtualAuthenticator


async def make(page: Page, label: str) -> None:
    """Make a passkey, and say that the recovery codes are kept."""
    await page.get_by_test_id("passkey-label").fill(label, timeout=STEP_MS)
    await page.get_by_test_id("passkey-make").click()
    await page.get_by_test_id("recovery-codes").wait_for(timeout=STEP_MS)


@pytest.mark.safeguard("164.312(d)")
async def test_somebody_makes_a_passkey_signs_in_with_it_and_gives_it_up(stage: Stage) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = next(one["id"] for one in organizations(server) if one["kind"] == "spa")
    enrol_staff(server, spa, "ava")
    page = await stage.page(DESKTOP, bypass_csp=True)
    device = await VirtualAuthenticator.of(page)
    await page.goto(f"{server.url}/portal#account")
    await page.get_by_test_id("sign-in-passkey").wait_for(timeout=STEP_MS)
    await look(page, "sign-in")
    await sign_in(page, "ava")
    await make(page, "Work laptop")
    await page.get_by_test_id("recovery-kept").click()
    await expect(page.get_by_test_id("passkey")).to_contain_text("Work laptop")
    await look(page, "account-passkeys")
    (kept,) = await device.passkeys()
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
    await page.get_by_test_id("passkey-rename").click()
    await page.get_by_test_id("passkey-name").fill("Laptop of Ava")
    await page.get_by_test_id("passkey-named").click()
    await expect(page.get_by_test_id("passkey")).to_contain_text("Laptop of Ava")
    await page.get_by_test_id("account-done").click()

    await device.is_touched_for_buttons()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await sign_in(page, "ava")
    await expect(page.get_by_text("signs in with its passkey")).to_be_visible(timeout=STEP_MS)
    await look(page, "sign-in-passkey-required")
    await page.get_by_test_id("sign-in-passkey").click()
    await page.get_by_test_id("account").click(timeout=STEP_MS)
    await page.get_by_test_id("passkey-remove").click()
    await page.get_by_test_id("passkey-remove-sure").click()
    await expect(page.get_by_test_id("account-said")).to_contain_text("removed here")
    assert found == {}
    assert stage.errors == []


async def test_a_passkey_is_enough_where_two_factors_are_required(stage: Stage) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = spa_of_its_own(server, "Stricter Aesthetics")
    server.command("spa", "sign-in", spa, "required")
    enrol_staff(server, spa, "ivy")
    page = await stage.page(PHONE, bypass_csp=True)
    device = await VirtualAuthenticator.of(page)
    await page.goto(f"{server.url}/portal")
    await page.get_by_test_id("sign-in-passkey").wait_for(timeout=STEP_MS)
    await look(page, "sign-in-phone")
    await sign_in(page, "ivy")
    await page.get_by_test_id("enrol-first").wait_for(timeout=STEP_MS)
    await look(page, "enrol-first-passkey")
    await make(page, "Phone")
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing scrolls sideways"
    await page.get_by_test_id("recovery-kept").click()
    await page.get_by_test_id("enrol-go-on").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    await page.get_by_test_id("account").click()
    await expect(page.get_by_test_id("passkey")).to_contain_text("Phone", timeout=STEP_MS)
    await look(page, "account-phone")
    await page.get_by_test_id("account-done").click()

    await device.is_touched_for_buttons()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.get_by_test_id("sign-in-passkey").wait_for(timeout=STEP_MS)
    await device.verifies(verified=False)
    await page.get_by_test_id("sign-in-passkey").click()
    await expect(page.get_by_test_id("error")).to_contain_text("No passkey", timeout=STEP_MS)
    await device.verifies(verified=True)
    await page.get_by_test_id("sign-in-passkey").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    await page.goto(f"{server.url.replace('localhost', '127.0.0.1')}/portal")
    await page.get_by_test_id("sign-in-login").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("sign-in-passkey")).to_have_count(0)
    assert found == {}
    assert stage.errors == []

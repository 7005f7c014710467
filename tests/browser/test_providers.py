"""Signing in at one's own provider, on the pages: set up, linked, used, asked again."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, Stage
from tests.browser.test_account import enrol_staff, sign_in, spa_of_its_own
from tests.identity_providers import CLIENT_ID, SECRET, provider

NAME = "Saguaro sign-in"


@pytest.mark.safeguard("164.312(d)")
async def test_somebody_links_their_account_and_signs_in_where_they_do_anyway(
    stage: Stage,
) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = spa_of_its_own(server, "Saguaro Aesthetics")
    enrol_staff(server, spa, "ida")
    async with provider(lambda: int(time.time())) as at:
        officer = await stage.page(DESKTOP, bypass_csp=True)
        await officer.goto(f"{server.url}/ops#compliance/providers")
        known = server.people["compliance"]
        await officer.get_by_test_id("sign-in-login").fill(known.login, timeout=STEP_MS)
        await officer.get_by_test_id("sign-in-password").fill(known.password)
        await officer.get_by_test_id("sign-in-submit").click()
        own = officer.get_by_role("region", name="Saguaro Aesthetics")
        await own.get_by_text("Add a provider").click(timeout=STEP_MS)
        for name, typed in {
            "name": NAME,
            "issuer": at.issuer,
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
        }.items():
            await own.get_by_test_id(f"provider-{name}").fill(typed)
        await look(officer, "providers-form")
        await own.get_by_test_id("provider-add").click()
        await expect(own.get_by_test_id("provider")).to_contain_text(NAME, timeout=STEP_MS)
        await own.get_by_test_id("emergency-login").fill("nobody")
        await own.get_by_test_id("emergency-name").click()
        await expect(own.get_by_text("Nobody here signs in by this name.")).to_be_visible(
            timeout=STEP_MS
        )
        await look(officer, "providers")

        page = await stage.page(DESKTOP, bypass_csp=True)
        await page.goto(f"{server.url}/portal#account")
        await sign_in(page, "ida")
        await page.get_by_test_id("provider-link").click(timeout=STEP_MS)
        await expect(page.get_by_test_id("provider-links")).to_contain_text(
            f"{NAME}, linked", timeout=STEP_MS
        )
        assert "code=" not in page.url
        await look(page, "account-linked")
        await page.get_by_test_id("account-done").click()
        await page.get_by_role("button", name="Sign out", exact=True).click()

        await page.get_by_test_id("sign-in-provider").click(timeout=STEP_MS)
        await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
        assert "code=" not in page.url
        await page.get_by_role("button", name="Sign out", exact=True).click()

        at.next = "a stranger"
        await page.get_by_test_id("sign-in-provider").click(timeout=STEP_MS)
        await expect(page.get_by_test_id("error")).to_contain_text(
            "did not let you in", timeout=STEP_MS
        )
        await look(page, "sign-in-refused")
    assert found == {}

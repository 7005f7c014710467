"""The portal's page of software: from a key that is pasted to a token, and to its end."""

from __future__ import annotations

import json
import time

import pytest
import requests
from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_deliveries import with_axe
from tests.software_keys import ASSERTION_TYPE, Software, new_ec, new_rsa, public_jwk

TIMEOUT_S = 30


@pytest.fixture
def found() -> dict[str, list[str]]:
    """What axe-core finds on the pages that are looked at."""
    return {}


async def on_both(page: Page, stage: Stage, name: str, found: dict[str, list[str]]) -> None:
    """Look at a page on a phone and on a desk; nothing scrolls sideways."""
    look = looking(found, stage.folder)
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        wide = await page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= size["width"], (name, wide)
        await look(page, f"{name}-{size['width']}")


def asked(stage: Stage, software: Software) -> int:
    """Ask for a token as the software does, and return the status of the answer."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": software.assertion(int(time.time())),
    }
    url = f"{stage.server.url}/oauth/token"
    return requests.post(url, data=form, timeout=TIMEOUT_S).status_code


async def test_a_manager_registers_software_changes_its_key_and_revokes_it(
    stage: Stage, found: dict[str, list[str]]
) -> None:
    page = (await stage.portal("glow-manager", look=with_axe)).page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    await page.get_by_test_id("tab-software").click()
    await expect(page.locator(".portal-empty")).to_contain_text("only people sign in")

    software = Software(new_ec(), f"{stage.server.url}/oauth/token")
    await page.get_by_test_id("software-add").focus()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("software-label").fill("Records of the front desk")
    await page.get_by_test_id("scope-charts:read").check()
    field, make = page.get_by_test_id("software-jwk"), page.get_by_test_id("software-make")
    await field.fill(json.dumps({**json.loads(software.jwk), "d": "c2VjcmV0LWhhbGY"}))
    await expect(page.locator(".gf-field-error")).to_contain_text("private key")
    await expect(make).to_be_disabled()
    await field.fill(json.dumps(public_jwk(new_ec("P-256"))))
    await make.click()
    await expect(page.locator(".gf-field-error")).to_contain_text("P-384", timeout=STEP_MS)
    await field.fill(software.jwk)
    await expect(page.locator(".gf-field-error")).to_have_count(0)
    await on_both(page, stage, "software-new", found)
    await make.click()
    one = page.get_by_test_id("software")
    await expect(one).to_contain_text("Records of the front desk", timeout=STEP_MS)
    assert not [body for body in sent if "c2VjcmV0LWhhbGY" in body]
    told = await page.get_by_test_id("software-id").inner_text()
    software.client_id = told.rpartition(" ")[2]
    assert asked(stage, software) == 200

    after = Software(new_rsa(), software.audience, "second", software.client_id)
    await page.get_by_test_id("software-add-key").click()
    await page.get_by_test_id("software-jwk").fill(after.jwk)
    await page.get_by_test_id("software-make-key").click()
    await expect(page.get_by_test_id("software-key")).to_have_count(2, timeout=STEP_MS)
    await on_both(page, stage, "software", found)
    await page.get_by_test_id("software-remove-key").last.click()
    await page.get_by_test_id("software-yes").click()
    await expect(page.get_by_test_id("software-key")).to_have_count(1, timeout=STEP_MS)
    assert (asked(stage, software), asked(stage, after)) == (401, 200)

    await page.get_by_test_id("software-revoke").click()
    await page.get_by_test_id("software-yes").click()
    tag = one.locator("[data-standing]")
    await expect(tag).to_have_text("Revoked", timeout=STEP_MS)
    await on_both(page, stage, "software-revoked", found)
    assert asked(stage, after) == 401
    front = (await stage.portal("glow")).page
    await expect(front.get_by_test_id("tab-protocols")).to_be_visible()
    await expect(front.get_by_test_id("tab-software")).to_have_count(0)
    assert found == {}
    assert stage.errors == []

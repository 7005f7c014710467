"""Deliveries in the portal: an endpoint from the first test message to the last word."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from standardwebhooks.webhooks import Webhook

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.integration.delivery.receivers import Receiver, receiving, status


@pytest.fixture
def found() -> dict[str, list[str]]:
    """What axe-core finds on the pages that are looked at."""
    return {}


async def with_axe(_page: Page, _name: str) -> None:
    """Look at nothing on the way; the page lets a test bring axe-core in."""


async def on_both(page: Page, stage: Stage, name: str, found: dict[str, list[str]]) -> None:
    """Look at a page on a phone and on a desk; nothing scrolls sideways."""
    look = looking(found, stage.folder)
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        wide = await page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= size["width"]
        await look(page, f"{name}-{size['width']}")


async def add(page: Page, receiver: Receiver) -> str:
    """Add an endpoint by keyboard alone, and return its secret."""
    await expect(page.get_by_test_id("endpoint-add")).to_be_enabled(timeout=STEP_MS)
    await page.get_by_test_id("endpoint-add").focus()
    await page.keyboard.press("Enter")
    await page.get_by_test_id("endpoint-url").focus()
    await page.keyboard.type("https://10.0.0.7/in")
    await page.keyboard.press("Enter")
    refused = page.locator(".gf-field-error")
    await expect(refused).to_contain_text("public internet", timeout=STEP_MS)
    await page.get_by_test_id("endpoint-url").fill(receiver.url)
    await page.get_by_test_id("topic-encounter.requested").focus()
    await page.keyboard.press("Space")
    await page.get_by_test_id("endpoint-url").focus()
    await page.keyboard.press("Enter")
    shown = page.get_by_test_id("secret-text")
    await expect(shown).to_contain_text("whsec_", timeout=STEP_MS)
    return (await shown.inner_text()).strip()


async def test_a_manager_sees_what_went_where_and_sends_it_again(
    stage: Stage, found: dict[str, list[str]]
) -> None:
    async with receiving(status(503)) as receiver:
        page = (await stage.portal("glow-manager", look=with_axe)).page
        await page.get_by_test_id("tab-deliveries").click()
        secret = await add(page, receiver)
        await on_both(page, stage, "deliveries-secret", found)
        await page.get_by_test_id("secret-done").click()
        assert secret not in await page.content()

        await page.get_by_test_id("endpoint-ping").click()
        ping = page.get_by_test_id("message-ping")
        await expect(ping).to_contain_text("Refused (503)", timeout=STEP_MS)
        tag = page.get_by_test_id("endpoint").locator(".endpoint-head [data-standing]")
        await expect(tag).to_contain_text("Failing since", timeout=STEP_MS)
        await expect(ping).to_contain_text("Delivered", timeout=STEP_MS)  # 5 s later
        await expect(tag).to_have_text("Active")
        assert len(receiver.effects) == 1
        last = receiver.got[-1]
        assert Webhook(secret).verify(last.body, last.headers)["type"] == "ping"

        await stage.clinic.request("Rosa Delgado")
        await receiver.wait_for(3)
        told = page.get_by_test_id("message-encounter.requested")
        await expect(told).to_contain_text("Delivered", timeout=STEP_MS)
        await told.get_by_test_id("message-resend").click()
        await receiver.wait_for(4)
        assert receiver.got[3].message_id == receiver.got[2].message_id
        await on_both(page, stage, "deliveries", found)

        await page.get_by_test_id("endpoint-disable").click()
        await page.get_by_test_id("endpoint-yes").click()
        await expect(tag).to_have_text("Disabled", timeout=STEP_MS)
        front = (await stage.portal("glow")).page
        await expect(front.get_by_test_id("tab-protocols")).to_be_visible()
        await expect(front.get_by_test_id("tab-deliveries")).to_have_count(0)
    assert found == {}
    assert stage.errors == []

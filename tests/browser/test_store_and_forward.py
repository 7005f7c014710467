"""From photos on a phone to an authorization, by a review; and what a review is not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server.rehearsal.page import Page as Visitor
from tests.browser.actors import STEP_MS, Console, Join
from tests.browser.axe import looking
from tests.browser.stage import PHONE, Stage
from tests.browser.test_coverage import answered, check, look_up
from tests.browser.test_uploads import NAME, all_photos, sending

PEEL: Final = "chemical_peel"


@pytest.fixture
def found() -> dict[str, list[str]]:
    """What the accessibility checks of a test find."""
    return {}


# Six photos go through a decoder each, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)


@pytest_asyncio.fixture(loop_scope="session")
async def sent(stage: Stage, found: dict[str, list[str]]) -> Join:
    """Somebody who sent photos for a peel, and looks at the page that says so."""
    pilar = await sending(stage, found)
    await all_photos(pilar.page)
    await pilar.page.get_by_test_id("submit").click()
    await pilar.page.get_by_test_id("sent").wait_for(timeout=STEP_MS)
    return pilar


@pytest_asyncio.fixture(loop_scope="session")
async def reviewer(stage: Stage, found: dict[str, list[str]]) -> AsyncIterator[Console]:
    """Avery at the console; whatever is in review at the end goes back."""
    console = await stage.console("avery", looking(found, stage.folder))
    yield console
    back = console.page.get_by_test_id("give-back")
    if await back.is_visible():
        await back.click()
        await console.page.get_by_test_id("give-back-busy").click()
        await back.wait_for(state="hidden", timeout=STEP_MS)


async def take(console: Console) -> None:
    """Take the packet that is due last: the one that was sent last."""
    rows = console.page.get_by_test_id("reviews").locator("button")
    await rows.last.wait_for(timeout=STEP_MS)
    await console.look(console.page, "console-reviews")
    await rows.last.click()
    opened = console.page.get_by_test_id("opened-count")
    await opened.wait_for(state="attached", timeout=STEP_MS)


async def open_all(page: Page) -> None:
    """Open every picture, one by one, and the answers."""
    button = page.get_by_test_id("open-next")
    shown = page.get_by_test_id("picture")
    count = await page.locator(".picture-strip button").count()
    for opened in range(1, count + 1):
        await button.click()
        said = f"{opened} of {count + 1} opened"
        await expect(page.get_by_test_id("opened-count")).to_contain_text(said, timeout=STEP_MS)
        assert await shown.evaluate("one => one.decode().then(() => one.naturalWidth > 500)")
    await page.get_by_test_id("intake-all").click()
    said = f"{count + 1} of {count + 1} opened"
    await expect(page.get_by_test_id("opened-count")).to_contain_text(said, timeout=STEP_MS)


async def decide(page: Page) -> None:
    await page.get_by_test_id("note").fill("Mild photoageing. No open skin in any photo.")
    saved = page.get_by_test_id("note-saved")
    await expect(saved).to_have_attribute("data-state", "saved", timeout=STEP_MS)
    await page.get_by_test_id(f"disp-{PEEL}-approved").check()
    await page.get_by_test_id(f"disp-{PEEL}-rationale").fill("A superficial peel is indicated.")
    await page.get_by_test_id(f"disp-{PEEL}-order-confirm").check()
    await page.get_by_test_id("note").focus()


async def evidenced(page: Page) -> None:
    """Wait until every condition is evidenced."""
    conditions = page.locator(".condition")
    for index in range(await conditions.count()):
        one = conditions.nth(index)
        await expect(one).to_have_attribute("data-evidenced", "true", timeout=STEP_MS)


async def test_photos_become_an_authorization_where_it_is_signed_off(
    stage: Stage, sent: Join, reviewer: Console, found: dict[str, list[str]]
) -> None:
    page = reviewer.page
    await take(reviewer)
    await reviewer.look(page, "console-packet")
    await expect(page.get_by_test_id("missing-item_unopened").first).to_be_visible()
    await expect(page.locator(".prompts")).to_have_count(0)
    await open_all(page)
    await page.get_by_test_id("zoom-2").click()
    await reviewer.look(page, "console-picture")

    # The patient's page says who looks at it, before anything is decided.
    await sent.page.reload()
    who = sent.page.get_by_test_id("reviewer")
    await expect(who).to_contain_text("Avery Quinn, MD", timeout=STEP_MS)
    await expect(who).to_contain_text("AZ MD-")
    await page.get_by_test_id("sufficiency-reason").fill("Sharp and well lit.")
    await page.get_by_test_id("sufficient").click()
    await page.get_by_test_id("judged").wait_for(timeout=STEP_MS)
    await sent.page.reload()
    await expect(sent.page.get_by_test_id("determination")).to_contain_text("enough to decide")
    await sent.look(sent.page, "join-sent-reviewer")

    await reviewer.read()
    await decide(page)
    await evidenced(page)
    await reviewer.look(page, "console-conditions")
    await reviewer.sign()

    await sent.page.reload()
    await sent.page.get_by_test_id(f"outcome-{PEEL}").wait_for(timeout=STEP_MS)
    await expect(sent.page.get_by_test_id("result-license")).to_contain_text("AZ MD-")
    await expect(sent.page.get_by_test_id("after-call")).to_contain_text("not a live visit")
    await sent.look(sent.page, "join-reviewed")

    portal = await stage.portal()
    await portal.page.get_by_test_id("coverage").click()
    await look_up(portal.page, NAME, PEEL)
    await answered(portal.page, "conditional")
    await check(portal.page)
    await answered(portal.page, "covered")
    assert found == {}
    assert stage.errors == []


async def test_without_the_sign_off_nothing_is_approved_from_photos(
    stage: Stage, sent: Join, reviewer: Console
) -> None:
    assert sent.name == NAME
    page = reviewer.page
    await take(reviewer)
    await open_all(page)
    await page.get_by_test_id("sufficient").click()
    await page.get_by_test_id("judged").wait_for(timeout=STEP_MS)
    await reviewer.read()
    await decide(page)
    await evidenced(page)
    await compliance(stage, "withdrawals")
    try:
        await page.get_by_test_id("wrapup-sign").click()
        await page.get_by_test_id("review-bars").wait_for(timeout=STEP_MS)
        await reviewer.look(page, "console-bars")
        await page.get_by_test_id("sign-attest").check()
        await page.get_by_test_id("sign-confirm").click()
        dialog = page.get_by_test_id("sign-dialog")
        await expect(dialog).to_contain_text("The rules ask for live video", timeout=STEP_MS)
        await page.keyboard.press("Escape")
    finally:
        await compliance(stage, "sign-offs", signed_by="R. Counsel")


async def compliance(stage: Stage, what: str, **fields: str) -> None:
    """End or enter the counsel's sign-off for Arizona, as compliance does."""
    who = stage.server.people["compliance"]
    word = {"jurisdiction": "AZ", "what": "store_and_forward", "reference": "Memo 31"}
    async with Visitor.opened(stage.server.url) as visitor:
        for path, body in (
            ("ops/session", {"login": who.login, "password": who.password}),
            (f"compliance/{what}", {**word, **fields}),
        ):
            status, said = await visitor.request("POST", f"/api/v1/{path}", json.dumps(body))
            assert status == 200, said


async def test_a_review_goes_on_by_live_video_and_not_back(
    stage: Stage, sent: Join, reviewer: Console, found: dict[str, list[str]]
) -> None:
    page = reviewer.page
    await take(reviewer)
    await page.get_by_test_id("ask-live").click()
    await reviewer.look(page, "console-ask-live")
    await page.get_by_test_id("ask-live-reason").fill("I want to see it move.")
    await page.get_by_test_id("ask-live-confirm").click()
    await expect(page.get_by_test_id("desk-notice")).to_contain_text("live video")
    await expect(page.get_by_test_id("opened-count")).to_have_count(0)

    portal = await stage.portal()
    row = portal.row(NAME).first
    await expect(row).to_contain_text("Asked for live video", timeout=STEP_MS)

    await sent.page.reload()
    await expect(sent.page.get_by_test_id("consent-telehealth")).to_be_visible(timeout=STEP_MS)
    await sent.intake()
    await sent.wait()
    refused = await sent.page.evaluate(
        """async () => {
          const answer = await fetch("/api/v1/join/modality", {
            method: "PUT",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ modality: "store_and_forward" }),
          });
          return answer.status;
        }"""
    )
    assert refused == 409
    assert found == {}
    assert stage.errors == []


async def test_the_queue_and_the_packet_fit_a_phone(
    stage: Stage, sent: Join, found: dict[str, list[str]]
) -> None:
    assert sent.name == NAME
    look = looking(found, stage.folder)
    console = Console(await stage.page(PHONE, bypass_csp=True), look)
    await console.sign_in(stage.server.url, stage.server.people["blake"])
    await take(console)
    tabs = console.page.locator(".desk-tabs button")
    await tabs.nth(1).click()
    await console.page.get_by_test_id("open-next").click()
    await console.page.get_by_test_id("picture").wait_for(timeout=STEP_MS)
    await look(console.page, "console-phone-packet")
    await tabs.nth(2).click()
    await console.page.get_by_test_id("give-back").click()
    await look(console.page, "console-phone-give-back")
    await console.page.get_by_test_id("give-back-busy").click()
    notice = console.page.get_by_test_id("desk-notice")
    await expect(notice).to_contain_text("back in the queue")
    assert found == {}
    assert stage.errors == []

from __future__ import annotations

import io

from playwright.async_api import Page, expect
from pypdf import PdfReader

from server.records.verifying import Trust, verify
from tests.browser.actors import BIRTH_DATE, STEP_MS, in_state, sees_moving_pictures
from tests.browser.stage import Stage

NAME = "Ana Whole Ortiz"


async def pdf_text(page: Page, path: str) -> str:
    answer = await page.request.get(path)
    assert answer.ok
    body = await answer.body()
    return "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(body)).pages)


async def test_a_whole_encounter_from_the_request_to_the_signed_paper(stage: Stage) -> None:
    await whole_encounter(stage)


async def whole_encounter(stage: Stage) -> None:
    """Play it, on whatever server the stage has."""
    portal = await stage.portal()
    console = await stage.console("avery")
    await console.come_on_duty()
    link, _ = await portal.new_exam(NAME)

    ana = await stage.patient(NAME)
    await ana.open(link)
    await ana.intake()
    await ana.wait()
    await expect(portal.row(NAME)).to_have_attribute("data-visit", "waiting")

    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10

    await console.examine()
    await console.page.get_by_test_id("call-hangup").click()
    await ana.page.get_by_test_id("after-call").wait_for(timeout=STEP_MS)
    await console.sign()

    await expect(portal.row(NAME)).to_have_attribute("data-visit", "signed", timeout=STEP_MS)
    await portal.row(NAME).click()
    path = await portal.page.get_by_test_id("open-pdf").get_attribute("href")
    assert path is not None
    text = await pdf_text(portal.page, f"{stage.server.url}{path}")
    assert NAME in text
    assert "Avery Quinn" in text

    await ana.page.get_by_test_id("copy-pdf").wait_for(timeout=STEP_MS)
    copy = await pdf_text(ana.page, f"{stage.server.url}/api/v1/join/copy.pdf")
    assert NAME in copy
    await ana.page.get_by_test_id("record-file").wait_for(timeout=STEP_MS)
    record = await ana.page.request.get(f"{stage.server.url}/api/v1/join/record.json")
    verdict = verify(await record.body(), Trust())
    assert verdict.problem is None
    assert any("Every entry is in the log" in one for one in verdict.holds)
    assert BIRTH_DATE not in await ana.page.content()
    assert stage.errors == []


async def test_the_keyboard_alone_accepts_an_offer(stage: Stage) -> None:
    console = await stage.console("avery")
    await console.come_on_duty()
    ana, _ = await stage.ready(NAME)
    await ana.wait()
    card = console.page.get_by_test_id("offer-card")
    await expect(card).to_be_focused(timeout=STEP_MS)
    await console.page.wait_for_timeout(700)  # it is deaf to keys that were meant elsewhere
    await console.page.keyboard.press("Enter")
    await console.connected()
    await in_state(ana.page, "connected")


async def they_write(patient: Page, practitioner: Page) -> None:
    """Each writes to the other; what came while the fold was closed is counted."""
    await patient.get_by_text("Write to your clinician").click()
    await patient.get_by_test_id("chat-text").fill("I cannot hear you.")
    await patient.keyboard.press("Enter")
    await expect(practitioner.get_by_test_id("chat-unread")).to_have_text("New: 1")
    await practitioner.get_by_text("Write to the patient").click()
    await expect(practitioner.get_by_test_id("chat")).to_contain_text("I cannot hear you.")
    await practitioner.get_by_test_id("chat-text").fill("Tap Unmute.")
    await practitioner.get_by_test_id("chat-send").click()
    await expect(patient.get_by_test_id("chat")).to_contain_text("Tap Unmute.")
    await expect(practitioner.get_by_test_id("chat-text")).to_have_value("")


async def test_a_reload_during_the_call_connects_again(stage: Stage) -> None:
    console = await stage.console("avery")
    await console.come_on_duty()
    ana, _ = await stage.ready(NAME)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await they_write(ana.page, console.page)

    await ana.page.reload()
    chat = ana.page.get_by_test_id("chat")
    await expect(chat).to_contain_text("Tap Unmute.", timeout=STEP_MS)
    await in_state(ana.page, "connected")
    await console.connected()
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10

    await console.page.reload()
    await console.connected()
    await in_state(ana.page, "connected")
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    assert stage.errors == []

"""People by their pages: from an invitation to the first sign-in, and back after a loss."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_account import set_up, sign_in, spa_of_its_own
from tests.enrolled import PASSWORD
from tests.servers import RunningServer

NEW = "words that do not belong together"


async def choose_password(page: Page, password: str) -> None:
    await page.get_by_test_id("new-password").fill(password, timeout=STEP_MS)
    await page.get_by_test_id("new-password-again").fill(password)
    await page.get_by_test_id("new-password-choose").click()


async def fits(page: Page) -> bool:
    """Tell whether nothing scrolls sideways on a phone."""
    width: int = await page.evaluate("() => document.documentElement.scrollWidth")
    return width <= PHONE["width"]


async def test_somebody_is_invited_and_comes_in_for_the_first_time(stage: Stage) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = spa_of_its_own(server, "Invited Aesthetics")
    server.command("spa", "sign-in", spa, "required")
    officer = await stage.page(DESKTOP, bypass_csp=True)
    await officer.goto(f"{server.url}/ops#compliance/people")
    await sign_in(officer, "compliance", server.people["compliance"].password)
    await officer.get_by_test_id("invite").click(timeout=STEP_MS)
    await officer.get_by_test_id("invite-name").fill("Noa Vale")
    await officer.get_by_test_id("invite-login").fill("noa.vale")
    await officer.get_by_test_id("invite-place").select_option(value=spa)
    await look(officer, "people-invite")
    await officer.get_by_test_id("invite-make").click()
    url = await officer.get_by_test_id("invitation-link").inner_text(timeout=STEP_MS)
    await look(officer, "people-link")
    await officer.get_by_test_id("invitation-done").click()
    await expect(officer.get_by_test_id("invitations")).to_contain_text("Noa Vale")
    await look(officer, "people")

    page = await stage.page(PHONE, bypass_csp=True)
    await page.goto(url)
    await expect(page.get_by_test_id("invitation")).to_contain_text("noa.vale", timeout=STEP_MS)
    await look(page, "invitation")
    assert await fits(page)
    await choose_password(page, NEW)
    await page.get_by_test_id("enrol-first").wait_for(timeout=STEP_MS)
    assert "invitation" not in page.url, "the link is not left behind"
    await set_up(page)
    await page.get_by_test_id("recovery-kept").click()
    await page.get_by_test_id("enrol-go-on").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    await page.goto(url.replace("#", "?again#"))
    await expect(page.get_by_test_id("error")).to_contain_text("used", timeout=STEP_MS)
    await page.get_by_test_id("arrival-leave").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)

    await officer.set_viewport_size(PHONE)
    await officer.get_by_test_id("people-words").fill("noa vale")
    await expect(officer.get_by_test_id("person")).to_have_count(1, timeout=STEP_MS)
    await expect(officer.get_by_test_id("person")).to_contain_text("second factor")
    await look(officer, "people-phone")
    assert await fits(officer)
    assert found == {}
    assert stage.errors == []


def leads(server: RunningServer, spa: str, login: str, role: str) -> None:
    words = ("account", "create", spa, login, "--name", login.title(), "--password-stdin")
    server.command(*words, "--role", role, input_text=f"{PASSWORD}\n")


@pytest.mark.long
async def test_somebody_who_lost_everything_reads_words_out_and_is_let_in(
    stage: Stage,
) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = spa_of_its_own(server, "Lost Aesthetics")
    leads(server, spa, "boss", "spa_manager")
    leads(server, spa, "pau", "spa_staff")
    page = await stage.page(PHONE, bypass_csp=True)
    await page.goto(f"{server.url}/portal")
    await page.get_by_test_id("sign-in-lost").click(timeout=STEP_MS)
    await page.get_by_test_id("lost-login").fill("pau")
    await look(page, "lost")
    await page.get_by_test_id("lost-ask").click()
    phrase = await page.get_by_test_id("lost-phrase").inner_text(timeout=STEP_MS)
    await look(page, "lost-words")
    assert await fits(page)
    await page.reload()
    await expect(page.get_by_test_id("lost-phrase")).to_have_text(phrase, timeout=STEP_MS)
    await choose_password(page, NEW)
    await expect(page.get_by_test_id("error")).to_contain_text("Nobody", timeout=STEP_MS)

    boss = await stage.page(DESKTOP, bypass_csp=True)
    await boss.goto(f"{server.url}/portal#people")
    await sign_in(boss, "boss")
    await boss.get_by_test_id("let-in").click(timeout=STEP_MS)
    await boss.get_by_test_id("recovery-phrase").fill("acorn acorn acorn acorn")
    await boss.get_by_test_id("recovery-approve").click()
    await expect(boss.get_by_test_id("error")).to_contain_text("not the words", timeout=STEP_MS)
    await boss.get_by_test_id("recovery-phrase").fill(phrase.upper())
    await look(boss, "people-recovery")
    await boss.get_by_test_id("recovery-approve").click()
    await expect(boss.get_by_test_id("people-said")).to_contain_text("Pau", timeout=STEP_MS)
    await expect(boss.get_by_test_id("let-in-not")).to_be_visible()
    await look(boss, "people-portal")

    await page.get_by_test_id("new-password-choose").click()
    await page.get_by_test_id("new-exam").wait_for(timeout=STEP_MS)
    await boss.get_by_test_id("change-person").click()
    await look(boss, "people-person")
    await boss.get_by_test_id("close-account").click()
    await boss.get_by_test_id("close-account-sure").click()
    await page.get_by_test_id("sign-in-login").wait_for(timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []

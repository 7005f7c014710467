"""Who has not proved lately who they are is asked once, and what they were doing goes on."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS, Console
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_account import code_of, enrol_staff, organizations, set_up, sign_in
from tests.stale import proved_long_ago

LOGIN = "blake"
NAME = "Stella Stepup"
NOTE = "Brow symmetric, no ptosis. Typed a while before it was signed."
ADDENDUM = "Called back: no further questions."


async def fits(page: Page) -> bool:
    width: int = await page.evaluate("() => document.documentElement.scrollWidth")
    return width <= PHONE["width"]


async def test_signing_after_five_minutes_asks_once_and_signs_by_itself(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    stella = await stage.clinic.waiting_patient(NAME)
    blake = await stage.clinic.practitioner(LOGIN)
    await stage.clinic.accepted(blake, stella)
    await blake.examine(stella.encounter_id, looking=False)
    await blake.hang_up(stella.encounter_id)
    who = stage.server.people[LOGIN]
    page = await stage.page(DESKTOP, media=False, bypass_csp=True)
    await Console(page).sign_in(stage.server.url, who)
    note = page.get_by_test_id("note")
    await expect(note).to_be_editable(timeout=STEP_MS)
    await note.fill(NOTE)
    await proved_long_ago(stage.server, LOGIN)

    asked, password = page.get_by_test_id("step-up"), page.get_by_test_id("step-up-password")
    await page.get_by_test_id("wrapup-sign").click()
    await page.get_by_test_id("sign-attest").check(timeout=STEP_MS)
    await page.get_by_test_id("sign-confirm").click()
    await expect(password).to_be_focused(timeout=STEP_MS)
    await expect(asked).to_contain_text("Blake")
    await look(page, "step-up")
    await page.set_viewport_size(PHONE)
    assert await fits(page), "nothing scrolls sideways"
    await look(page, "step-up-phone")
    await password.fill("not the password")
    await password.press("Enter")
    await expect(asked.get_by_test_id("error")).to_be_visible(timeout=STEP_MS)
    await look(page, "step-up-wrong")
    await password.fill(who.password)
    await password.press("Enter")
    await page.get_by_test_id("signed-banner").wait_for(timeout=STEP_MS)
    await expect(asked).to_be_hidden()
    assert (await blake.read_chart(stella.encounter_id)).note == NOTE
    await page.set_viewport_size(DESKTOP)

    await proved_long_ago(stage.server, LOGIN)
    words = page.get_by_test_id("addendum")
    await page.get_by_text("Addenda (0)").click()
    await words.fill(ADDENDUM)
    await page.get_by_test_id("addendum-add").click()
    await asked.get_by_role("button", name="Not now").click(timeout=STEP_MS)
    await expect(words).to_have_value(ADDENDUM)
    await expect(page.get_by_text("not confirmed that it is you")).to_be_visible()
    await page.get_by_test_id("addendum-add").click()
    await password.fill(who.password, timeout=STEP_MS)
    await page.get_by_test_id("step-up-submit").click()
    await expect(words).to_have_value("", timeout=STEP_MS)
    await expect(page.get_by_text(ADDENDUM)).to_be_visible()
    assert found == {}
    assert stage.errors == []


async def test_who_has_a_code_generator_is_asked_for_a_code_on_a_phone(stage: Stage) -> None:
    server, found = stage.server, dict[str, list[str]]()
    look = looking(found, stage.folder)
    spa = next(one["id"] for one in organizations(server) if one["kind"] == "spa")
    enrol_staff(server, spa, "romy")
    page = await stage.page(PHONE, media=False, bypass_csp=True)
    await page.goto(f"{server.url}/portal#account")
    await sign_in(page, "romy")
    await page.get_by_test_id("generator-label").wait_for(timeout=STEP_MS)
    secret = await set_up(page)
    await page.get_by_test_id("recovery-kept").click()
    await proved_long_ago(server, "romy")
    await page.get_by_test_id("generator-remove").click()
    await page.get_by_test_id("generator-remove-sure").click()
    code = page.get_by_test_id("step-up-code")
    await expect(code).to_be_focused(timeout=STEP_MS)
    assert await fits(page), "nothing scrolls sideways"
    await look(page, "step-up-code")
    await code.fill(code_of(secret, later=1))
    await page.get_by_test_id("step-up-submit").click()
    await expect(page.get_by_test_id("account-said")).to_contain_text(
        "removed", timeout=STEP_MS
    )
    assert found == {}
    assert stage.errors == []

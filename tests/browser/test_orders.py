"""The order of an exam from the keyboard, and the protocols that it is read from."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.actors import (
    STEP_MS,
    Console,
    Portal,
    in_state,
)
from tests.browser.axe import looking
from tests.browser.signing_in import sign_in
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.stale import proved_long_ago

NAME = "Ida Orders"
ROW = "disp-neurotoxin"
ORDER = f"{ROW}-order"
TOXIN = "onabotulinumtoxinA"
PEEL = "protocol-chemical_peel"
PASSWORD = "step-up-password"


async def at_width(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    wide = await page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width, "nothing scrolls sideways"


async def in_an_exam(stage: Stage) -> Console:
    """Return the practitioner who sees a patient by live video."""
    console = await stage.console("avery", with_axe)
    await console.come_on_duty()
    ida, _ = await stage.ready(NAME)
    await ida.wait()
    await console.accept()
    await in_state(ida.page, "connected")
    await console.connected()
    return console


async def with_axe(_page: Page, _name: str) -> None:
    """Look at nothing on the way; the page lets a test bring axe-core in."""


async def narrow(page: Page) -> None:
    """Lower the dose, and take away products, an area and who else might perform it."""
    await page.get_by_test_id(f"{ORDER}-dose-{TOXIN}").fill("20")
    await page.get_by_test_id(f"{ORDER}-only-{TOXIN}").click()
    await page.get_by_test_id(f"{ORDER}-area-Forehead").uncheck()
    for role in ("MD", "DO", "PA"):
        await page.get_by_test_id(f"{ORDER}-performer-{role}").uncheck()


async def defer_the_other(page: Page) -> None:
    """Defer the filler, and do all else that a signature asks for."""
    await page.get_by_test_id("disp-filler-deferred").check()
    await page.get_by_test_id("disp-filler-reason-needs_in_person_exam").check()
    await page.get_by_test_id("disp-filler-rationale").fill("Seen swelling.")
    await page.get_by_test_id("note").fill("Seen on video.")
    saved = page.get_by_test_id("note-saved")
    await expect(saved).to_have_attribute("data-state", "saved", timeout=STEP_MS)
    await expect(page.locator(".row-state")).to_have_count(0, timeout=STEP_MS)


async def test_an_order_is_confirmed_with_two_keys_and_only_ever_narrowed(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    console = await in_an_exam(stage)
    page = console.page

    # The order is there before anything is decided; nothing is decided.
    await console.confirm()
    await console.read()
    words = page.get_by_test_id(f"{ORDER}-words")
    await expect(words).to_contain_text(f"{TOXIN} up to 64 units")
    await expect(page.locator("input[type=radio]:checked")).to_have_count(0)

    # 1 approves, o confirms, e opens what can be taken away; keys wait for the prompts.
    await expect(page.get_by_test_id("gates-first")).to_have_count(0, timeout=STEP_MS)
    await page.locator(f"#{ROW}").focus()
    await page.keyboard.press("1")
    await page.keyboard.press("o")
    confirm = page.get_by_test_id(f"{ORDER}-confirm")
    await expect(confirm).to_be_checked()
    await page.keyboard.press("e")
    await expect(page.get_by_test_id(f"{ORDER}-product-{TOXIN}")).to_be_focused()

    # Above the maximum nothing can be confirmed.
    await page.get_by_test_id(f"{ORDER}-dose-{TOXIN}").fill("65")
    await expect(confirm).not_to_be_checked()
    await expect(confirm).to_be_disabled()
    await expect(page.locator(f"#{ORDER}-faults")).to_contain_text("At most 64 units.")
    await look(page, "console-order-fault")
    await narrow(page)
    await confirm.check()
    await page.get_by_test_id(f"{ROW}-rationale").fill("No contraindication.")
    await at_width(page, PHONE["width"])
    await page.get_by_role("button", name="Chart", exact=True).click()
    await look(page, "console-order-narrowed-phone")
    await page.set_viewport_size(DESKTOP)
    await defer_the_other(page)
    await console.look_at("neurotoxin")

    # A reload keeps what was confirmed.
    await page.reload()
    narrowed = f"{TOXIN} up to 20 units · Glabella, Crow's feet · NP, RN"
    await expect(words).to_have_text(narrowed, timeout=STEP_MS)
    await expect(confirm).to_be_checked()
    await page.get_by_test_id("call-hangup").click()
    await expect(page.get_by_test_id("wrapup-sign")).to_have_text("Review and sign")
    await console.sign()
    await the_spa_reads(await stage.portal())
    assert found == {}
    assert stage.errors == []


async def the_spa_reads(portal: Portal) -> None:
    row = portal.row(NAME)
    await expect(row).to_have_attribute("data-visit", "signed", timeout=STEP_MS)
    await row.click()
    outcome = portal.page.get_by_test_id("outcome-neurotoxin")
    await expect(outcome).to_contain_text(f"Products: {TOXIN} up to 20 units", timeout=STEP_MS)
    await expect(outcome).to_contain_text("May be performed by: NP, RN")
    deferred = portal.page.get_by_test_id("outcome-filler")
    await expect(deferred).to_contain_text("Needs an exam in person")


async def test_a_director_writes_and_signs_a_version_that_supersedes(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    page = await stage.page(DESKTOP, bypass_csp=True)
    who = stage.server.people["glow-director"]
    await page.goto(f"{stage.server.url}/portal")
    await sign_in(page, who, look, "portal-sign-in-director")
    await page.get_by_test_id("tab-protocols").click()
    line = page.get_by_test_id(PEEL).first
    await expect(line).to_contain_text("In force", timeout=STEP_MS)
    await look(page, "portal-protocols")

    await line.click()
    await look(page, "portal-protocol")
    await page.get_by_test_id("protocol-new").click()
    await page.get_by_test_id("protocol-performer-esthetician").uncheck()
    await page.get_by_test_id("protocol-product-phenol").uncheck()
    await page.get_by_test_id("protocol-dose-glycolic_acid").fill("30")
    await page.get_by_test_id("protocol-save").click()
    await expect(page.get_by_text("write a unit")).to_be_visible()
    await look(page, "portal-protocol-fault")
    await page.get_by_test_id("protocol-unit-glycolic_acid").fill("%")
    await page.get_by_test_id("protocol-save").click()
    draft = page.get_by_test_id("version-2")
    await expect(draft).to_contain_text("Draft, not signed", timeout=STEP_MS)

    await proved_long_ago(stage.server, who.login)
    await page.get_by_test_id("protocol-sign").click()
    await look(page, "portal-protocol-sign")
    await page.get_by_test_id("protocol-sign-confirm").click()
    await page.get_by_test_id(PASSWORD).fill("not the password", timeout=STEP_MS)
    await page.get_by_test_id("step-up-submit").click()
    await page.get_by_test_id("error").wait_for(timeout=STEP_MS)
    await page.get_by_test_id(PASSWORD).fill(who.password)
    await page.get_by_test_id("step-up-submit").click()
    await expect(draft).to_contain_text("In force", timeout=STEP_MS)
    await expect(draft).to_contain_text("glycolic acid up to 30 %")
    await expect(page.get_by_test_id("version-1")).to_contain_text("Superseded")
    await look(page, "portal-protocol-signed")

    await page.get_by_test_id("protocol-dialog").get_by_role("button", name="Close").click()
    await at_width(page, PHONE["width"])
    await look(page, "portal-protocols-phone")
    await page.reload()
    await expect(line).to_contain_text("Version 2", timeout=STEP_MS)
    await line.click()
    await look(page, "portal-protocol-phone")
    assert found == {}
    assert stage.errors == []


async def test_the_front_desk_reads_protocols_and_changes_nothing(stage: Stage) -> None:
    portal = await stage.portal()
    page = portal.page
    await page.get_by_test_id("tab-protocols").click()
    await page.get_by_test_id("protocol-filler").first.click(timeout=STEP_MS)
    await expect(page.get_by_test_id("version-1")).to_contain_text("In force")
    for act in ("protocol-new", "protocol-sign", "protocol-withdraw"):
        await expect(page.get_by_test_id(act)).to_have_count(0)
    await page.get_by_test_id("protocol-dialog").get_by_role("button", name="Close").click()
    await page.get_by_test_id("tab-exams").click()
    await page.get_by_test_id("new-exam").wait_for()
    assert stage.errors == []

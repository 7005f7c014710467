"""Health answers of last time on a phone, and vital signs between portal and console."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS, Join, in_state
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage

RITA = "Rita Vale"
GINA = "Gina Lowe"
VITALS = {
    "by": "Rosa Lind",
    "systolic": "118",
    "diastolic": "74",
    "pulse": "68",
    "temperature": "98.2",
    "spo2": "98",
    "feet": "5",
    "inches": "5",
    "weight": "203",
}


async def test_a_returning_patient_confirms_what_is_true_and_changes_what_is_not(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    await (await stage.clinic.ready_patient(RITA)).socket.close()
    link = await stage.clinic.request(RITA)
    rita = await stage.patient(RITA, look)
    await rita.open(link.url)
    await rita.intake(until="carried-confirm")
    await change_medicines(rita)
    await rita.intake()
    console = await stage.console("avery", look)
    await rita.wait()
    await console.come_on_duty()
    await console.accept()
    await in_state(rita.page, "connected")
    changed = console.page.get_by_test_id("changed-medicines")
    await expect(changed).to_contain_text("Warfarin", timeout=STEP_MS)
    await expect(changed).to_contain_text("was: No medicines", timeout=STEP_MS)
    await expect(console.page.get_by_test_id("since")).to_contain_text("confirmed by")
    await expect(console.page.get_by_test_id("own-words")).to_contain_text("Warfarin")
    await console.confirm()
    approved = console.page.get_by_test_id("disp-neurotoxin-approved")
    await expect(approved).to_be_disabled(timeout=STEP_MS)
    await look(console.page, "console-since")
    await console.examine()
    await console.sign()
    assert found == {}
    assert stage.errors == []


async def change_medicines(rita: Join) -> None:
    """Confirm screens until the one with the medicines, and change that."""
    page = rita.page
    medicines = page.get_by_test_id("carried-medicines")
    while await medicines.count() == 0:
        await rita.step(await rita.screen())
    await expect(page.get_by_test_id("questions-draft")).to_be_visible()
    await page.get_by_test_id("carried-change").click()
    await page.get_by_test_id("from-last-time").wait_for(timeout=STEP_MS)
    await page.get_by_role("button", name="Remove No medicines").click()
    await page.get_by_label("Name of the medicine").fill("Warfarin")
    await page.get_by_role("button", name="Add", exact=True).click()
    await rita.look(page, "join-carried-changed")
    await page.get_by_test_id("health-next").click()


async def enter_vitals(page: Page) -> None:
    await page.get_by_test_id("vitals-enter").click()
    for name, value in VITALS.items():
        await page.get_by_test_id(f"vitals-{name}").fill(value)


async def test_a_class_that_needs_vital_signs_waits_for_the_staff(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    portal = await stage.portal(look=look)
    link, _ = await portal.new_exam(GINA, treatments=("glp1",))
    gina = await stage.patient(GINA)
    await gina.open(link)
    await gina.intake()
    console = await stage.console("avery", look)
    await gina.wait()
    await console.come_on_duty()
    await console.accept()
    await in_state(gina.page, "connected")
    await console.confirm()
    await console.page.get_by_test_id("answers-read").click()
    approved = console.page.get_by_test_id("disp-glp1-approved")
    waits = console.page.get_by_test_id("waits-glp1")
    await expect(waits).to_contain_text("weight", timeout=STEP_MS)
    await expect(approved).to_be_disabled(timeout=STEP_MS)
    await look(console.page, "console-vitals-missing")

    await portal.row(GINA).click()
    page = portal.page
    await expect(page.get_by_test_id("vitals-needed")).to_contain_text(
        "weight", timeout=STEP_MS
    )
    await enter_vitals(page)
    await page.get_by_test_id("vitals-feet").fill("55")  # a slip of the keyboard
    await page.get_by_test_id("vitals-save").click()
    await expect(page.locator(".vitals-form [role=alert]")).to_contain_text(
        "height", timeout=STEP_MS
    )
    await page.get_by_test_id("vitals-feet").fill("5")
    await look(page, "portal-vitals-form")
    await page.set_viewport_size(PHONE)
    await look(page, "portal-vitals-form-phone")
    await page.set_viewport_size(DESKTOP)
    await page.get_by_test_id("vitals-save").click()
    await expect(page.get_by_test_id("vital-bmi")).to_contain_text("33.8", timeout=STEP_MS)
    await expect(page.get_by_test_id("vital-weight")).to_contain_text(
        "Rosa Lind", timeout=STEP_MS
    )
    await look(page, "portal-vitals")

    await expect(console.page.get_by_test_id("vital-bmi")).to_contain_text(
        "33.8", timeout=STEP_MS
    )
    await expect(approved).to_be_enabled(timeout=STEP_MS)
    await console.examine(("glp1",))
    await console.sign()
    await look(console.page, "console-vitals")
    await expect(portal.row(GINA)).to_have_attribute("data-visit", "signed", timeout=STEP_MS)
    assert found == {}
    assert stage.errors == []

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from signaling import messages as wire
from tests.browser.actors import PHONE, STEP_MS, Join
from tests.browser.stage import DESKTOP, Stage

ANA = "Ana Ortiz"
BEN = "Ben Soto"


async def text_of(page: Page) -> str:
    """Return everything the page holds: what is drawn, and what was typed into fields."""
    typed: str = await page.evaluate(
        "() => [...document.querySelectorAll('input, textarea')].map((one) => one.value).join()"
    )
    return await page.locator("body").inner_text() + typed


async def test_a_reload_in_the_middle_of_the_intake_returns_to_the_same_step(
    stage: Stage,
) -> None:
    link = await stage.clinic.request(ANA)
    ana = await stage.patient(ANA)
    await ana.open(link.url)
    await ana.intake(until="location-yes")
    await ana.page.reload()
    assert await ana.screen() == "location-yes"
    await ana.intake(until="consent-name")
    await ana.page.reload()
    assert await ana.screen() == "consent-name"
    assert stage.errors == []


async def test_a_reload_in_the_waiting_room_keeps_the_place(stage: Stage) -> None:
    ana, attendee = await stage.ready(ANA)
    await ana.wait()
    ops = await stage.clinic.listening(await stage.clinic.staff_page("ops", "ops"), "/ops")
    before = await ops.expect(wire.OpsSync)
    (place,) = [one for one in before.now.waiting if one.encounter_id == attendee.encounter_id]
    await ana.page.reload()
    await ana.page.get_by_test_id("waiting").wait_for(timeout=STEP_MS)
    await ops.ask("sync")
    after = await ops.expect(wire.OpsSync, lambda event: event.now_ms > before.now_ms)
    (kept,) = [one for one in after.now.waiting if one.encounter_id == attendee.encounter_id]
    assert kept.ready_at_ms == place.ready_at_ms


@pytest.mark.parametrize(
    ("pressed", "comes"), [(("leave", "leave-confirm"), "ended"), (("help-now",), "help-told")]
)
async def test_what_is_pressed_while_an_answer_is_late_is_done_all_the_same(
    stage: Stage, pressed: tuple[str, ...], comes: str
) -> None:
    ana, _ = await stage.ready(ANA)
    page, come = ana.page, asyncio.Event()

    async def late(route: Route) -> None:
        await come.wait()
        await route.continue_()

    await page.route("**/api/v1/join/state", late)
    await ana.wait()
    for one in pressed:
        await page.get_by_test_id(one).click()
    come.set()
    await page.get_by_test_id(comes).wait_for(timeout=STEP_MS)
    await page.unroute_all(behavior="wait")
    assert stage.errors == []


async def test_the_next_patient_on_the_tablet_sees_nothing_of_the_one_before(
    stage: Stage,
) -> None:
    portal = await stage.portal()
    _, ana_code = await portal.new_exam(ANA)
    _, ben_code = await portal.new_exam(BEN)
    tablet = await stage.page(DESKTOP)
    staff = type(portal)(tablet)
    await staff.sign_in(stage.server.url, stage.server.people["glow"])
    await tablet.get_by_test_id("tablet").click()
    scottsdale = tablet.get_by_test_id("tablet-site").locator("option", has_text="Scottsdale")
    site = await scottsdale.get_attribute("value")
    await tablet.get_by_test_id("tablet-site").select_option(site)
    await tablet.get_by_test_id("tablet-confirm").click()

    ana = Join(tablet, ANA)
    await ana.open_on_tablet(ana_code)
    await ana.intake()
    await ana.wait()
    await tablet.get_by_test_id("leave").click()
    await tablet.get_by_test_id("leave-confirm").click()
    await tablet.get_by_test_id("hand-back").click()
    await tablet.get_by_test_id("kiosk-code").wait_for(timeout=STEP_MS)
    await nothing_of(ANA, tablet)
    await tablet.go_back()
    await tablet.wait_for_timeout(500)
    await nothing_of(ANA, tablet)

    await tablet.goto(f"{stage.server.url}/join")
    ben = Join(tablet, BEN)
    await ben.open_on_tablet(ben_code)
    while await ben.screen() != "consent-name":
        await nothing_of(ANA, tablet)
        await ben.intake(until=NEXT.get(await ben.screen(), "consent-name"))
    assert stage.errors == []


NEXT = {
    "holder-patient": "identity-name",
    "identity-name": "location-yes",
    "location-yes": "treatment-neurotoxin",
}


async def nothing_of(name: str, page: Page) -> None:
    shown = await text_of(page)
    for part in (*name.split(), PHONE, "patient@example.org"):
        assert part not in shown
    stored: str = await page.evaluate(
        "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert name.split(maxsplit=1)[0] not in stored


async def test_a_patient_may_do_it_all_in_spanish(stage: Stage) -> None:
    link = await stage.clinic.request("Lucía Peña")
    page = await stage.page(DESKTOP, locale="es-MX")
    lucia = Join(page, "Lucía Peña")
    await lucia.open(link.url)
    assert await page.evaluate("document.documentElement.lang") == "es"
    await lucia.intake()
    await expect(page.get_by_test_id("ready-button")).not_to_contain_text("I am")
    await lucia.wait()
    console = await stage.console("avery")
    await console.come_on_duty()
    card = console.page.get_by_test_id("offer-card")
    await expect(card).to_contain_text("Spanish", timeout=STEP_MS)


async def test_a_newer_device_takes_over_and_the_old_one_is_told(stage: Stage) -> None:
    link = await stage.clinic.request(ANA)
    phone = await stage.patient(ANA)
    await phone.open(link.url)
    await phone.intake(until="device-start")
    laptop = Join(await stage.page(DESKTOP), ANA)
    await laptop.open(link.url)
    await laptop.page.get_by_test_id("takeover-confirm").click()
    assert await laptop.screen() == "device-start"
    await phone.page.get_by_test_id("replaced").wait_for(timeout=STEP_MS)
    await nothing_of(ANA, phone.page)

"""Nobody lets the page use the camera: exact help, and nothing lost."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.actors import STEP_MS
from tests.browser.stage import Stage

ANA = "Ana Ortiz"


async def test_a_refused_camera_gets_exact_help_and_loses_nothing(stage: Stage) -> None:
    link = await stage.clinic.request(ANA)
    ana = await stage.patient(ANA, media=False)
    await ana.open(link.url)
    await ana.intake(until="device-start")
    await ana.page.get_by_test_id("device-start").click()
    await ana.page.get_by_test_id("device-denied").wait_for(timeout=STEP_MS)
    await ana.page.reload()
    assert await ana.screen() == "device-start"

    await ana.page.context.grant_permissions(["camera", "microphone"])
    await ana.intake()
    await ana.wait()


async def test_a_camera_refused_while_it_rings_keeps_the_place(stage: Stage) -> None:
    ana, _ = await stage.ready(ANA, media=False)
    await ana.wait()
    console = await stage.console("avery")
    await console.come_on_duty()
    await ana.page.get_by_test_id("device-denied").wait_for(timeout=STEP_MS)
    await console.page.get_by_test_id("offer-pass").click()
    await expect(ana.page.get_by_test_id("waiting")).to_be_visible()

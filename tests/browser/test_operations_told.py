"""The page of operations is told without asking, in time: nothing else runs beside these."""

from __future__ import annotations

from playwright.async_api import expect

from server.rehearsal.live_socket import LiveSocket
from tests.browser.stage import Stage
from tests.browser.test_operations import ops_page

TOLD_MS = 1_000


async def test_a_change_shows_within_a_second_without_a_reload(stage: Stage) -> None:
    page = await ops_page(stage)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ana = await stage.clinic.ready_patient("Ana Ortiz")
    await expect(page.get_by_test_id("ops-waiting-total")).to_have_text("0")
    await ana.join()
    await expect(page.get_by_test_id("ops-waiting-total")).to_have_text("1", timeout=TOLD_MS)
    tile = page.get_by_test_id("tile-AZ")
    await expect(tile).to_have_attribute("data-coverage", "uncovered", timeout=TOLD_MS)
    await expect(page.get_by_test_id("ops-uncovered")).to_contain_text("AZ")
    casey = await stage.clinic.practitioner("casey", on_duty=False)
    await casey.come_on_duty()
    await expect(tile).to_have_attribute("data-coverage", "waiting", timeout=TOLD_MS)
    await stage.clinic.accepted(casey, ana)
    await expect(tile).to_have_attribute("data-coverage", "busy", timeout=TOLD_MS)
    assert asked == [], "nothing is polled"
    assert stage.errors == []


async def test_an_alert_is_shown_while_it_holds(stage: Stage) -> None:
    page = await ops_page(stage)
    ana = await stage.clinic.waiting_patient("Ana Ortiz")
    alerts = page.get_by_test_id("ops-alerts")
    await expect(alerts).to_contain_text("AZ: somebody waits whom nobody", timeout=5_000)
    await leave(ana.socket)
    await expect(alerts).to_contain_text("None", timeout=30_000)


async def leave(socket: LiveSocket) -> None:
    await socket.ask("queue.leave")


async def test_raising_a_patient_shows_at_once(stage: Stage) -> None:
    page = await ops_page(stage)
    await stage.clinic.waiting_patient("Ana Ortiz")
    await page.get_by_test_id("ops-raise").click()
    await expect(page.get_by_test_id("ops-priority")).to_have_text("1", timeout=TOLD_MS)

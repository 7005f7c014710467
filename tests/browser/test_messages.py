"""The link goes to the patient by mail, and the mail opens the visit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from playwright.async_api import expect

from tests.browser.actors import BIRTH_DATE, STEP_MS, Join
from tests.browser.axe import looking
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.clients import scene
from tests.integration.http.carriers import mail_server
from tests.servers import running_server

MARIA = "Maria Vega"


async def test_staff_have_the_link_mailed_and_the_patient_comes_in_by_it(
    stage: Stage, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    async with mail_server() as mail:
        carried = {
            "smtp_host": "127.0.0.1",
            "smtp_port": str(mail.port),
            "smtp_tls": "none",
            "mail_from": "care@glow.test",
        }
        # The server starts in a thread: it must not hold up the mail server of this loop.
        running = running_server(tmp_path, **carried)
        server = await asyncio.to_thread(running.__enter__)
        try:
            async with scene(server) as clinic:
                there = replace(stage, server=server, clinic=clinic)
                look = looking(found, stage.folder)
                portal = await there.portal(look=look)
                page = portal.page
                await page.get_by_test_id("new-exam").click()
                await page.get_by_test_id("exam-email").fill("maria@mail.test")
                await page.get_by_test_id("exam-name").fill(MARIA)
                await page.get_by_test_id("exam-birthdate").fill(BIRTH_DATE)
                await page.get_by_test_id("exam-treatment-neurotoxin").check()
                await page.get_by_test_id("exam-submit").click()
                first = await page.get_by_test_id("exam-link").inner_text()
                await page.get_by_test_id("send-email").click()
                told = page.get_by_test_id("link-sent")
                await expect(told).to_contain_text("ma…@mail.test", timeout=STEP_MS)
                for size in (PHONE, DESKTOP):
                    await page.set_viewport_size(size)
                    await look(page, f"link-sent-{size['width']}")
                shown = await page.get_by_test_id("exam-link").inner_text()
                assert shown != first
                await page.get_by_test_id("link-done").click()
                await portal.row(MARIA).click()
                sent = page.get_by_test_id("detail-messages")
                await expect(sent).to_contain_text("taken by the mail server", timeout=STEP_MS)
                await look(page, "messages-1280")
                [message] = mail.mails
                lines = message.get_content().splitlines()
                [link] = [line for line in lines if "/join#" in line]
                patient: Join = await there.patient(MARIA)
                await patient.open(link)
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)
    assert found == {}

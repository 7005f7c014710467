"""Findings seen on the video: a hybrid exam; a camera off; one deferred, one put off."""

from __future__ import annotations

import io
from typing import Any, Final

import pytest
from playwright.async_api import expect
from pypdf import PdfReader

from tests.browser.actors import STEP_MS, TREATMENTS, Console, Join, in_state
from tests.browser.stage import Stage
from tests.browser.test_evidence import some_seconds

MEASURED_MS: Final = 90_000  # an answer about a moment comes with the evidence behind it


async def in_call(stage: Stage, name: str) -> tuple[Join, Console, str]:
    console = await stage.console("avery")
    await console.come_on_duty()
    ana, attendee = await stage.ready(name)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    return ana, console, attendee.encounter_id


async def chart_of(stage: Stage, console: Console, encounter_id: str) -> dict[str, Any]:
    path = f"{stage.server.url}/api/v1/console/encounters/{encounter_id}"
    chart: dict[str, Any] = await (await console.page.request.get(path)).json()
    return chart


def missing(chart: dict[str, Any]) -> list[str]:
    return [f"{one['code']} {one['target']}" for one in chart["missing"]]


@pytest.mark.long
async def test_a_hybrid_exam_says_so_in_portal_paper_and_result(stage: Stage) -> None:
    name = "Ana Hybrid Ortiz"
    portal = await stage.portal()
    ana, console, encounter_id = await in_call(stage, name)
    await some_seconds(console.page)
    await console.examine()
    await console.sign()

    await expect(portal.row(name)).to_have_attribute("data-visit", "signed", timeout=STEP_MS)
    await portal.row(name).click()
    detail = portal.page
    await expect(detail.get_by_test_id("fact-how")).to_contain_text(
        "Answers first, then live video"
    )
    await expect(detail.get_by_test_id("fact-modifier")).to_contain_text("95")
    await expect(detail.get_by_test_id("fact-place-of-service")).to_contain_text("02")
    answer = await detail.request.get(
        f"{stage.server.url}/api/v1/portal/encounters/{encounter_id}"
    )
    view = await answer.json()
    assert (view["modality"], view["held"]["modifiers"]) == ("hybrid", ["95"])
    assert view["held"]["live_video_s"] >= 5

    held = ana.page.get_by_test_id("after-held")
    await expect(held).to_contain_text("live video", timeout=STEP_MS)
    await expect(held).to_contain_text("95")
    paper = await console.page.request.get(
        f"{stage.server.url}/api/v1/console/encounters/{encounter_id}/exam.pdf"
    )
    pages = PdfReader(io.BytesIO(await paper.body())).pages
    words = " ".join(" ".join(one.extract_text() for one in pages).split())
    assert "hybrid (health answers first" in words
    assert "Modifier: 95" in words
    assert "looked at on the video" in words
    assert stage.errors == []


@pytest.mark.long
async def test_what_was_not_seen_is_said_and_seen_after_the_patient_was_called_again(
    stage: Stage,
) -> None:
    ana, console, encounter_id = await in_call(stage, "Ana Covered Ortiz")
    page = console.page
    await some_seconds(page)
    await ana.page.get_by_test_id("call-camera").click()
    await expect(page.get_by_text("switched the camera off")).to_be_visible(timeout=STEP_MS)
    await console.decide_without_looking()
    for treatment in TREATMENTS:
        await page.get_by_test_id(f"seen-{treatment}").click()
        problem = page.get_by_test_id(f"seen-{treatment}-problem")
        await expect(problem).to_contain_text("A camera is off", timeout=STEP_MS)
    await page.get_by_test_id("wrapup-sign").click()
    await expect(page.get_by_test_id("not-seen")).to_be_visible()
    await in_state(page, "connected")  # it says what is missing, and the call goes on
    assert missing(await chart_of(stage, console, encounter_id)) == [
        f"finding_missing seen-{one}" for one in TREATMENTS
    ]
    await page.get_by_test_id("call-hangup").click()
    await ana.page.get_by_test_id("after-call").wait_for(timeout=STEP_MS)
    await page.get_by_test_id("resume-call").wait_for(timeout=STEP_MS)

    await page.get_by_test_id("resume-call").click()
    await in_state(page, "connected")
    await in_state(ana.page, "connected")
    if await ana.page.get_by_test_id("call-camera").get_attribute("aria-pressed") == "true":
        await ana.page.get_by_test_id("call-camera").click()
    await some_seconds(page)
    for treatment in TREATMENTS:
        await console.look_at(treatment)
    await some_seconds(page, 60)
    await console.sign()
    chart = await chart_of(stage, console, encounter_id)
    assert [one["standing"] for one in chart["findings"]] == ["seen", "seen"]
    kinds = [one["kind"] for one in chart["entries"]]
    assert kinds.index("exam.resumed") < kinds.index("finding.seen")
    assert kinds.count("rules.decided") >= 4  # asked again for the second call
    assert "modality.computed" in kinds[kinds.index("finding.seen") :]
    assert stage.errors == []


@pytest.mark.long
async def test_what_cannot_be_seen_is_deferred_with_one_click(stage: Stage) -> None:
    _ana, console, encounter_id = await in_call(stage, "Ana Deferred Ortiz")
    page = console.page
    await some_seconds(page)
    await console.decide_without_looking()
    await page.get_by_test_id("call-hangup").click()
    for treatment in TREATMENTS:
        await page.get_by_test_id(f"defer-{treatment}").click(timeout=STEP_MS)
    await expect(page.get_by_test_id("not-seen")).to_be_hidden(timeout=STEP_MS)
    await console.sign()
    chart = await chart_of(stage, console, encounter_id)
    assert [(one["disposition"], one["reasons"]) for one in chart["dispositions"]] == [
        ("deferred", ["needs_more_information"])
    ] * 2
    assert stage.errors == []


async def test_an_exam_that_is_put_off_calls_the_patient_back(stage: Stage) -> None:
    name = "Ana Later Ortiz"
    portal = await stage.portal()
    ana, console, _encounter_id = await in_call(stage, name)
    page = console.page
    await console.decide_without_looking()
    await page.get_by_test_id("call-hangup").click()
    await page.get_by_test_id("reschedule").click(timeout=STEP_MS)
    await page.get_by_test_id("reschedule-confirm").click()
    await expect(page.get_by_test_id("desk-notice")).to_contain_text("put off")
    await expect(portal.row(name)).to_have_attribute("data-visit", "left", timeout=STEP_MS)
    await ana.page.get_by_test_id("callback").wait_for(timeout=STEP_MS)
    # The practitioner is free at once, and the patient may come again through the same page.
    await console.come_on_duty()
    assert stage.errors == []

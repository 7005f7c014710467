"""What two browsers and the relay between them leave in the chart when it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import FRAMES, MEDIA_MS, Console, Join, in_state
from tests.browser.stage import Stage
from tests.servers import RunningServer, running_server

ANA: Final = "Ana Measured Ortiz"
SOME_SECONDS: Final = 200  # frames; Chromium's made-up camera has 20 a second
BY: Final = {"relay": "witnessed by the relay", "direct": "reported by the browsers"}


@pytest.fixture(
    scope="module", params=["relay", pytest.param("direct", marks=pytest.mark.long)]
)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp(mode), calls=mode, relay_port="0") as running:
        yield running


async def in_call(stage: Stage) -> tuple[Join, Console, str]:
    console = await stage.console("avery")
    await console.come_on_duty()
    ana, attendee = await stage.ready(ANA)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    return ana, console, attendee.encounter_id


async def some_seconds(page: Page, frames: int = SOME_SECONDS) -> None:
    """Wait until so many further frames were decoded."""
    seen: int = await page.evaluate(FRAMES)
    await page.wait_for_function(
        f"([seen, more]) => ({FRAMES})() >= seen + more",
        arg=[seen, frames],
        timeout=MEDIA_MS,
    )


async def chart_of(stage: Stage, console: Console, encounter_id: str) -> dict[str, Any]:
    path = f"{stage.server.url}/api/v1/console/encounters/{encounter_id}"
    answer = await console.page.request.get(path)
    assert answer.ok
    chart: dict[str, Any] = await answer.json()
    return chart


async def test_a_live_call_is_signed_with_all_that_flowed_in_it(
    stage: Stage, mode: str
) -> None:
    _ana, console, encounter_id = await in_call(stage)
    await some_seconds(console.page)
    await console.examine()
    await console.sign()
    chart = await chart_of(stage, console, encounter_id)
    media = chart["media"]
    assert media["complete"], media
    assert media["live_video_s"] >= 5
    assert media["line"].endswith(BY[mode])
    kinds = [one["kind"] for one in chart["entries"]]
    last = max(place for place, kind in enumerate(kinds) if kind.startswith("media."))
    assert kinds.index("call.ended") < last < kinds.index("attestation")
    await expect(console.page.get_by_test_id("media-line")).to_contain_text("Live video")
    assert stage.errors == []


@pytest.mark.long
async def test_a_camera_that_is_off_is_never_live_video(stage: Stage) -> None:
    ana, console, encounter_id = await in_call(stage)
    await ana.page.get_by_test_id("call-camera").click()
    await some_seconds(ana.page)
    await console.page.get_by_test_id("call-hangup").click()
    await console.examine(looking=False)
    await console.sign()
    chart = await chart_of(stage, console, encounter_id)
    summaries = [one["summary"] for one in chart["entries"]]
    assert "Camera of the patient off" in summaries
    media = chart["media"]
    assert media["complete"], media
    assert media["audio_only_s"] >= 5
    # Before it was switched off both saw each other; afterwards never again.
    assert media["live_video_s"] < media["audio_only_s"]
    begun = [one for one in summaries if one.startswith(("Live video both ways", "Sound only"))]
    assert begun[-1].startswith("Sound only")

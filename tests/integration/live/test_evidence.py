"""What flowed in a direct call, from the pages' reports to the signed chart and its paper."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator

import pytest
from pypdf import PdfReader

from media.call import Side
from server.rehearsal.practitioner import Practitioner
from server.views import ChartView
from signaling import messages as wire
from tests.clients import Attendee, Scene, scene
from tests.integration.live.test_calls import code_of, in_call
from tests.servers import RunningServer, Serving

TALKING = (5_800, 6_400, 5_100, 7_000, 5_500, 6_100)
SECONDS = 6
PACE_S = 0.25  # four times as often as a page reports, and far below what a page may send


@pytest.fixture(scope="module")
def direct_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    with serving(
        tmp_path_factory.mktemp("direct"),
        calls="direct",
    ) as running:
        yield running


@pytest.fixture
async def direct_clinic(direct_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(direct_server) as people:
        yield people


def report(encounter_id: str, second: int, *, moves: bool = True) -> dict[str, object]:
    steps = TALKING if moves else (5_400,) * len(TALKING)
    return {
        "encounter_id": encounter_id,
        "second": second,
        "video_packets": 150,
        "video_bytes": sum(steps),
        "resent_packets": 0,
        "video_lost": 0,
        "video_jitter_us": 4_000,
        "frozen_ms": 0,
        "frames": 3 * len(steps),
        "keyframes": 0,
        "audio_packets": 50,
        "audio_bytes": 4_000,
        "audio_lost": 0,
        "audio_jitter_us": 2_000,
        "concealed_ms": 0,
        "level_millionths": 100_000,
        "steps": [{"frames": 3, "octets": one} for one in steps],
    }


async def seen(ana: Attendee, avery: Practitioner) -> None:
    """Let both say that they see the other."""
    frame = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    for socket in (ana.socket, avery.socket):
        await socket.ask("call.first_frame", **frame)


async def reported(
    ana: Attendee, avery: Practitioner, *, moves: bool = True, first: int = 1_000
) -> None:
    """Let both report some seconds. One that is yet to come is refused, until it has."""
    sockets = {Side.PATIENT: ana.socket, Side.PRACTITIONER: avery.socket}
    taken = dict.fromkeys(Side, 0)
    second = first
    while min(taken.values()) < SECONDS:
        for side, socket in sockets.items():
            ack = await socket.command(
                "call.report", **report(ana.encounter_id, second, moves=moves)
            )
            taken[side] += ack.ok
        second += 1
        await asyncio.sleep(PACE_S)


def kinds(chart: ChartView) -> list[str]:
    return [one.kind for one in chart.entries]


async def sign(avery: Practitioner, chart: ChartView) -> wire.Ack:
    return await avery.socket.command(
        "encounter.sign",
        encounter_id=chart.encounter_id,
        attestation_version=chart.attestation_version,
        attested=True,
        chart_head=chart.chart_head,
    )


async def test_a_live_call_is_ended_sealed_and_then_signed(direct_clinic: Scene) -> None:
    ana, avery = await in_call(direct_clinic)
    await seen(ana, avery)
    await reported(ana, avery)
    await avery.examine(ana.encounter_id)
    read = await avery.read_chart(ana.encounter_id)
    # What is measured after the chart was read does not make it another one.
    for hidden in (True, False):
        await ana.socket.ask(
            "call.media", encounter_id=ana.encounter_id, audio=True, video=True, hidden=hidden
        )
    assert (await sign(avery, read)).ok
    chart = await avery.read_chart(ana.encounter_id)
    assert chart.visit == "signed"
    assert chart.media is not None
    assert chart.media.complete
    assert chart.media.live_video_s >= 3  # less the seconds in which the page was hidden
    assert chart.media.line.endswith("reported by the browsers")
    order = kinds(chart)
    last = max(place for place, kind in enumerate(order) if kind == "media.evidence")
    assert order.index("call.ended") < last < order.index("attestation")
    summaries = [one.summary for one in chart.entries]
    assert "Page of the patient hidden" in summaries
    late = await ana.socket.command("call.report", **report(ana.encounter_id, 9_999))
    assert code_of(late) == "illegal_transition"


async def test_the_paper_says_what_flowed_apart_from_the_attestation(
    direct_clinic: Scene,
) -> None:
    ana, avery = await in_call(direct_clinic)
    await seen(ana, avery)
    await reported(ana, avery, moves=False)
    await avery.hang_up(ana.encounter_id)
    await avery.examine(ana.encounter_id, looking=False)
    await avery.sign(ana.encounter_id)
    page = await direct_clinic.staff_page("console", "avery")
    path = f"/api/v1/console/encounters/{ana.encounter_id}/exam.pdf"
    async with page.session.get(f"{page.origin}{path}") as response:
        paper = await response.read()
    text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(paper)).pages)
    words = " ".join(text.split())
    # A picture that never moved: nothing is approved, and nobody attests to an exam by video.
    assert "in a call that I do not rely on as an exam by live video" in words
    assert "Live video both ways: none measured" in words
    assert "Reported by the two browsers" in words
    assert "That the patient was seen is the practitioner's" in words


async def test_a_chart_that_grew_otherwise_is_read_again_and_the_call_goes_on(
    direct_clinic: Scene,
) -> None:
    ana, avery = await in_call(direct_clinic)
    await seen(ana, avery)
    await avery.examine(ana.encounter_id, looking=False)
    read = await avery.read_chart(ana.encounter_id)
    await ana.socket.ask("call.media", encounter_id=ana.encounter_id, audio=False, video=True)
    assert code_of(await sign(avery, read)) == "chart_head_moved"
    chart = await avery.read_chart(ana.encounter_id)
    assert (chart.visit, chart.call_state) == ("in_progress", "connected")
    assert (await sign(avery, chart)).ok


async def test_somebody_elses_call_is_not_reported(direct_clinic: Scene) -> None:
    ana, _avery = await in_call(direct_clinic)
    blake = await direct_clinic.practitioner("blake", on_duty=False)
    ack = await blake.socket.command("call.report", **report(ana.encounter_id, 1_000))
    assert code_of(ack) == "not_found"

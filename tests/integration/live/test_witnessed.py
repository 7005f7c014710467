"""What a real relay witnessed is in the signed chart, whatever dies on the way."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from server.rehearsal.practitioner import Practitioner
from server.relays.folder import RelayFolder
from server.views import ChartView
from signaling import messages as wire
from tests.clients import scene
from tests.integration.live.test_legs import Pair, linked_pair
from tests.leg_pages import LegPage
from tests.servers import running_server

PICTURES = 60  # of a side: some seconds


async def signed(pair: Pair) -> ChartView:
    """Sign while the call goes on, with every treatment deferred, and return the chart."""
    avery: Practitioner = pair.avery
    await avery.examine(pair.encounter_id, looking=False)
    await avery.sign(pair.encounter_id)
    chart = await avery.read_chart(pair.encounter_id)
    assert chart.visit == "signed"
    kinds = [one.kind for one in chart.entries]
    assert not any(one.startswith("media.") for one in kinds[kinds.index("attestation") :])
    return chart


async def parts_committed(pair: Pair, page: LegPage) -> None:
    """Wait until something that was measured is in the chart."""
    while (await pair.avery.read_chart(pair.encounter_id)).media is None:
        await page.seen(1, 10)


async def test_signing_ends_a_live_call_and_waits_for_its_seal(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay", relay_port="0") as server:
        async with scene(server) as clinic, linked_pair(clinic) as (pair, one, other):
            for page in (one, other):
                await page.seen(1, PICTURES)
            await pair.ana.socket.ask(
                "call.media", encounter_id=pair.encounter_id, audio=True, video=False
            )
            chart = await signed(pair)
            assert chart.media is not None
            assert chart.media.complete
            assert chart.media.line.startswith("Live video both ways")
            summaries = [line.summary for line in chart.entries]
            assert "Camera of the patient off" in summaries
            assert any("sealed" in line for line in summaries)


@pytest.mark.long
async def test_what_was_witnessed_outlives_the_server(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay", relay_port="0") as server:
        async with scene(server) as clinic, linked_pair(clinic) as (pair, one, other):
            await parts_committed(pair, one)
            server.kill()
            for page in (one, other):
                await page.seen(1, PICTURES)
            server.start()
            for socket in (pair.ana.socket, pair.avery.socket):
                await socket.connect(*socket.last)
            await pair.ana.socket.expect(wire.LegLinked)
            chart = await signed(pair)
            assert chart.media is not None
            assert chart.media.complete
            assert "incomplete" not in " ".join(line.kind for line in chart.entries)


@pytest.mark.long
async def test_a_relay_that_was_killed_leaves_a_chart_that_says_so(tmp_path: Path) -> None:
    with running_server(tmp_path, calls="relay", relay_port="0") as server:
        async with scene(server) as clinic, linked_pair(clinic) as (pair, one, _):
            await parts_committed(pair, one)
            place = RelayFolder(tmp_path / "data" / "relay").place()
            assert place is not None
            os.kill(place.pid, signal.SIGKILL)
            chart = await signed(pair)
            assert chart.media is not None
            assert not chart.media.complete
            summaries = [line.summary for line in chart.entries]
            assert any("flowed is incomplete" in line for line in summaries)

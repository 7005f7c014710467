"""Operations at the real server: told at once, alerted, measured."""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.rehearsal.live_socket import LiveSocket
from signaling import messages as wire
from tests.clients import Scene, scene
from tests.servers import RunningServer, Serving

TOLD_S = 1.0
ALERT_S = 10.0
SECRET = "shared-with-the-receiver"


async def ops_socket(clinic: Scene) -> LiveSocket:
    socket = await clinic.listening(await clinic.staff_page("ops", "ops"), "/ops")
    await socket.expect(wire.OpsSync)
    return socket


async def metrics(server: RunningServer) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{server.metrics_port}/metrics") as answer,
    ):
        assert answer.status == 200
        return await answer.text()


def tile(event: wire.OpsSync, name: str) -> wire.OpsTile:
    (found,) = [one for one in event.now.tiles if one.jurisdiction == name]
    return found


async def test_operations_are_told_within_a_second(clinic: Scene) -> None:
    ops = await ops_socket(clinic)
    ana = await clinic.ready_patient("Ana Ortiz")
    async with asyncio.timeout(TOLD_S):
        await ana.join()
        told = await ops.expect(wire.OpsSync, lambda event: event.now.waiting_total == 1)
    assert (tile(told, "AZ").waiting, tile(told, "AZ").uncovered) == (1, 1)
    # Three, on duty or not; or two, where an authority was suspended and restored less than
    # `FRESH_US` ago, as another test on this server does.
    assert tile(told, "AZ").licensed in {2, 3}
    casey = await clinic.practitioner("casey", on_duty=False)
    async with asyncio.timeout(TOLD_S):
        await casey.come_on_duty()
        told = await ops.expect(wire.OpsSync, lambda event: tile(event, "AZ").on_duty == 1)
    assert tile(told, "CO").on_duty == 1, "where casey is licensed too"
    answered = told.today.whole.answered
    await clinic.accepted(casey, ana)
    told = await ops.expect(
        wire.OpsSync, lambda event: event.today.whole.answered == answered + 1
    )
    assert told.now.statuses["in_exam"] == 1
    assert [one.practitioner for one in told.now.notices if one.kind == "came"]


async def test_the_metrics_of_the_running_server_are_clean(clinic: Scene) -> None:
    ana = await clinic.waiting_patient("Ana Ortiz")
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    text = await metrics(clinic.server)
    promtool = os.environ.get("PROMTOOL", "promtool")
    checking = await asyncio.create_subprocess_exec(
        promtool, "check", "metrics", stdin=PIPE, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await checking.communicate(text.encode())
    assert (checking.returncode, said) == (0, b"")
    assert 'gfe_providers{status="in_exam"} 1.0' in text
    assert ana.encounter_id not in text
    assert "Ana" not in text


async def test_operations_raise_a_patient_and_see_it(clinic: Scene) -> None:
    ops = await ops_socket(clinic)
    ana = await clinic.waiting_patient("Ana Ortiz")
    page = await clinic.staff_page("ops", "ops")
    path = f"/api/v1/ops/encounters/{ana.encounter_id}/priority"
    async with asyncio.timeout(TOLD_S):
        await page.request("POST", path, '{"priority": 2}')
        await ops.expect(
            wire.OpsSync,
            lambda event: [one.priority for one in event.now.waiting] == [2],
        )


# ------------------------------------------------------------------ alerts


@pytest.fixture
async def received() -> AsyncIterator[tuple[str, asyncio.Queue[dict[str, object]]]]:
    """A receiver of alerts, and what it gets."""
    got: asyncio.Queue[dict[str, object]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        got.put_nowait(json.loads(await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/")), got
    await server.close()


async def test_an_alert_is_shown_sent_and_cleared_once(
    tmp_path: Path,
    serving: Serving,
    received: tuple[str, asyncio.Queue[dict[str, object]]],
) -> None:
    url, got = received
    with serving(
        tmp_path,
        alert_webhook_url=url,
        alert_webhook_secret=SECRET,
        alert_oldest_wait_s="3600",
        alert_clear_hold_s="2",
    ) as server:
        async with scene(server) as clinic:
            ops = await ops_socket(clinic)
            ana = await clinic.waiting_patient("Ana Ortiz")
            raised = await ops.expect(
                wire.OpsSync, lambda event: event.now.alerts_total == 1, within_s=ALERT_S
            )
            assert raised.now.alerts[0].code == "nobody_eligible"
            assert raised.now.alerts[0].jurisdiction == "AZ"
            assert raised.now.notices[0].kind == "alert_raised"
            await ana.socket.ask("queue.leave")
            cleared = await ops.expect(
                wire.OpsSync,
                lambda event: "alert_cleared" in [one.kind for one in event.now.notices],
                within_s=30,
            )
            assert cleared.now.alerts == []
            told = [await asyncio.wait_for(got.get(), ALERT_S) for _ in range(2)]
        assert [one["state"] for one in told] == ["raised", "cleared"]
        assert got.empty()
        assert "alert_raised" in server.log
        assert ana.encounter_id not in json.dumps(told)


async def test_time_on_duty_survives_a_stop(tmp_path: Path, serving: Serving) -> None:
    with serving(tmp_path) as server:
        async with scene(server) as clinic:
            ana = await clinic.waiting_patient("Ana Ortiz")
            casey = await clinic.practitioner("casey")
            await clinic.accepted(casey, ana)
        server.stop()
        server.start()
        async with scene(server) as clinic:
            ops = await clinic.listening(await clinic.staff_page("ops", "ops"), "/ops")
            told = await ops.expect(wire.OpsSync)
    assert told.today.whole.occupancy is not None
    assert 0 < told.today.whole.occupancy <= 1

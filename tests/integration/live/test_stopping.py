"""SIGTERM under load: everybody is sent on, and nothing is dropped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSCloseCode, WSMsgType

from server.relays.folder import RelayFolder
from signaling import messages as wire
from tests.clients import scene
from tests.integration.live.test_legs import linked_pair
from tests.servers import STOP_S, RunningServer, running_server

NAMES = ("Ben Soto", "Cleo Park", "Dan Ruiz")
QUIET_S = 1.0


async def readiness(server: RunningServer) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{server.port}/readyz") as answer,
    ):
        return answer.status, (await answer.json())["status"]


async def until_refused(server: RunningServer) -> None:
    """Wait until nobody new can connect."""
    async with asyncio.timeout(STOP_S):
        while True:
            try:
                await readiness(server)
            except aiohttp.ClientConnectionError:
                return


async def until_drains(server: RunningServer) -> None:
    async with asyncio.timeout(STOP_S):
        told = await readiness(server)
        while told == (200, "ok"):
            told = await readiness(server)
    assert told == (503, "draining")


async def test_a_call_and_a_queue_outlive_a_server_that_is_told_to_stop(
    tmp_path: Path,
) -> None:
    with running_server(
        tmp_path, calls="relay", relay_port="0", drain_s=str(QUIET_S), farewell_s="1"
    ) as server:
        async with scene(server) as clinic, linked_pair(clinic) as (pair, patient, console):
            relay = RelayFolder(tmp_path / "data" / "relay").place()
            assert relay is not None
            line = [await clinic.waiting_patient(name) for name in NAMES]
            began = time.monotonic()
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            await until_drains(server)
            late = await clinic.ready_patient("Eva Late")  # all goes on meanwhile
            await late.join()
            assert await stopping == 0
            assert time.monotonic() - began < STOP_S
            for page in (patient, console):
                await page.seen(1, 5)

            await asyncio.to_thread(server.start)
            again = RelayFolder(tmp_path / "data" / "relay").place()
            assert again is not None
            assert again.pid == relay.pid
            for socket in (pair.ana.socket, pair.avery.socket):
                await socket.connect(*socket.last)
            sync = await pair.ana.socket.expect(
                wire.PatientSync, lambda event: event.call is not None
            )
            assert sync.call is not None
            assert (sync.call.state, sync.call.mode) == ("connected", "relay")
            casey = await clinic.practitioner("casey")
            for attendee in (*line, late):
                attendee.socket = await clinic.listening(attendee.patient.page, "/patient")
                back = await attendee.socket.expect(wire.PatientSync)
                assert back.visit in ("waiting", "offered")
            for attendee in (*line, late):
                ringing = await casey.socket.expect(wire.OfferRinging)
                assert ringing.offer.encounter_id == attendee.encounter_id
                await casey.accept(ringing.offer)
                await casey.give_up(attendee.encounter_id)


async def test_sockets_are_told_to_go_one_after_the_other_once_nobody_new_can_come(
    tmp_path: Path,
) -> None:
    with running_server(tmp_path, farewell_s="1.5") as server:
        address = server.url + "/socket.io/?EIO=4&transport=websocket"
        async with aiohttp.ClientSession() as client:
            sockets = [await client.ws_connect(address) for _ in range(6)]

            async def gone(socket: aiohttp.ClientWebSocketResponse) -> float:
                while (said := await socket.receive()).type is WSMsgType.TEXT:
                    pass
                assert (said.type, said.data) == (WSMsgType.CLOSE, WSCloseCode.GOING_AWAY)
                return time.monotonic()

            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            leaving = [asyncio.create_task(gone(one)) for one in sockets]
            await until_refused(server)
            assert not all(one.done() for one in leaving)
            left = sorted(await asyncio.gather(*leaving))
            assert await stopping == 0
        assert 1.0 < left[-1] - left[0] < 5.0
        assert min(after - before for before, after in pairwise(left)) > 0.05


async def test_a_request_that_is_being_answered_is_answered(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        # A body that comes slowly: its request is in flight when the signal comes.
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        body = b'{"login": "nobody", "password": "nothing"}'
        writer.write(
            b"POST /api/v1/ops/session HTTP/1.1\r\nHost: localhost\r\n"
            b"Origin: " + server.url.encode() + b"\r\nContent-Type: application/json\r\n"
            b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body[:10]
        )
        await writer.drain()
        assert await readiness(server) == (200, "ok")
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        await until_refused(server)
        writer.write(body[10:])
        await writer.drain()
        assert (await reader.readline()).startswith(b"HTTP/1.1 401")
        writer.close()
        assert await stopping == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_whoever_asks_twice_need_not_wait(tmp_path: Path, number: signal.Signals) -> None:
    with running_server(tmp_path, drain_s="300") as server:
        pid = server.pid
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        await until_drains(server)
        os.kill(pid, number)
        assert await stopping == -number
        await asyncio.to_thread(server.start)
        server.kill()  # asked once, it would wait

"""The lean socket against a server that says exactly what a test has it say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from server.rehearsal.failures import Refused, RehearsalFailed
from tests.load.lean_socket import LeanSocket

Script = Callable[[web.WebSocketResponse], Awaitable[None]]

ACK = {"ok": True, "id": "c1", "result": {"place": 7}, "error": None}


async def entered(socket: web.WebSocketResponse) -> str:
    """Let a client in, and return what it said."""
    await socket.send_str('0{"sid":"e","upgrades":[],"pingInterval":1,"pingTimeout":1}')
    said: str = await socket.receive_str()
    await socket.send_str('40/patient,{"sid":"s"}')
    return said


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Serve WebSockets that follow a script, and hang up at its end."""

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await script(socket)
        await socket.close()
        return socket

    application = web.Application()
    application.router.add_get("/socket.io/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield session, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_it_says_what_it_has_and_is_told_events_as_text() -> None:
    said: list[str] = []

    async def script(socket: web.WebSocketResponse) -> None:
        said.append(await entered(socket))
        await socket.send_str('42/patient,["event",{"type":"queue.changed","seq":4}]')

    events: list[str] = []
    async with scripted(script) as (session, origin):
        socket = await LeanSocket.open(session, origin, "/patient", resume=("boot-1", 3))
        await socket.read(events.append)
    assert json.loads(said[0].partition(",")[2]) == {
        "v": 1,
        "stream": "boot-1",
        "last_seq": 3,
    }
    assert events == ['{"type":"queue.changed","seq":4}']
    assert socket.received == 1


async def test_a_ping_is_answered_and_is_no_message() -> None:
    answers: list[str] = []

    async def script(socket: web.WebSocketResponse) -> None:
        await entered(socket)
        await socket.send_str("2")
        answers.append(await socket.receive_str())

    async with scripted(script) as (session, origin):
        socket = await LeanSocket.open(session, origin, "/patient")
        await socket.read(lambda _: None)
    assert answers == ["3"]
    assert (socket.received, socket.sent) == (0, 0)


async def test_a_command_has_its_own_acknowledgement() -> None:
    async def script(socket: web.WebSocketResponse) -> None:
        await entered(socket)
        first, second = await socket.receive_str(), await socket.receive_str()
        assert first.startswith('42/patient,1["command",')
        assert second.startswith('42/patient,2["command",')
        await socket.send_str(f"43/patient,2[{json.dumps({**ACK, 'id': 'second'})}]")
        await socket.send_str(f"43/patient,1[{json.dumps({**ACK, 'id': 'first'})}]")

    async with scripted(script) as (session, origin):
        socket = await LeanSocket.open(session, origin, "/patient")
        reading = asyncio.ensure_future(socket.read(lambda _: None))
        acks = await asyncio.gather(socket.command({}, 5.0), socket.command({}, 5.0))
        await reading
    assert [one.id for one in acks] == ["first", "second"]


async def test_who_is_refused_is_told_why() -> None:
    async def script(socket: web.WebSocketResponse) -> None:
        await socket.send_str("0{}")
        await socket.receive_str()
        await socket.send_str('44/patient,{"message":"not_signed_in"}')

    async with scripted(script) as (session, origin):
        with pytest.raises(Refused) as refused:
            await LeanSocket.open(session, origin, "/patient")
    assert refused.value.code == "not_signed_in"


async def test_a_command_fails_when_the_connection_ends_before_its_answer() -> None:
    async def script(socket: web.WebSocketResponse) -> None:
        await entered(socket)
        await socket.receive_str()

    async with scripted(script) as (session, origin):
        socket = await LeanSocket.open(session, origin, "/patient")
        reading = asyncio.ensure_future(socket.read(lambda _: None))
        with pytest.raises(RehearsalFailed, match="hung_up"):
            await socket.command({}, 5.0)
        await reading


async def test_a_server_that_is_not_there_is_a_failure_with_a_code() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(RehearsalFailed, match="ClientConnectorError"):
            await LeanSocket.open(session, "http://127.0.0.1:1", "/patient")

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server import draining
from server.draining import Drain


class NotedSite(web.TCPSite):
    """A site that notes when it stops listening."""

    def __init__(self, runner: web.AppRunner, events: list[str]) -> None:
        super().__init__(runner, "127.0.0.1", 0)
        self.events = events

    async def stop(self) -> None:
        self.events.append("deaf")
        await super().stop()


async def runner_on(events: list[str]) -> web.AppRunner:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await NotedSite(runner, events).start()
    return runner


async def test_it_is_not_ready_then_deaf_then_goes_step_by_step() -> None:
    events: list[str] = []
    runner, drain = await runner_on(events), Drain()

    async def homes() -> None:
        events.append("homes")

    async def sockets() -> None:
        events.append("sockets")

    drain.then(homes)
    drain.then(sockets)
    await drain.run(runner, quiet_s=0)
    assert drain.begun
    assert events == ["deaf", "homes", "sockets"]
    await runner.cleanup()


async def test_a_step_that_fails_keeps_no_other_from_being_taken() -> None:
    events: list[str] = []
    runner, drain = await runner_on(events), Drain()

    async def fails() -> None:
        raise ConnectionError

    async def sockets() -> None:
        events.append("sockets")

    drain.then(fails)
    drain.then(sockets)
    await drain.run(runner, quiet_s=0)
    assert events == ["deaf", "sockets"]
    await runner.cleanup()


async def test_it_waits_for_what_is_being_answered_and_no_longer_than_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draining, "REQUESTS_S", 0.2)
    runner, drain = await runner_on([]), Drain()
    answering, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.StreamResponse:
        answering.set()
        await may_answer.wait()
        return web.Response()

    asked = asyncio.create_task(drain.counted(make_mocked_request("GET", "/"), slow))
    await answering.wait()
    await drain.run(runner, quiet_s=0)
    assert not asked.done()  # it took too long

    monkeypatch.setattr(draining, "REQUESTS_S", 60.0)
    drained = asyncio.create_task(drain.run(runner, quiet_s=0))
    may_answer.set()
    await drained
    assert asked.done()
    await runner.cleanup()

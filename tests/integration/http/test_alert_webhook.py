"""Alerts told to a receiver that is a real HTTP server, and not always a good one."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.alerts.board import Alert
from server.alerts.conditions import AlertCode
from server.alerts.webhook import ATTEMPTS_MAX, SIGNATURE, TIMESTAMP, Webhook
from server.clock import ManualClock
from signaling.identifiers import Instant

SECRET = b"shared-with-the-receiver"
RAISED = Alert(
    AlertCode.OLDEST_WAIT,
    "AZ",
    Instant(1_790_000_000_000_000),
    3,
    Instant(1_789_999_870_000_000),
)
CLEARED = Alert(
    AlertCode.MISSED_OFFERS, None, RAISED.raised_at, 7, None, cleared_at=RAISED.raised_at
)


@dataclass
class Receiver:
    """Answers what it is told to, then 204; keeps what it got."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[bytes, str, str]] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    silent: bool = False

    async def take(self, request: web.Request) -> web.Response:
        if self.silent:
            await asyncio.Event().wait()
        headers = request.headers
        self.got.append((await request.read(), headers[TIMESTAMP], headers[SIGNATURE]))
        self.more.set()
        status = self.answers.pop(0) if self.answers else 204
        elsewhere = {"Location": "/elsewhere"} if status in {301, 302, 307} else {}
        return web.Response(status=status, headers=elsewhere)

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.got) < count:
                self.more.clear()
                await self.more.wait()


@asynccontextmanager
async def told(
    receiver: Receiver, *, timeout_s: float = 5.0, queue_max: int = 10
) -> AsyncIterator[Webhook]:
    """A webhook at work, and its receiver."""
    app = web.Application()
    app.router.add_post("/alerts", receiver.take)
    app.router.add_post("/elsewhere", receiver.take)
    server = TestServer(app)
    await server.start_server()
    webhook = Webhook(
        str(server.make_url("/alerts")),
        SECRET,
        ManualClock(),
        first_pause_s=0.001,
        timeout_s=timeout_s,
        queue_max=queue_max,
    )
    running = asyncio.create_task(webhook.run())
    try:
        yield webhook
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        receiver.silent = False
        await server.close()


async def test_an_alert_is_told_once_and_signed() -> None:
    receiver = Receiver()
    async with told(receiver) as webhook:
        webhook.send(RAISED)
        webhook.send(CLEARED)
        await receiver.wait_for(2)
    content, timestamp, signature = receiver.got[0]
    signed = hmac.new(SECRET, timestamp.encode() + b"." + content, hashlib.sha256)
    assert signature == f"v1={signed.hexdigest()}"
    assert timestamp == str(ManualClock().now() // 1_000_000)
    assert json.loads(content) == {
        "version": 1,
        "type": "alert",
        "state": "raised",
        "code": "oldest_wait",
        "jurisdiction": "AZ",
        "count": 3,
        "raised_at": "2026-09-21T14:13:20.000Z",
        "cleared_at": None,
        "waiting_since": "2026-09-21T14:11:10.000Z",
    }
    assert json.loads(receiver.got[1][0])["state"] == "cleared"


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_a_receiver_in_trouble_is_asked_again(status: int) -> None:
    receiver = Receiver(answers=[status, status])
    async with told(receiver) as webhook:
        webhook.send(RAISED)
        await receiver.wait_for(3)
    assert len({content for content, _, _ in receiver.got}) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 410])
async def test_who_refuses_or_redirects_is_not_asked_again(status: int) -> None:
    receiver = Receiver(answers=[status])
    async with told(receiver) as webhook:
        webhook.send(RAISED)
        webhook.send(CLEARED)
        await receiver.wait_for(2)
    assert [json.loads(content)["state"] for content, _, _ in receiver.got] == [
        "raised",
        "cleared",
    ]


async def test_attempts_come_to_an_end_and_the_next_alert_has_its_turn() -> None:
    receiver = Receiver(answers=[500] * ATTEMPTS_MAX)
    async with told(receiver) as webhook:
        webhook.send(RAISED)
        webhook.send(CLEARED)
        await receiver.wait_for(ATTEMPTS_MAX + 1)
    states = [json.loads(content)["state"] for content, _, _ in receiver.got]
    assert states == ["raised"] * ATTEMPTS_MAX + ["cleared"]


async def test_a_receiver_that_never_answers_holds_nobody_up() -> None:
    receiver = Receiver(silent=True)
    async with told(receiver, timeout_s=0.05, queue_max=2) as webhook:
        for _ in range(1_000):
            webhook.send(RAISED)  # what does not fit is dropped, at once
        receiver.silent = False
        await receiver.wait_for(2)
    assert len(receiver.got) <= 3


async def test_a_receiver_that_is_not_there_harms_nobody() -> None:
    webhook = Webhook("http://127.0.0.1:9/", SECRET, ManualClock(), first_pause_s=0.001)
    running = asyncio.create_task(webhook.run())
    webhook.send(RAISED)
    async with asyncio.timeout(5):
        await webhook.drained()
    assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

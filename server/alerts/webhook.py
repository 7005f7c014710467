"""Tells alerts to another system by HTTP POST, signed, without ever making anybody wait.

    alert -> queue (bounded; what does not fit is dropped and logged) -> POST, tried again
             with growing pauses when nobody answers or the answer is 408, 429 or 5xx

Body: JSON, see `body`. Headers:

    Goodfaith-Timestamp   seconds since 1970, as signed
    Goodfaith-Signature   v1=HMAC-SHA-256(secret, timestamp + "." + body) in hex

The receiver compares the signature in constant time, and refuses old timestamps. The same alert
may arrive twice (an answer that was lost): `code`, `jurisdiction`, `state` and `raised_at` name
it. Redirects are not followed: a signed body goes where the operator said, or nowhere.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from http import HTTPStatus
from typing import Final

import aiohttp

from server.alerts.board import Alert
from server.clock import Clock
from server.logging import get_logger, stamp

TIMESTAMP: Final = "Goodfaith-Timestamp"
SIGNATURE: Final = "Goodfaith-Signature"
QUEUE_MAX: Final = 200
ATTEMPTS_MAX: Final = 6
FIRST_PAUSE_S: Final = 1.0
TIMEOUT_S: Final = 5.0
AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

log = get_logger("alert_webhook")


def body(alert: Alert) -> bytes:
    """Return what is told of an alert: codes, counts and instants, nobody's name or id."""
    told = {
        "version": 1,
        "type": "alert",
        "state": "cleared" if alert.cleared_at else "raised",
        "code": alert.code.value,
        "jurisdiction": alert.jurisdiction,
        "count": alert.count,
        "raised_at": stamp(alert.raised_at),
        "cleared_at": stamp(alert.cleared_at) if alert.cleared_at else None,
        "waiting_since": stamp(alert.since) if alert.since else None,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def sign(secret: bytes, timestamp: str, content: bytes) -> str:
    """Return the signature header of a body."""
    signed = timestamp.encode() + b"." + content
    return f"v1={hmac.new(secret, signed, hashlib.sha256).hexdigest()}"


class Webhook:
    """One receiver of alerts."""

    def __init__(
        self,
        url: str,
        secret: bytes,
        clock: Clock,
        *,
        first_pause_s: float = FIRST_PAUSE_S,
        timeout_s: float = TIMEOUT_S,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        """Prepare; `run` sends.

        Args:
            url: where to.
            secret: shared with the receiver.
            clock: for the timestamp.
            first_pause_s: before the second attempt; it doubles with each.
            timeout_s: for one attempt as a whole.
            queue_max: alerts that wait to be sent.
        """
        self._url = url
        self._secret = secret
        self._clock = clock
        self._first_pause_s = first_pause_s
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._queue: asyncio.Queue[Alert] = asyncio.Queue(maxsize=queue_max)

    def send(self, alert: Alert) -> None:
        """Have an alert sent; never waits."""
        try:
            self._queue.put_nowait(alert)
        except asyncio.QueueFull:
            log.warning("alert_dropped", code=alert.code.value, jurisdiction=alert.jurisdiction)

    async def drained(self) -> None:
        """Wait until everything was sent or given up."""
        await self._queue.join()

    async def run(self) -> None:
        """Send what comes, in order, until cancelled."""
        async with aiohttp.ClientSession(
            timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        ) as session:
            while True:
                await self._deliver(session, await self._queue.get())
                self._queue.task_done()

    async def _deliver(self, session: aiohttp.ClientSession, alert: Alert) -> None:
        content = body(alert)
        pause_s = self._first_pause_s
        for attempt in range(1, ATTEMPTS_MAX + 1):
            reason = await self._attempt(session, content)
            if reason is None:
                log.info("alert_sent", code=alert.code.value, attempts=attempt)
                return
            if reason == "refused":
                break
            if attempt < ATTEMPTS_MAX:
                await asyncio.sleep(pause_s)
                pause_s *= 2
        log.warning("alert_not_sent", code=alert.code.value, attempts=attempt)

    async def _attempt(self, session: aiohttp.ClientSession, content: bytes) -> str | None:
        """Return None when it was taken, `refused` when it never will be, else `again`."""
        timestamp = str(self._clock.now() // 1_000_000)
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._secret, timestamp, content),
        }
        try:
            async with session.post(
                self._url, data=content, headers=headers, allow_redirects=False
            ) as answer:
                return _verdict(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "again"


def _verdict(status: int) -> str | None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    again = status in AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return "again" if again else "refused"

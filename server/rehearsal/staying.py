"""Pages that stay: they come back when a connection ends, and settle every command.

As `web/src/shared/protocol` does it: a command keeps its id through every attempt, an event
that came before is ignored, a gap is answered with a request for the whole state.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from socketio import exceptions

from server.clock import SystemClock
from server.rehearsal.failures import Refused, RehearsalFailed, TooSlow
from server.rehearsal.live_socket import CONNECT_S, LiveSocket
from server.rehearsal.page import Page
from signaling import messages as wire

OVERDUE_S: Final = 8.0
RETRY_S: Final = 0.3
BACK_FIRST_S: Final = 0.3
BACK_LAST_S: Final = 3.0
CONNECT_LIMIT_S: Final = 6.0
SETTLED_S: Final = 60.0
REQUESTS_S: Final = 60.0
SETTLED_IN_US: Final = 1_000_000
SERVER_ERROR: Final = 500
CLOCK: Final = SystemClock()
FINAL: Final = frozenset({"not_signed_in", "session_expired", "origin_refused"})


@dataclass(frozen=True, slots=True)
class Said:
    """A command as it was settled.

    Attributes:
        took_s: from the first attempt to the answer.
        attempts: how often it was sent.
    """

    command: dict[str, object]
    ack: wire.Ack
    took_s: float
    attempts: int


@dataclass(slots=True)
class Absence:
    """A time without a connection.

    Attributes:
        since_s: on the monotonic clock.
        until_s: the same; None while it lasts.
        since_us: when it began, UTC.
        until_us: the same as `until_s`, UTC.
    """

    since_s: float = field(default_factory=CLOCK.elapsed_s)
    until_s: float | None = None
    since_us: int = field(default_factory=CLOCK.now)
    until_us: int | None = None

    def end(self) -> None:
        """It is over now."""
        self.until_s, self.until_us = CLOCK.elapsed_s(), CLOCK.now()


class StayingSocket(LiveSocket):
    """A socket of a page that stays.

    Attributes:
        said: every settled command.
        absences: every time without a connection.
        gaps: events that were missing, each time asked for.
        repeated: events that came again, each time ignored.
        ended: the server wants it no more: why.
    """

    def __init__(self, page: Page, namespace: str) -> None:
        """Prepare; `connect` opens it."""
        super().__init__(page, namespace)
        self.said: list[Said] = []
        self.absences: list[Absence] = []
        self.gaps = self.repeated = 0
        self.ended: str | None = None
        self._online = asyncio.Event()
        self._staying = True
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def opened(cls, page: Page, namespace: str) -> AsyncIterator[LiveSocket]:
        """Give a connected socket, until the block ends; it is tried for a minute."""
        socket = cls(page, namespace)
        try:
            await socket.arrive()
            yield socket
        finally:
            await socket.close()

    async def arrive(self) -> None:
        """Open the connection, however often that has to be tried.

        Raises:
            Refused: the server does not want it.
        """
        deadline_s = CLOCK.elapsed_s() + SETTLED_S
        while True:
            try:
                await self.connect()
            except Refused as refused:
                if refused.code in FINAL or CLOCK.elapsed_s() > deadline_s:
                    raise
                await asyncio.sleep(BACK_FIRST_S)
            else:
                return

    async def connect(
        self, stream: str | None = None, last_seq: int | None = None, origin: str | None = None
    ) -> None:
        """Open the connection, once; afterwards it comes back by itself.

        Raises:
            Refused: the server does not want it, and says why.
        """
        self._refusal = "connect_failed"
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                await self._client.connect(
                    self._page.origin,
                    headers={"Origin": origin or self._page.origin},
                    transports=["websocket"],
                    namespaces=[self._namespace],
                    auth={"v": wire.PROTOCOL_VERSION, "stream": stream, "last_seq": last_seq},
                    wait_timeout=CONNECT_S,
                )
        except (exceptions.ConnectionError, TimeoutError):
            with suppress(Exception):
                await self._client.disconnect()
            raise Refused(self._refusal, f"connect {self._namespace}") from None
        self._online.set()

    async def close(self) -> None:
        """Hang up for good."""
        self._staying = False
        for task in tuple(self._tasks):
            task.cancel()
        await super().close()

    async def news(self) -> None:
        """Wait until something is told."""
        self._news.clear()
        await self._news.wait()

    async def send(self, command: object) -> wire.Ack:
        """Send a command until it is settled, and give its acknowledgement.

        Raises:
            TooSlow: it was not, for a minute.
        """
        assert isinstance(command, dict)
        began_s, attempts = CLOCK.elapsed_s(), 0
        while CLOCK.elapsed_s() < began_s + SETTLED_S:
            with suppress(TimeoutError, exceptions.SocketIOError):
                async with asyncio.timeout(OVERDUE_S):
                    await self._online.wait()
                    attempts += 1
                    answer = await self._client.call(
                        "command", command, namespace=self._namespace, timeout=OVERDUE_S
                    )
                    ack = wire.Ack.model_validate(answer)
                    if ack.ok or not (ack.error and ack.error.retry):
                        took_s = CLOCK.elapsed_s() - began_s
                        self.said.append(Said(command, ack, took_s, attempts))
                        return ack
            if self.ended is not None:
                raise RehearsalFailed(self.ended, str(command.get("type")))
            await asyncio.sleep(RETRY_S)
        raise TooSlow(f"acknowledgement of {command.get('type')}")

    def _on_event(self, raw: dict[str, Any]) -> None:
        stream, last = self.last
        kind, seq = str(raw.get("type")), int(raw.get("seq", 0))
        if kind in {"session.ended", "device.replaced"}:
            self.ended = kind
        elif stream == raw.get("stream") and last is not None:
            if seq <= last and not (kind.endswith(".sync") and seq == last):
                self.repeated += 1
                return
            if seq > last + 1 and not kind.endswith(".sync"):
                self._ask_for_all()
        super()._on_event(raw)

    def was_there(self, at_us: int, for_us: int = SETTLED_IN_US) -> bool:
        """Tell whether it was connected at an instant, and for a while before."""
        return not any(
            one.since_us <= at_us and (one.until_us is None or at_us < one.until_us + for_us)
            for one in self.absences
        )

    def _ask_for_all(self) -> None:
        self.gaps += 1
        self._later(self._sync())

    async def _sync(self) -> None:
        with suppress(RehearsalFailed):
            await self.command("sync")

    def _on_disconnect(self, *reason: object) -> None:
        super()._on_disconnect(*reason)
        self._online.clear()
        if self._staying and self.ended is None:
            self.absences.append(Absence())
            self._later(self._come_back())

    async def _come_back(self) -> None:
        delay_s = BACK_FIRST_S
        while self._staying:
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, BACK_LAST_S)
            try:
                await self.connect(*self.last)
            except Refused as refused:
                if refused.code in FINAL:
                    self.ended = refused.code
                    return
            else:
                self.absences[-1].end()
                return

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class StayingPage(Page):
    """A page whose requests are sent again while the server cannot answer them."""

    async def request(
        self, method: str, path: str, body: str | bytes | None = None
    ) -> tuple[int, bytes]:
        """Send one request until it is answered with something else than "not now".

        Raises:
            RehearsalFailed: it was not, for a minute.
        """
        deadline = CLOCK.elapsed_s() + REQUESTS_S
        while True:
            failed: RehearsalFailed | None = None
            try:
                status, content = await super().request(method, path, body)
                if status < SERVER_ERROR or CLOCK.elapsed_s() > deadline:
                    return status, content
            except RehearsalFailed as failure:
                failed = failure
            if failed is not None and CLOCK.elapsed_s() > deadline:
                raise failed
            await asyncio.sleep(RETRY_S)

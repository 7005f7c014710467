"""Brings a node's requests to the homes of their networks, and the answers back: rows.

    ask --> queue --one INSERT of what is ready--> rows ... NOTIFY --> answers --> whoever asked
                                                           `-- every half second in any case

One INSERT at a time, in order: so requests of one socket stay in order. Not answered within
`ANSWER_S`, or more of them than `UNANSWERED_MAX`: the answer is to try again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from server.clock import Clock
from server.cluster.listening import Listening
from server.cluster.sealing import Sealer
from server.ending import end
from server.errors import Retry
from server.logging import get_logger
from server.sealing import SealBroken
from server.storage import requests
from server.storage.database import Database
from server.storage.errors import StorageError
from server.storage.notifying import ANSWERS
from server.storage.requests import ANSWER_S, Answer, Request

REQUEST: Final = "request"
ANSWER: Final = "answer"
BODY_BYTES_MAX: Final = 256 * 1_024
UNANSWERED_MAX: Final = 5_000
QUEUE_MAX: Final = 10_000
TOLD_S: Final = 600.0  # that a socket is gone is true also after an outage
BATCH_MAX: Final = 500
BATCH_BYTES_MAX: Final = 4 * 1_048_576
LOOK_S: Final = 0.5
PAUSE_S: Final = 0.2
LAST_REQUESTS_S: Final = 1.0

log = get_logger("courier")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A request that is to be sent, until it is too late for it."""

    request: Request
    until_s: float


@dataclass(slots=True)
class _Awaited:
    """An answer that somebody waits for.

    Attributes:
        is_sent: its request is committed: before, an answer would be that to an earlier try.
    """

    ready: _Ready
    future: asyncio.Future[bytes]
    askers: int = 1
    is_sent: bool = False


class Courier:
    """Sends the requests of one node.

    Args:
        database: where.
        listening: hears that there are answers.
        sealer: seals requests, opens answers.
        node_id: this node.
        clock: what time it is.

    Attributes:
        dropped: requests that nobody waited for and that were not sent.
    """

    def __init__(
        self,
        database: Database,
        listening: Listening,
        sealer: Sealer,
        node_id: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._node_id = node_id
        self._clock = clock
        self._queue: deque[_Ready] = deque()
        self._awaited: dict[str, _Awaited] = {}
        self._ready = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._answered = asyncio.Event()
        self._was_away = False  # the database, since answers were last read
        self._is_early = False  # it was looked for answers while requests were being sent
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closed = False
        self.dropped = 0
        listening.on(ANSWERS, self._notified)

    @property
    def unanswered(self) -> int:
        """How many requests wait for an answer."""
        return len(self._awaited)

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._read())]

    async def close(self) -> None:
        """Send what is ready, and end: what is not answered yet is answered with `Retry`."""
        self._is_closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_REQUESTS_S):
                await self._empty.wait()
        await end(self._tasks)
        for awaited in tuple(self._awaited.values()):
            if not awaited.future.done():
                awaited.future.set_exception(Retry())

    def look(self) -> None:
        """Look for answers at once."""
        self._answered.set()

    async def ask(
        self, network_id: str, kind: str, body: bytes, *, request_id: str | None = None
    ) -> bytes:
        """Ask a home, and return what it says.

        Args:
            network_id: whose home.
            kind: of request.
            body: what is asked.
            request_id: the same for the same request; None: nobody else asks this.

        Raises:
            Retry: no answer came, or too much is not answered yet.
        """
        one = request_id or secrets.token_hex(16)
        awaited = self._awaited.get(one)
        if awaited is not None:
            awaited.askers += 1
        else:
            if len(self._awaited) >= UNANSWERED_MAX or len(body) > BODY_BYTES_MAX:
                raise Retry
            ready = self._put(one, network_id, kind, body)
            awaited = _Awaited(ready, asyncio.get_running_loop().create_future())
            self._awaited[one] = awaited
        try:
            async with asyncio.timeout(ANSWER_S):
                return await asyncio.shield(awaited.future)
        except TimeoutError:
            raise Retry from None
        finally:
            awaited.askers -= 1
            if not awaited.askers:
                self._awaited.pop(one, None)
                if awaited.future.done():
                    awaited.future.exception()
                awaited.future.cancel()

    def tell(self, network_id: str, kind: str, body: bytes) -> None:
        """Tell a home something; nobody waits for an answer."""
        try:
            self._put(secrets.token_hex(16), network_id, kind, body, TOLD_S)
        except Retry:
            self.dropped += 1
            log.warning("request_dropped", kind=kind, network_id=network_id)

    def _put(
        self, one: str, network_id: str, kind: str, body: bytes, within_s: float = ANSWER_S
    ) -> _Ready:
        if self._is_closed or len(self._queue) >= QUEUE_MAX:
            raise Retry
        sealed = self._sealer.seal(REQUEST, body, one, network_id, self._node_id, kind)
        request = Request(one, network_id, self._node_id, kind, sealed)
        ready = _Ready(request, self._clock.elapsed_s() + within_s)
        self._send_soon(ready)
        return ready

    def _send_soon(self, ready: _Ready) -> None:
        self._queue.append(ready)
        self._empty.clear()
        self._ready.set()

    def _send_again(self) -> None:
        """Send what is not answered once more: a crash takes along what was just committed.

        A row that is there stays as it is.
        """
        for awaited in self._awaited.values():
            if awaited.is_sent and not awaited.future.done():
                awaited.is_sent = False
                self._send_soon(awaited.ready)

    def _notified(self, node_id: str) -> None:
        if node_id == self._node_id:
            self._answered.set()

    async def _send(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._queue:
                batch = self._batch()
                if batch and not await self._sent([one.request for one in batch]):
                    self._queue.extendleft(reversed(batch))
                    await asyncio.sleep(PAUSE_S)
            self._empty.set()

    def _batch(self) -> list[_Ready]:
        """Take what is sent next; what is too late for is left out."""
        now_s = self._clock.elapsed_s()
        batch: list[_Ready] = []
        size = 0
        while self._queue and len(batch) < BATCH_MAX and size < BATCH_BYTES_MAX:
            one = self._queue.popleft()
            if one.until_s > now_s:
                batch.append(one)
                size += len(one.request.body)
            elif one.request.id not in self._awaited:
                self.dropped += 1
        return batch

    async def _sent(self, batch: Sequence[Request]) -> bool:
        try:
            async with self._database.write() as tx:
                new = await requests.send(tx, batch)
        except StorageError as error:
            self._was_away = True
            log.warning("requests_unsent", count=len(batch), error_type=type(error).__name__)
            return False
        except Exception:  # what follows has to come to its home too
            log.exception("requests_failed", count=len(batch))
            return False
        for one in batch:
            awaited = self._awaited.get(one.id)
            if awaited is not None:
                awaited.is_sent = True
        if self._is_early or new < len(batch):
            self._is_early = False
            self._answered.set()
        return True

    async def _read(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._answered.wait()
            self._answered.clear()
            sent = tuple(one for one, awaited in self._awaited.items() if awaited.is_sent)
            self._is_early = len(sent) < len(self._awaited)
            if not sent:
                continue
            try:
                async with self._database.read() as tx:
                    answers = await requests.answers_to(tx, sent)
                for answer in answers:
                    self._settle(answer)
                if self._was_away:
                    self._was_away = False
                    self._send_again()
            except StorageError as error:
                self._was_away = True
                log.warning("answers_unread", error_type=type(error).__name__)
                await asyncio.sleep(LOOK_S)
            except Exception:  # others wait for theirs
                log.exception("answers_failed")
                await asyncio.sleep(LOOK_S)

    def _settle(self, answer: Answer) -> None:
        awaited = self._awaited.get(answer.id)
        if awaited is None or awaited.future.done():
            return
        try:
            opened = self._sealer.open(ANSWER, answer.body, answer.id)
        except SealBroken:
            awaited.future.set_exception(Retry())
        else:
            awaited.future.set_result(opened)

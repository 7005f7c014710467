"""A page that stays: it comes back by itself, and sends again what was not acknowledged.

As `web/src/shared/protocol/socket.ts` does: after 0.3 s, then up to 3 s later each time, each
time with the number of the last event that it has, and every command under one id for ever.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import aiohttp

from server.rehearsal.failures import Refused, RehearsalFailed
from server.rehearsal.live_socket import EVENT_MODELS, new_command_id
from signaling import messages as wire
from tests.load.lean_socket import LeanSocket, Resume
from tests.load.tally import Tally

BACKOFF_FIRST_S: Final = 0.3
BACKOFF_LAST_S: Final = 3.0
ACK_S: Final = 15.0
TRIES_MAX: Final = 8
RETRY_S: Final = 0.5
HEAD: Final = re.compile(r'"stream":"([^"]*)","seq":(\d+),"type":"([^"]+)"')

Told = Callable[[str, str], None]
"""Called with the type of an event and its JSON text."""


class LeanPage:
    """One page on one namespace.

    Attributes:
        connects_s: how long each connection took to be there.
        away: since when the page has no connection; seconds UTC, None while it has one.
        is_over: it is to come back no more.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        origin: str,
        namespace: str,
        cookie: Callable[[], str],
        tally: Tally,
        chance: random.Random,
    ) -> None:
        """Prepare; `come` opens it, with the cookie of then."""
        self.away: float | None = None
        self.is_over = False
        self.told: Told = lambda _kind, _text: None
        self.lost: Callable[[], None] = lambda: None
        self._session = session
        self._origin = origin
        self._namespace = namespace
        self._cookie = cookie
        self._tally = tally
        self._chance = chance
        self._resume: Resume = (None, None)
        self._socket: LeanSocket | None = None
        self._there = asyncio.Event()
        self._staying: asyncio.Task[None] | None = None
        self._queues: list[tuple[tuple[type[wire.EventBase], ...], asyncio.Queue[Any]]] = []

    async def come(self) -> None:
        """Connect, and stay connected until `leave`."""
        self._staying = asyncio.get_running_loop().create_task(self._stay())
        await self._there.wait()

    async def leave(self) -> None:
        """Close the page."""
        self.is_over = True
        if self._staying is not None:
            self._staying.cancel()
            await asyncio.gather(self._staying, return_exceptions=True)
        if self._socket is not None:
            with suppress(RehearsalFailed, OSError):
                await self._socket.close()

    async def _stay(self) -> None:
        delay_s = BACKOFF_FIRST_S
        while not self.is_over:
            began = time.monotonic()
            try:
                socket = await LeanSocket.open(
                    self._session,
                    self._origin,
                    self._namespace,
                    cookie=self._cookie(),
                    resume=self._resume,
                )
            except RehearsalFailed as failed:
                self._tally.refused(failed.code)
            else:
                self._tally.connect_s.append(time.monotonic() - began)
                delay_s = BACKOFF_FIRST_S
                await self._listen(socket)
            if not self.is_over:
                await asyncio.sleep(delay_s * (0.5 + self._chance.random()))
                delay_s = min(BACKOFF_LAST_S, 2 * delay_s)

    async def _listen(self, socket: LeanSocket) -> None:
        self._socket = socket
        self.away = None
        self._there.set()
        try:
            await socket.read(self._event)
        finally:
            self._tally.received += socket.received
            self._tally.sent += socket.sent
            socket.received = socket.sent = 0
        self._there.clear()
        self._socket = None
        if not self.is_over:
            self.away = time.time()
            self._tally.lost += 1
            self.lost()

    def flush(self) -> None:
        """Count what has come and gone so far."""
        socket = self._socket
        if socket is not None:
            self._tally.received += socket.received
            self._tally.sent += socket.sent
            socket.received = socket.sent = 0

    def _event(self, text: str) -> None:
        found = HEAD.search(text)
        if found is None:
            self._tally.refused("event_not_understood")
            return
        kind = found[3]
        self._resume = (found[1], int(found[2]))
        for kinds, queue in self._queues:
            model = EVENT_MODELS[kind]
            if model in kinds:
                queue.put_nowait(model.model_validate_json(text))
        self.told(kind, text)

    def subscribe(self, *kinds: type[wire.EventBase]) -> asyncio.Queue[Any]:
        """Return a queue that gets every event of these kinds from now on."""
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._queues.append((kinds, queue))
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Any]) -> None:
        """Fill a queue no more."""
        self._queues = [one for one in self._queues if one[1] is not queue]

    async def command(self, kind: str, **fields: object) -> wire.Ack:
        """Do a command once, however often it has to be sent; give its acknowledgement.

        Raises:
            RehearsalFailed: it was never acknowledged.
        """
        command = {"v": wire.PROTOCOL_VERSION, "id": new_command_id(), "type": kind, **fields}
        began = time.monotonic()
        for _ in range(TRIES_MAX):
            await self._there.wait()
            socket = self._socket
            if socket is None:
                continue
            try:
                ack = await socket.command(command, ACK_S)
            except RehearsalFailed as failed:
                self._tally.again(failed.code)
                continue
            if ack.error is None or not ack.error.retry:
                self._tally.command_s.append(time.monotonic() - began)
                return ack
            self._tally.again(ack.error.code)
            await asyncio.sleep(RETRY_S)
        raise RehearsalFailed("never_acknowledged", kind)

    async def ask(self, kind: str, **fields: object) -> dict[str, str | int | bool | None]:
        """Send a command that must be accepted, and give its result.

        Raises:
            Refused: it was not.
        """
        ack = await self.command(kind, **fields)
        if ack.ok:
            return ack.result or {}
        assert ack.error is not None
        raise Refused(ack.error.code, kind, fields=tuple(ack.error.fields))


def loaded(text: str) -> dict[str, Any]:
    """Return an event whose JSON text is not a model's business."""
    read: dict[str, Any] = json.loads(text)
    return read

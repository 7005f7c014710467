"""A page's socket: commands with their acknowledgements, events in their order.

Thin over python-socketio's client, WebSocket only. It never reconnects by itself: whoever
drives it decides when, and with which `stream` and `last_seq`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import socketio
from pydantic import ValidationError
from socketio import exceptions

from server.rehearsal.failures import Refused, RehearsalFailed, step
from server.rehearsal.page import Page
from signaling import messages as wire

CONNECT_S: Final = 10.0
ACK_S: Final = 15.0
EVENT_S: Final = 15.0
ID_BYTES: Final = 12

EVENT_MODELS: Final[dict[str, type[wire.EventBase]]] = {
    model.model_fields["type"].default: model
    for model in (
        *wire.PATIENT_EVENTS,
        *wire.PRACTITIONER_EVENTS,
        *wire.SPA_EVENTS,
        *wire.OPS_EVENTS,
    )
}

E = TypeVar("E", bound=wire.EventBase)


def new_command_id() -> str:
    """Return an id that no command ever had."""
    return secrets.token_hex(ID_BYTES)


class LiveSocket:
    """One connection of one page to one namespace.

    Attributes:
        received: every event so far.
        closed: set once the connection has ended, whoever ended it.
    """

    def __init__(self, page: Page, namespace: str) -> None:
        """Prepare; `connect` opens it."""
        self._page = page
        self._namespace = namespace
        self.received: list[wire.EventBase] = []
        self.closed = asyncio.Event()
        self._pending: list[wire.EventBase] = []
        self._news = asyncio.Event()
        self._queues: list[tuple[tuple[type[wire.EventBase], ...], asyncio.Queue[Any]]] = []
        self._refusal = "connect_failed"
        # Its type stubs are incomplete: this attribute is the one untyped thing here.
        self._client: Any = socketio.AsyncClient(
            reconnection=False, http_session=page.session, handle_sigint=False
        )
        self._client.on("event", self._on_event, namespace=namespace)
        self._client.on("connect_error", self._on_refusal, namespace=namespace)
        self._client.on("disconnect", self._on_disconnect, namespace=namespace)

    @classmethod
    @asynccontextmanager
    async def opened(cls, page: Page, namespace: str) -> AsyncIterator[LiveSocket]:
        """Give a connected socket, until the block ends."""
        socket = cls(page, namespace)
        try:
            await socket.connect()
            yield socket
        finally:
            await socket.close()

    @property
    def last(self) -> tuple[str | None, int | None]:
        """Return the stream and number of the last event, for a reconnect."""
        if not self.received:
            return (None, None)
        return (self.received[-1].stream, self.received[-1].seq)

    async def connect(
        self, stream: str | None = None, last_seq: int | None = None, origin: str | None = None
    ) -> None:
        """Open the connection.

        Raises:
            Refused: the server does not want it, and says why.
        """
        try:
            await self._client.connect(
                self._page.origin,
                headers={"Origin": origin or self._page.origin},
                transports=["websocket"],
                namespaces=[self._namespace],
                auth={"v": wire.PROTOCOL_VERSION, "stream": stream, "last_seq": last_seq},
                wait_timeout=CONNECT_S,
            )
        except exceptions.ConnectionError:
            await self.close()
            raise Refused(self._refusal, f"connect {self._namespace}") from None

    async def close(self) -> None:
        """Hang up; a second call does nothing."""
        await self._client.disconnect()
        self.closed.set()

    async def drop(self) -> None:
        """Vanish as a closed tab does: the transport ends without a word."""
        await self._client.eio.disconnect(abort=True)
        self.closed.set()

    async def send(self, command: object) -> wire.Ack:
        """Send anything as a command, and give its acknowledgement.

        Raises:
            TooSlow: none came.
            RehearsalFailed: the server has hung up.
        """
        try:
            async with step("acknowledgement", ACK_S):
                answer = await self._client.call(
                    "command", command, namespace=self._namespace, timeout=ACK_S * 2
                )
        except exceptions.BadNamespaceError:
            raise RehearsalFailed("hung_up", "command") from None
        return wire.Ack.model_validate(answer)

    async def command(self, kind: str, **fields: object) -> wire.Ack:
        """Send a command with an id of its own, and give its acknowledgement."""
        head = {"v": wire.PROTOCOL_VERSION, "id": new_command_id(), "type": kind}
        return await self.send({**head, **fields})

    async def ask(self, kind: str, **fields: object) -> dict[str, str | int | bool | None]:
        """Send a command that must be accepted, and give its result.

        Raises:
            Refused: it was not.
        """
        ack = await self.command(kind, **fields)
        if ack.ok:
            return ack.result or {}
        problem = ack.error
        raise Refused(
            problem.code if problem else "refused",
            kind,
            fields=tuple(problem.fields) if problem else (),
        )

    async def expect(
        self,
        kind: type[E],
        where: Callable[[E], bool] = lambda _: True,
        *,
        within_s: float = EVENT_S,
    ) -> E:
        """Return the first event of a kind that nobody expected before; wait if need be.

        Raises:
            TooSlow: none came in time.
        """
        async with step(str(kind.model_fields["type"].default), within_s):
            while True:
                for event in self._pending:
                    if isinstance(event, kind) and where(event):
                        self._pending.remove(event)
                        return event
                self._news.clear()
                await self._news.wait()

    def subscribe(self, *kinds: type[wire.EventBase]) -> asyncio.Queue[Any]:
        """Return a queue that gets every event of these kinds from now on."""
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._queues.append((kinds, queue))
        return queue

    def of(self, kind: type[E]) -> list[E]:
        """Return every event of a kind so far."""
        return [event for event in self.received if isinstance(event, kind)]

    def _on_event(self, raw: dict[str, Any]) -> None:
        try:
            event = EVENT_MODELS[raw["type"]].model_validate(raw)
        except (KeyError, TypeError, ValidationError):
            raise RehearsalFailed("event_not_understood", self._namespace) from None
        self.received.append(event)
        self._pending.append(event)
        for kinds, queue in self._queues:
            if isinstance(event, kinds):
                queue.put_nowait(event)
        self._news.set()

    def _on_refusal(self, data: object) -> None:
        if isinstance(data, dict) and isinstance(data.get("message"), str):
            self._refusal = data["message"]

    def _on_disconnect(self, *_reason: object) -> None:
        self.closed.set()

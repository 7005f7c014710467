"""Socket.IO as this server speaks it: WebSocket only, text only, in order, bounded.

Stock python-socketio would keep a connection after a packet that it could not parse, and buffer
without bound after one header that announces binary attachments; Engine.IO parses before one
can count, answers packets that a client need not send, and logs a traceback for each of no
known type. Here a frame is counted and looked at before anything is parsed, and such a
connection is closed. Commands are handed over as they come, so that a home that takes its time
keeps nobody from being counted, or pinged; that each socket's are done in their order is the
gateway's part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakSet

import socketio
from aiohttp import WSCloseCode, web
from engineio.async_drivers import aiohttp as driver

from server.live.rate import TokenBucket

CONTROL: Final = frozenset("13")  # Engine.IO: goodbye, pong
PACKETS: Final = frozenset(f"4{kind}" for kind in range(4))  # Socket.IO: without attachments
GOODBYE_S: Final = 1.0  # for the closing handshake; who has not answered then is cut off


class PlainWebSocket(driver.WebSocket):  # type: ignore[misc]  # the driver is untyped
    """The driver's WebSocket without permessage-deflate (memory, and CRIME-like leaks).

    It draws from a bucket with every frame, and hangs up at the first that may not be.
    """

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        """Upgrade the request and run the connection."""
        self._sock = web.WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size, compress=False
        )
        request: web.Request = environ["aiohttp.request"]
        await self._sock.prepare(request)
        # A connection lasts: of what opened it only the request is asked for again.
        self._sock.headers.clear()
        environ.clear()
        environ["aiohttp.request"] = request
        self.environ = environ
        self._bucket: TokenBucket = self.server.new_bucket()
        self.server.open_sockets.add(self._sock)
        # The handler is a method of the Engine.IO connection, which hang_up() looks up.
        self.handler.__self__.transport = request.transport
        await self.handler(self)
        return self._sock

    async def wait(self) -> str:
        """Return the next frame.

        Raises:
            OSError: there is none, or it may not be: the connection is over.
        """
        data = await super().wait()
        if not self._bucket.take(self.server.now()) or not is_welcome(data):
            transport = self.environ["aiohttp.request"].transport
            if transport is not None:  # the peer need not agree
                transport.abort()
            raise OSError
        return str(data)


def is_welcome(frame: object) -> bool:
    """Tell whether a frame may be parsed, by its first characters.

    Text of a type that a client of WebSocket alone sends, and that announces nothing after it.
    """
    return isinstance(frame, str) and (frame in CONTROL or frame[:2] in PACKETS)


class StrictServer(socketio.AsyncServer):  # type: ignore[misc]  # socketio is untyped
    """An AsyncServer that hangs up on what it does not understand.

    Attributes:
        on_open: called with the id of a connection that may be sent events now.
    """

    def __init__(
        self,
        *,
        message_bytes_max: int,
        packets: Callable[[], TokenBucket],
        now: Callable[[], int],
        origins: list[str],
    ) -> None:
        """Build the server.

        Args:
            message_bytes_max: largest message accepted.
            packets: makes the bucket that a transport draws from with every packet.
            now: microseconds UTC.
            origins: values of the Origin header that may open a connection.
        """
        super().__init__(
            async_mode="aiohttp",
            async_handlers=True,  # the gateway has each socket's commands done in their order
            transports=["websocket"],
            cors_allowed_origins=origins,
            max_http_buffer_size=message_bytes_max,
            http_compression=False,
            cookie=None,
            logger=False,
            engineio_logger=False,
            ping_interval=10,
            ping_timeout=20,
            allow_upgrades=False,
            always_connect=False,
        )
        self.on_open: Callable[[str], Awaitable[None]] | None = None
        self.eio.new_bucket, self.eio.now = packets, now
        self.eio.open_sockets = WeakSet[web.WebSocketResponse]()
        self.eio._async = {**self.eio._async, "websocket": PlainWebSocket}  # noqa: SLF001

    async def _handle_eio_message(self, eio_sid: str, data: object) -> None:
        """Dispatch one packet, or hang up."""
        connection = self.eio.sockets.get(eio_sid)
        if connection is None or connection.closed:
            return  # it was read before the hang-up
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception:  # noqa: BLE001 - whatever the parser met, the peer sent it
            await self.hang_up(eio_sid)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: object) -> None:
        """Let a client in, and say so once it has its acknowledgement."""
        await super()._handle_connect(eio_sid, namespace, data)
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace or "/")
        if sid is not None and self.on_open is not None:
            await self.on_open(sid)

    async def hang_up(self, eio_sid: str) -> None:
        """Close the connection under every namespace of it, without waiting for the peer.

        Engine.IO's own disconnect asks the peer to close, and waits until everything queued
        has been sent: neither ends with a peer that does not read or does not want to.
        """
        connection = self.eio.sockets.get(eio_sid)
        if connection is None:
            return
        await connection.close(wait=False, abort=True)
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()

    async def go_away(self, over_s: float = 0.0) -> None:
        """Close every connection, as a server that stops (RFC 6455, status 1001).

        Clients look for a server again by themselves after that; after Socket.IO's own
        disconnect they would not.

        Args:
            over_s: seconds from the first to the last, so that not all look at once.
        """
        sockets = list(self.eio.open_sockets)
        pause_s = over_s / len(sockets) if sockets else 0.0
        leaving = (_go_away(one, number * pause_s) for number, one in enumerate(sockets))
        await asyncio.gather(*leaving)

    def backlog(self, eio_sid: str) -> int:
        """Return how many packets wait for a reader that is slow."""
        connection = self.eio.sockets.get(eio_sid)
        return 0 if connection is None else int(connection.queue.qsize())


async def _go_away(socket: web.WebSocketResponse, after_s: float) -> None:
    """Say goodbye to one peer, who may not answer."""
    await asyncio.sleep(after_s)
    try:
        async with asyncio.timeout(GOODBYE_S):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"server stops")
    except (TimeoutError, ConnectionError, RuntimeError):
        return  # the runner ends whatever is left

"""Listening with an eye on who connects: how many from where, and whether anything comes.

    accepted --> too many from there? --> TLS --> headers of a request --> aiohttp's own
                     | closed              |             |
                     v                     `-- not within `header_read_s`: cut off

aiohttp waits for the first request for as long as it keeps an idle connection, and the event
loop a minute for TLS: whoever opens connections and says nothing would have them all. Later
requests on a connection are given `KEEP_ALIVE_S`, bodies what `server.http.calls` gives them.

What it is not: how many requests there may be (`server.http.doorkeeper`).
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections import Counter
from collections.abc import Iterable
from typing import Final, cast

from aiohttp import web

from server.ending import end
from server.http.addresses import Network, Place, places_of
from server.logging import get_logger

KEEP_ALIVE_S: Final = 75.0
BACKLOG: Final = 4_096  # what a node had that died comes here all at once
AT_ONCE: Final = 64  # accepted before anything else has its turn
COMING_S: Final = 1.0  # for those that were accepted when it stopped
HELD_BYTES: Final = 65_536  # for who reads slowly; with TLS it would be half a megabyte
BREATH_S: Final = 0.2  # without files for another connection

log = get_logger("listening")


class Connections:
    """The open connections of a process, by where they come from.

    Attributes:
        open: how many there are.
        refused: those that were closed before a request came, by why.
    """

    def __init__(self, *, each_max: int, trusted: Iterable[Network]) -> None:
        """Start with none.

        Args:
            each_max: how many one address may have.
            trusted: networks of proxies, whose connections are of many people.
        """
        self._each_max = each_max
        self._trusted = tuple(trusted)
        self._by_place: Counter[bytes] = Counter()
        self._silent: dict[web.RequestHandler, Door] = {}
        self.open = 0
        self.refused: Counter[str] = Counter()

    def places(self, peer: str | None) -> tuple[Place, ...]:
        """Return what a connection is counted under."""
        return places_of(peer, "", self._trusted)

    def admit(self, places: Iterable[Place]) -> bool:
        """Count a connection from there, unless there are too many."""
        counted = tuple(places)
        if any(self._by_place[one.key] >= self._each_max * one.times for one in counted):
            self.refused["too_many"] += 1
            return False
        self._by_place.update(one.key for one in counted)
        self.open += 1
        return True

    def left(self, places: Iterable[Place]) -> None:
        """Count one less."""
        self.open -= 1
        for one in places:
            self._by_place[one.key] -= 1
            if not self._by_place[one.key]:
                del self._by_place[one.key]

    def waits(self, handler: web.RequestHandler, door: Door) -> None:
        """A connection is there, and has asked nothing yet."""
        self._silent[handler] = door

    def asked(self, handler: web.RequestHandler) -> None:
        """The headers of a request have come on a connection."""
        door = self._silent.pop(handler, None)
        if door is not None:
            door.is_heard()

    def gone(self, handler: web.RequestHandler) -> None:
        """A connection is closed, whether or not it asked anything."""
        self._silent.pop(handler, None)


class Door(asyncio.Protocol):
    """Stands before aiohttp's side of one connection, and passes everything on to it."""

    __slots__ = ("_connections", "_handler", "_places", "_timer", "_transport")

    def __init__(
        self,
        handler: web.RequestHandler,
        connections: Connections,
        places: tuple[Place, ...],
        within_s: float,
    ) -> None:
        """Wait for headers, from now on.

        Args:
            handler: aiohttp's side.
            connections: where it was counted.
            places: under what.
            within_s: seconds until it is cut off.
        """
        self._handler = handler
        self._connections = connections
        self._places: tuple[Place, ...] | None = places
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = asyncio.get_running_loop().call_later(
            within_s, self._cut
        )
        connections.waits(handler, self)

    def is_heard(self) -> None:
        """Headers have come: nothing is waited for any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        """Count it no more, however it ended."""
        self.is_heard()
        self._connections.gone(self._handler)
        if self._places is not None:
            self._connections.left(self._places)
            self._places = None

    def _cut(self) -> None:
        self._timer = None
        if self._transport is not None:
            self._connections.refused["no_headers"] += 1
            self._transport.abort()

    # ------------------------------------------------------------ asyncio's side of it

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TLS is agreed on, where there is any."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is of no such class
        self._transport.set_write_buffer_limits(HELD_BYTES)
        self._handler.connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is over."""
        self.close()
        self._transport = None
        self._handler.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on what came."""
        self._handler.data_received(data)

    def eof_received(self) -> None:
        """Nothing more will come."""
        self._handler.eof_received()

    def pause_writing(self) -> None:
        """The peer reads too slowly."""
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self._handler.resume_writing()


class GuardedSite(web.BaseSite):
    """One listening socket of a runner."""

    def __init__(
        self,
        runner: web.BaseRunner,
        listener: socket.socket,
        connections: Connections,
        *,
        within_s: float,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Prepare; nothing is accepted yet.

        Args:
            runner: of the application.
            listener: bound and listening; closed when this stops.
            connections: where they are counted.
            within_s: seconds for TLS, and from the accept to the headers of a request.
            tls: to be agreed on first.
        """
        super().__init__(runner, ssl_context=tls)
        self._listener = listener
        self._connections = connections
        self._within_s = within_s
        self._tls = tls
        self._accepting: asyncio.Task[None] | None = None
        self._coming: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """Return where it listens."""
        host, port = self._listener.getsockname()[:2]
        return f"{'http' if self._tls is None else 'https'}://{host}:{port}"

    async def start(self) -> None:
        """Begin to accept."""
        await super().start()
        self._accepting = asyncio.create_task(self._accept())

    async def stop(self) -> None:
        """Accept nobody any more; who is here stays."""
        await super().stop()
        if self._accepting is not None:
            await end({self._accepting})
        if self._coming:
            await asyncio.wait(self._coming, timeout=COMING_S)
        await end(self._coming)
        self._listener.close()

    async def _accept(self) -> None:
        loop, accepted = asyncio.get_running_loop(), 0
        while True:
            try:
                one, address = await loop.sock_accept(self._listener)
            except ConnectionError:
                continue  # who was about to come is gone
            except OSError as error:
                log.warning("not_accepted", error=os.strerror(error.errno or 0))
                await asyncio.sleep(BREATH_S)
                continue
            places = self._connections.places(address[0])
            if self._connections.admit(places):
                coming = loop.create_task(self._let_in(one, places))
                self._coming.add(coming)
                coming.add_done_callback(self._coming.discard)
            else:
                one.close()
            accepted += 1
            if accepted % AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _let_in(self, one: socket.socket, places: tuple[Place, ...]) -> None:
        server, loop = self._runner.server, asyncio.get_running_loop()
        assert server is not None
        door = Door(server(), self._connections, places, self._within_s)
        handshake_s = None if self._tls is None else self._within_s
        try:
            await loop.connect_accepted_socket(
                lambda: door, one, ssl=self._tls, ssl_handshake_timeout=handshake_s
            )
        except OSError:  # what TLS may raise, and its time-out, is of this kind
            self._connections.refused["no_tls"] += 1
            door.close()
            one.close()
        except BaseException:
            door.close()
            one.close()
            raise


def listeners(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at every address of a host.

    Raises:
        OSError: there is none, or it is taken.
    """
    found = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    opened: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            try:
                one = socket.socket(family, kind, protocol)
            except OSError:  # a kernel without that family
                continue
            opened.append(one)
            one.settimeout(0)
            if os.name == "posix":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            one.listen(BACKLOG)
    except BaseException:
        for one in opened:
            one.close()
        raise
    return opened

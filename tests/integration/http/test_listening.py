"""Who connects and says nothing is cut off, and nobody has all connections."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from server.clock import ManualClock
from server.errors import RateLimited
from server.http.doorkeeper import Doorkeeper
from server.http.listening import GuardedSite, listeners
from server.http.routes import failure
from server.http.writing import Writing
from server.serving_tls import context_of
from server.settings import Settings
from tests.certificates import write_certificate

WITHIN_S = 0.3
LATE_S = 5.0
EACH_MAX = 10
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Listener:
    """A server with nothing behind it, and everybody who is connected to it."""

    door: Doorkeeper
    site: GuardedSite
    port: int
    trust: ssl.SSLContext | None
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect(self, *, source: str = "127.0.0.1", silent: bool = False) -> Streams:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1",
            self.port,
            local_addr=(source, 0),
            ssl=None if silent else self.trust,
            server_hostname="localhost" if self.trust is not None and not silent else None,
        )
        self.writers.append(writer)
        return reader, writer

    async def asks(self, *, source: str = "127.0.0.1") -> Streams:
        """Connect, and be answered; the connection stays."""
        reader, writer = await self.connect(source=source)
        writer.write(ASK)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        return reader, writer

    async def is_refused(self, *, source: str = "127.0.0.1") -> bool:
        try:
            reader, writer = await self.connect(source=source)
            writer.write(ASK)
            return not await answer(reader)
        except OSError:
            return True

    async def has(self, number: int) -> None:
        """Wait until so many connections are open."""
        async with asyncio.timeout(LATE_S):
            while self.door.connections.open != number:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Return headers and the short body after them; nothing where it was hung up."""
    async with asyncio.timeout(LATE_S):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        return head + await reader.read(2)


async def is_hung_up(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side is gone, without an answer."""
    async with asyncio.timeout(LATE_S):
        with suppress(ConnectionError):
            return await reader.read() == b""
        return True


@asynccontextmanager
async def listening(
    folder: Path, *, tls: bool, writing: Writing | None = None, says: bytes = b"ok"
) -> AsyncIterator[Listener]:
    server, trust = None, None
    if tls:
        chain, key = write_certificate(folder)
        server, trust = context_of(chain, key), ssl.create_default_context(cafile=str(chain))
    settings = Settings(data_dir=folder, connections_per_address_max=EACH_MAX)
    door = Doorkeeper(settings, ManualClock(), writing)

    @web.middleware
    async def failures(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except RateLimited as error:
            return failure(error)

    app = web.Application(middlewares=[failures, door.keep])

    async def hello(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=says, content_type="text/plain")

    app.router.add_route("*", "/", hello)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    (listener,) = listeners("127.0.0.1", 0)
    site = GuardedSite(runner, listener, door.connections, within_s=WITHIN_S, tls=server)
    await site.start()
    there = Listener(door, site, listener.getsockname()[1], trust)
    try:
        yield there
    finally:
        for writer in there.writers:
            writer.close()
        await runner.cleanup()


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
async def listener(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Listener]:
    async with listening(tmp_path, tls=request.param) as there:
        yield there


async def dripped(writer: asyncio.StreamWriter, every_s: float) -> None:
    """Send headers that have no end."""
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    with suppress(ConnectionError):
        for number in range(100):
            writer.write(f"X-{number}: drip\r\n".encode())
            await writer.drain()
            await asyncio.sleep(every_s)


async def test_headers_that_never_come_are_not_waited_for(listener: Listener) -> None:
    reader, _ = await listener.connect()
    slow, writer = await listener.connect()
    dripping = asyncio.create_task(dripped(writer, WITHIN_S / 10))
    kept, again = await listener.asks()
    assert await is_hung_up(reader)
    assert await is_hung_up(slow)
    await dripping
    assert listener.door.connections.refused == {"no_headers": 2}
    again.write(ASK)  # who asked something is still there, and so are others
    assert (await answer(kept)).startswith(b"HTTP/1.1 200")
    await listener.has(1)


async def test_a_body_that_takes_longer_is_waited_for(listener: Listener) -> None:
    reader, writer = await listener.connect()
    writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n")
    await asyncio.sleep(WITHIN_S * 2)
    writer.write(b"ab")
    assert (await answer(reader)).startswith(b"HTTP/1.1 200")


async def test_an_address_has_so_many_connections_and_others_have_theirs(
    listener: Listener,
) -> None:
    first = [await listener.asks() for _ in range(EACH_MAX)]
    assert await listener.is_refused()
    assert await listener.is_refused()
    await listener.asks(source="127.0.0.2")
    assert listener.door.connections.refused == {"too_many": 2}
    for _, writer in first[:2]:
        writer.close()
    await listener.has(EACH_MAX - 1)
    await listener.asks()
    await listener.asks()
    assert await listener.is_refused()


async def test_who_hung_up_before_asking_holds_nothing(listener: Listener) -> None:
    for _ in range(3 * EACH_MAX):
        _, writer = await listener.connect()
        writer.close()
    await listener.has(0)
    await listener.asks()


async def test_what_is_no_http_is_answered_as_such_and_over(listener: Listener) -> None:
    reader, writer = await listener.connect()
    writer.write(b"nonsense\r\n\r\n")
    assert (await answer(reader)).startswith(b"HTTP/1.0 400")
    await listener.has(0)


async def test_a_site_that_stops_leaves_who_is_there_and_lets_nobody_in(
    listener: Listener,
) -> None:
    reader, writer = await listener.asks()
    await listener.site.stop()
    with pytest.raises(ConnectionRefusedError):
        await listener.connect()
    writer.write(ASK)
    assert (await answer(reader)).startswith(b"HTTP/1.1 200")


async def test_tls_that_is_never_agreed_on_is_not_waited_for(tmp_path: Path) -> None:
    async with listening(tmp_path, tls=True) as there:
        silent = [await there.connect(silent=True) for _ in range(EACH_MAX - 1)]
        nonsense, writer = await there.connect(silent=True)
        await there.has(EACH_MAX)
        assert await there.is_refused()  # they count before they have agreed on anything
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        async with asyncio.timeout(LATE_S):
            with suppress(ConnectionError):
                await nonsense.read()
        for reader, _ in silent:
            assert await is_hung_up(reader)
        await there.has(0)
        assert there.door.connections.refused == {"too_many": 1, "no_tls": EACH_MAX}
        await there.asks()


def test_a_port_that_is_taken_is_said_and_nothing_stays_open() -> None:
    (first,) = listeners("127.0.0.1", 0)
    with first, pytest.raises(OSError, match="in use"):
        listeners("127.0.0.1", first.getsockname()[1])


def test_every_address_of_a_host_is_listened_at() -> None:
    opened = listeners("", 0)
    try:
        families = {one.family for one in opened}
        assert socket.AF_INET in families
        assert len(families) == len(opened)
    finally:
        for one in opened:
            one.close()

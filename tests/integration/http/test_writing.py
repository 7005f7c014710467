"""Whoever does not read what they asked for keeps little of it in memory, and not for long."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from server.http.writing import EACH_MAX, LARGE_BYTES, Writing
from tests.integration.http.test_listening import LATE_S, Listener, Streams, listening

WITHIN_S = 0.5
WINDOW_BYTES = 4_096
# More than the buffers of two sockets hold, with no two pieces alike.
LARGE = random.Random(1).randbytes(12 << 20)


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def asks(there: Listener, session: str, source: str = "127.0.0.1") -> Streams:
    """Ask for all of it, and read nothing."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
    narrow.settimeout(0)
    narrow.bind((source, 0))
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", there.port))
    reader, writer = await asyncio.open_connection(
        sock=narrow,
        ssl=there.trust,
        server_hostname="localhost" if there.trust is not None else None,
        limit=WINDOW_BYTES,
    )
    there.writers.append(writer)
    ask = f"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {session}\r\n\r\n"
    writer.write(ask.encode())
    return reader, writer


async def until_written(there: Listener, number: int) -> None:
    async with asyncio.timeout(LATE_S):
        while there.door.writing.at_once != number:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


@asynccontextmanager
async def a_client(there: Listener, session: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(
        f"{'http' if there.trust is None else 'https'}://localhost:{there.port}",
        connector=aiohttp.TCPConnector(ssl=there.trust or True, limit=1),
        headers={"Authorization": f"Bearer {session}"},
    ) as client:
        yield client


async def test_who_does_not_read_a_large_answer_is_hung_up_on(
    tmp_path: Path, *, tls: bool
) -> None:
    writing = Writing(within_s=WITHIN_S)
    async with listening(tmp_path, tls=tls, writing=writing, says=LARGE) as there:
        reader, _ = await asks(there, "ana")
        await until_written(there, 1)
        await there.has(0)
        assert (writing.cut_off, writing.at_once) == (1, 0)
        got = bytearray()
        async with asyncio.timeout(LATE_S):
            with suppress(ConnectionError):
                while piece := await reader.read(1 << 20):
                    got += piece
        assert len(got) < len(LARGE)


async def test_a_session_has_so_many_large_answers_at_once_and_others_have_theirs(
    tmp_path: Path, *, tls: bool
) -> None:
    async with listening(tmp_path, tls=tls, writing=Writing(), says=LARGE) as there:
        many = [await asks(there, "ana") for _ in range(EACH_MAX)]
        await until_written(there, EACH_MAX)
        async with a_client(there, "ana") as same, same.get("/") as refused:
            assert refused.status == 429
            assert refused.headers["Retry-After"] == "2"
            assert (await refused.json())["error"]["code"] == "rate_limited"
        assert there.door.refused == {"writing": 1}
        async with a_client(there, "ben") as other, other.get("/") as given:
            assert await given.read() == LARGE
        many[0][1].transport.abort()
        await until_written(there, EACH_MAX - 1)
        async with a_client(there, "ana") as same, same.get("/") as given:
            assert await given.read() == LARGE


@pytest.mark.parametrize("size", [0, 1, LARGE_BYTES, LARGE_BYTES + 1, len(LARGE)])
async def test_an_answer_of_any_size_comes_whole_and_the_connection_stays(
    tmp_path: Path, size: int, *, tls: bool
) -> None:
    says = LARGE[:size]
    async with listening(tmp_path, tls=tls, writing=Writing(), says=says) as there:
        async with a_client(there, "ana") as client:
            for method in ("GET", "HEAD", "GET"):
                async with client.request(method, "/") as given:
                    assert given.status == 200
                    assert await given.read() == (b"" if method == "HEAD" else says)
                    if size or method == "GET":
                        assert given.headers["Content-Length"] == str(size)
            assert there.door.connections.open == 1
        assert there.door.writing.at_once == 0

"""The server itself, over TLS: silence, too many connections, and floods of requests."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass

import aiohttp
import pytest

from tests.certificates import write_certificate
from tests.servers import RunningServer, running_server

EACH_MAX = 40
WITHIN_S = 1.0
LATE_S = 5.0
FLOOD_S = 2.0
SESSION = "/api/v1/ops/session"


@dataclass(frozen=True)
class Secured:
    """A server with small limits, and who trusts its certificate."""

    server: RunningServer
    trust: ssl.SSLContext

    def client(self, source: str) -> aiohttp.ClientSession:
        """Return a browser at another address of this machine."""
        connector = aiohttp.TCPConnector(ssl=self.trust, local_addr=(source, 0))
        return aiohttp.ClientSession(
            self.server.url,
            connector=connector,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Origin": self.server.url},
        )


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("doors")
    chain, private = write_certificate(folder)
    with running_server(
        folder,
        tls_certificate=str(chain),
        tls_key=str(private),
        header_read_s=str(WITHIN_S),
        connections_per_address_max=str(EACH_MAX),
        requests_per_session_s="10",
        requests_per_session_burst="20",
        requests_per_address_s="20",
        requests_per_address_burst="60",
    ) as server:
        yield Secured(server, ssl.create_default_context(cafile=str(chain)))


async def scraped(secured: Secured) -> dict[str, float]:
    async with secured.client("127.0.0.1") as client, client.get("/metrics") as answer:
        assert answer.status == 200
        lines = (await answer.text()).splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def opened(secured: Secured, source: str) -> socket.socket:
    return socket.create_connection(
        ("127.0.0.1", secured.server.port), timeout=LATE_S, source_address=(source, 0)
    )


def agreed(secured: Secured) -> ssl.SSLSocket:
    return secured.trust.wrap_socket(opened(secured, "127.0.0.3"), server_hostname="localhost")


async def test_headers_and_tls_that_never_come_are_not_waited_for(secured: Secured) -> None:
    began = time.monotonic()
    with closing(opened(secured, "127.0.0.3")) as silent, closing(agreed(secured)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        for one in (silent, slow):
            with suppress(ConnectionError, ssl.SSLError):
                assert await asyncio.to_thread(one.recv, 1) == b""
    assert WITHIN_S * 0.9 < time.monotonic() - began < WITHIN_S + 2.0
    counted = await scraped(secured)
    assert counted['goodfaith_connections_refused_total{reason="no_headers"}'] >= 1
    assert counted['goodfaith_connections_refused_total{reason="no_tls"}'] >= 1


async def test_an_address_has_so_many_connections_and_others_are_served(
    secured: Secured,
) -> None:
    many = [opened(secured, "127.0.0.4") for _ in range(EACH_MAX + 5)]
    try:
        async with secured.client("127.0.0.4") as same:
            with pytest.raises((aiohttp.ClientError, OSError)):
                await same.get("/healthz")
        async with secured.client("127.0.0.5") as other, other.get("/healthz") as answer:
            assert answer.status == 200
    finally:
        for one in many:
            one.close()
    async with asyncio.timeout(LATE_S):
        while True:
            with suppress(aiohttp.ClientError, OSError):
                async with secured.client("127.0.0.4") as same, same.get("/healthz") as again:
                    assert again.status == 200
                    return
            await asyncio.sleep(0.05)


async def flood(client: aiohttp.ClientSession, until: float) -> set[int]:
    """Ask as fast as it goes, and return which statuses came."""
    statuses = set()
    while time.monotonic() < until:
        async with client.get(SESSION) as answer:
            statuses.add(answer.status)
    return statuses


@pytest.mark.safeguard("V17.3.1")
async def test_two_floods_of_requests_and_somebody_else_is_answered_within_a_second(
    secured: Secured,
) -> None:
    """One floods with a session, the other without; a third asks now and then."""
    staff = secured.server.people["ops"]
    form = {"login": staff.login, "password": staff.password}
    async with (
        secured.client("127.0.0.6") as inside,
        secured.client("127.0.0.7") as outside,
        secured.client("127.0.0.8") as other,
    ):
        for client in (inside, other):
            async with client.post(SESSION, json=form) as answer:
                assert answer.status == 200
        until = time.monotonic() + FLOOD_S
        floods = [asyncio.create_task(flood(one, until)) for one in (inside, outside)]
        took = []
        while time.monotonic() < until:
            began = time.monotonic()
            async with other.get(SESSION) as answer:
                assert answer.status == 200
            took.append(time.monotonic() - began)
            await asyncio.sleep(0.2)
        assert [await one for one in floods] == [{200, 429}, {401, 429}]
        assert len(took) >= 3
        assert max(took) < 1.0
    counted = await scraped(secured)
    assert counted['goodfaith_requests_refused_total{limit="session"}'] > 0
    assert counted['goodfaith_requests_refused_total{limit="address"}'] > 0

"""The example configuration for nginx, before two nodes, as browsers meet it."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from tests.nginx import EACH_MAX, Front, a_browser, running_front, running_nginx
from tests.observed import Seen, redirection
from tests.servers import free_port

UPLOADS = "/api/v1/join/uploads"
HSTS = "max-age=31536000; includeSubDomains"
POLICY = "Content-Security-Policy"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with running_front(tmp_path_factory.mktemp("node")) as front:
        yield front


async def test_pages_come_with_every_header_once_though_a_node_is_away(front: Front) -> None:
    async with a_browser(front) as browser:
        for path in ("/join", "/console", "/portal", "/ops", "/healthz", "/nothing"):
            async with browser.get(path) as answer:
                assert answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}
                for name, value in (
                    ("Strict-Transport-Security", HSTS),
                    ("X-Content-Type-Options", "nosniff"),
                    ("Cache-Control", "no-store"),
                ):
                    assert answer.headers.getall(name) == [value]
                (policy,) = answer.headers.getall("Content-Security-Policy")
                assert f"wss://localhost:{front.nginx.port}" in policy
                assert answer.headers.get("Server") in {None, "nginx"}


async def test_a_person_signs_in_and_their_socket_connects(front: Front) -> None:
    ops = front.node.people["ops"]
    origin = {"Origin": front.nginx.url}
    async with a_browser(front) as browser:
        form = {"login": ops.login, "password": ops.password}
        async with browser.post("/api/v1/ops/session", json=form, headers=origin) as answer:
            assert answer.status == HTTPStatus.OK
            assert answer.headers["Set-Cookie"].startswith("__Host-gf_ops=")
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        async with browser.ws_connect(
            "/socket.io/?EIO=4&transport=websocket", headers={**origin, "Cookie": cookie}
        ) as socket:
            assert (await socket.receive_str(timeout=10)).startswith("0{")
            await socket.send_str("40/ops,")
            told = ""
            async with asyncio.timeout(10):
                while "ops.sync" not in told:
                    told = await socket.receive_str()


async def test_a_socket_of_another_page_is_refused(front: Front) -> None:
    async with a_browser(front) as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await browser.ws_connect(
                "/socket.io/?EIO=4&transport=websocket",
                headers={"Origin": "https://evil.example"},
            )


async def test_plain_http_is_sent_to_tls_and_metrics_to_nobody(front: Front) -> None:
    plain = f"http://localhost:{front.nginx.plain_port}/join?x=1"
    async with (
        aiohttp.ClientSession() as client,
        client.get(plain, allow_redirects=False) as answer,
    ):
        assert answer.status == HTTPStatus.PERMANENT_REDIRECT
        target = answer.headers["Location"]
        assert target == f"{front.nginx.url}/join?x=1"
        assert redirection(Seen((), "", hops=[plain, target])) == "redirection-to-https"
    async with a_browser(front) as browser, browser.get("/metrics") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_another_name_and_an_older_tls_get_no_handshake(front: Front) -> None:
    old = ssl.create_default_context(cafile=str(front.nginx.chain))
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    for context, name in ((old, "localhost"), (front.trust, "127.0.0.1")):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(
                "127.0.0.1", front.nginx.port, ssl=context, server_hostname=name
            )


async def test_bodies_are_bounded_before_they_reach_a_node(front: Front) -> None:
    async with a_browser(front) as browser:
        for path, size, code in (
            ("/api/v1/join/session", 310_000, "body_too_large"),
            ("/api/v1/join/uploads", 14 << 20, "upload_too_large"),
            ("/api/v1/console/file/documents", 7 << 20, "upload_too_large"),
        ):
            async with browser.post(path, data=BytesIO(b"x" * size)) as answer:
                assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                assert (await answer.json())["error"]["code"] == code
                assert answer.headers.getall("Strict-Transport-Security") == [HSTS]
        async with browser.get("/join", headers={"X-Long": "x" * 9_000}) as answer:
            assert answer.status == HTTPStatus.BAD_REQUEST


@asynccontextmanager
async def two_nodes(seen: list[dict[str, str]]) -> AsyncIterator[list[int]]:
    """Two nodes: one breaks off every request that it was sent, the other answers."""

    async def breaks(request: web.Request) -> web.StreamResponse:
        seen.append({"node": "broken", "method": request.method})
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def answers(request: web.Request) -> web.StreamResponse:
        seen.append({"node": "well", "method": request.method, **dict(request.headers)})
        return web.Response(text="well")

    ports, runners = [], []
    for handler in (breaks, answers):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ports.append(port)
        runners.append(runner)
    try:
        yield ports
    finally:
        for runner in runners:
            await runner.cleanup()


async def test_a_post_that_a_node_has_had_is_sent_to_no_other() -> None:
    seen: list[dict[str, str]] = []
    async with two_nodes(seen) as ports:
        with running_nginx(ports) as nginx:
            trust = ssl.create_default_context(cafile=str(nginx.chain))
            async with aiohttp.ClientSession(
                nginx.url, connector=aiohttp.TCPConnector(ssl=trust)
            ) as browser:
                statuses = []
                for method in ("POST", "POST", "GET", "GET"):
                    async with browser.request(method, "/api/v1/x", data=b"{}") as answer:
                        statuses.append((method, answer.status))
                        if answer.status != HTTPStatus.OK:
                            assert answer.headers.getall("Strict-Transport-Security") == [HSTS]
                            assert answer.headers["X-Content-Type-Options"] == "nosniff"
                            assert "default-src 'none'" in answer.headers[POLICY]
    assert ("POST", HTTPStatus.SERVICE_UNAVAILABLE) in statuses
    assert [one for one in statuses if one[0] == "GET"] == [("GET", 200)] * 2
    posts = [one["node"] for one in seen if one["method"] == "POST"]
    assert len(posts) == 2


async def test_an_address_has_so_many_requests_at_the_same_time_and_no_more() -> None:
    served, over, port = asyncio.Semaphore(0), asyncio.Event(), free_port()

    async def waits(_: web.Request) -> web.Response:
        served.release()
        await over.wait()
        return web.Response(text="well")

    app = web.Application()
    app.router.add_get("/api/v1/x", waits)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        with running_nginx([port]) as nginx:
            trust = ssl.create_default_context(cafile=str(nginx.chain))
            connector = aiohttp.TCPConnector(ssl=trust, limit=0)
            async with aiohttp.ClientSession(nginx.url, connector=connector) as browser:
                many = [asyncio.create_task(browser.get("/api/v1/x")) for _ in range(EACH_MAX)]
                async with asyncio.timeout(30):
                    for _ in many:
                        await served.acquire()
                async with browser.get("/api/v1/x") as refused:
                    assert refused.status == HTTPStatus.TOO_MANY_REQUESTS
                    assert (await refused.json())["error"]["code"] == "rate_limited"
                    assert refused.headers["Retry-After"] == "2"
                    assert refused.headers.getall("Strict-Transport-Security") == [HSTS]
                over.set()
                answers = await asyncio.gather(*many)
                assert {one.status for one in answers} == {HTTPStatus.OK}
    finally:
        over.set()
        await runner.cleanup()


async def test_what_a_client_says_of_its_address_is_not_passed_on() -> None:
    seen: list[dict[str, str]] = []
    claims = {
        "X-Forwarded-For": "198.51.100.7",
        "Forwarded": "for=198.51.100.7",
        "X-Real-IP": "198.51.100.7",
        "X-Forwarded-Host": "evil.example",
    }
    async with two_nodes(seen) as ports:
        with running_nginx(ports[1:]) as nginx:
            trust = ssl.create_default_context(cafile=str(nginx.chain))
            async with aiohttp.ClientSession(
                nginx.url, connector=aiohttp.TCPConnector(ssl=trust)
            ) as browser:
                for path in ("/join", "/socket.io/"):
                    async with browser.get(path, headers=claims) as answer:
                        assert answer.status == HTTPStatus.OK
    assert len(seen) == 2
    for headers in seen:
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert "198.51.100.7" not in json.dumps(headers)
        assert "evil.example" not in json.dumps(headers)


@asynccontextmanager
async def node_of_sockets(port: int) -> AsyncIterator[None]:
    """A node that keeps every socket open, until the block ends."""

    async def keeps(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/socket.io/", keeps)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def test_a_node_that_was_away_takes_all_sockets_at_once_when_the_other_one_goes() -> None:
    again, other = free_port(), free_port()
    with running_nginx([again, other]) as nginx:
        trust = ssl.create_default_context(cafile=str(nginx.chain))
        async with (
            AsyncExitStack() as stack,
            aiohttp.ClientSession(
                nginx.url, connector=aiohttp.TCPConnector(ssl=trust)
            ) as browser,
        ):
            async with node_of_sockets(other):
                for _ in range(4):  # the first node is away, which nginx finds out
                    async with browser.ws_connect("/socket.io/") as socket:
                        assert not socket.closed
            await stack.enter_async_context(node_of_sockets(again))
            sockets = [await browser.ws_connect("/socket.io/") for _ in range(20)]
            assert not any(socket.closed for socket in sockets)
            await asyncio.gather(*(socket.close() for socket in sockets))

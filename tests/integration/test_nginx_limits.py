"""The example configuration for nginx waits as long, and lets through as much, as nodes do."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from server.federation import fetching
from server.forward import limits
from server.forward.sanitising import DECODERS_MAX
from server.http import papers, places, planning, uploads
from server.http.operation import Operation
from server.http.wiring import all_routes
from server.practitioner_files import documents, http_verification
from server.records import making
from server.storage.engines import Limits
from tests import photos
from tests.nginx import (
    EXAMPLE,
    READ_TIMEOUT,
    Front,
    a_browser,
    running_front,
    running_nginx,
)
from tests.servers import free_port

LOCATION = re.compile(r"location (?P<of>[^{]+) \{(?P<body>[^}]*)\}")


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with running_front(tmp_path_factory.mktemp("node")) as front:
        yield front


def padded(size: int) -> bytes:
    """Return a photo with so many bytes in all, as scans are large."""
    return photos.jpeg().ljust(size, b"\0")


async def test_a_paper_of_a_megabyte_reaches_its_file_by_both_ways(front: Front) -> None:
    headers = {
        "Content-Type": "application/octet-stream",
        "X-Goodfaith-Name": "Licence",
        "Origin": front.nginx.url,
    }
    files = "/api/v1/compliance/practitioners"
    for login, page in (("casey", "console"), ("compliance", "ops")):
        who = front.node.people[login]
        async with a_browser(front) as browser:
            form = {"login": who.login, "password": who.password}
            async with browser.post(
                f"/api/v1/{page}/session", json=form, headers={"Origin": front.nginx.url}
            ) as answer:
                assert answer.status == HTTPStatus.OK
            if page == "console":
                path = "/api/v1/console/file/documents"
            else:
                async with browser.get(files) as answer:
                    one = (await answer.json())["people"][0]["practitioner_id"]
                path = f"{files}/{one}/documents"
            async with browser.post(path, data=padded(1 << 20), headers=headers) as answer:
                assert answer.status == HTTPStatus.OK, await answer.text()
                assert [one["pages"] for one in (await answer.json())["documents"]] == [1]


def takes_files() -> Iterator[str]:
    """Yield the path of every route whose body is a file."""
    for one in all_routes():
        if isinstance(one.handler, Operation) and one.handler.file is not None:
            yield one.path.replace("{id}", "somebody")


async def test_every_file_that_a_node_would_read_is_let_through_to_it(front: Front) -> None:
    paths = list(takes_files())
    assert len(paths) == 3
    async with a_browser(front) as browser:
        for path in paths:
            longest = limits.FILE_BYTES_MAX if "join" in path else documents.FILE_BYTES_MAX
            async with browser.post(path, data=BytesIO(bytes(longest))) as answer:
                # Nobody is signed in, or it is no page of ours: a node says so, in JSON.
                assert answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
                assert (await answer.json())["error"]["code"]


async def test_what_takes_long_is_waited_for_and_nothing_else() -> None:
    hurried, port = 40, free_port()
    late_s = 80 / hurried  # twice as long as most is waited for

    async def late(_: web.Request) -> web.Response:
        await asyncio.sleep(late_s)
        return web.Response(text="late")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", late)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        with running_nginx([port], hurried=hurried) as nginx:
            trust = ssl.create_default_context(cafile=str(nginx.chain))
            async with aiohttp.ClientSession(
                nginx.url, connector=aiohttp.TCPConnector(ssl=trust)
            ) as browser:

                async def status(path: str) -> int:
                    async with browser.post(path, data=b"{}") as answer:
                        return answer.status

                long = ["/api/v1/ops/plan", *takes_files()]
                assert set(await asyncio.gather(*map(status, long))) == {HTTPStatus.OK}
                assert await status("/api/v1/ops/roster") == HTTPStatus.SERVICE_UNAVAILABLE
    finally:
        await runner.cleanup()


def seconds_of(text: str) -> float:
    (found,) = READ_TIMEOUT.findall(text)
    return float(found)


def test_no_answer_is_given_up_before_the_node_gives_it_up() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    blocks = {found["of"]: found["body"] for found in LOCATION.finditer(text)}
    plan = seconds_of(blocks["= /api/v1/ops/plan"])
    assert plan > planning.LIMIT_S + Limits().checkout_s
    # All files that are read may be before the decoders; the last one waits for each.
    turns = (uploads.READING_MAX + papers.READING_MAX) / DECODERS_MAX
    read = places.WAIT_S + turns * limits.WALL_S
    for of, body in blocks.items():
        if "uploads" in of or "documents" in of:
            assert seconds_of(body) > read
    elsewhere = max(3 * fetching.TIMEOUT_S, http_verification.TIMEOUT_S)
    (usual,) = READ_TIMEOUT.findall(text.partition("    server {")[0])
    assert float(usual) > elsewhere + Limits().checkout_s
    assert float(usual) > places.WAIT_S + making.PATIENCE_S + Limits().checkout_s

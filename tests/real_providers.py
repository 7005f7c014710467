"""The provider of identities of npm, in Node (`tests/node/oidc.mjs`), and a person at it."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from aiohttp import ClientSession, CookieJar

from tests.node_peers import NODE
from tests.software_keys import Json

ROOT: Final = Path(__file__).resolve().parent.parent
SCRIPT: Final = ROOT / "tests" / "node" / "oidc.mjs"
STOP_S: Final = 10.0
STEPS_MAX: Final = 20
FORM: Final = re.compile(r"<form[^>]*action=\"([^\"]+)\"", re.IGNORECASE)
HIDDEN: Final = re.compile(
    r"<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"", re.IGNORECASE
)


@dataclass
class Person:
    """Somebody's browser at the provider: it stays signed on there."""

    name: str
    http: ClientSession = field(
        default_factory=lambda: ClientSession(cookie_jar=CookieJar(unsafe=True))
    )

    async def goes(self, address: str, home: str) -> Json:
        """Follow an address, filling in what is asked, until it leads back home.

        Returns:
            What the browser comes back with.
        """
        method = "GET"
        form: dict[str, str] = {}
        for _ in range(STEPS_MAX):
            if address.startswith(home):
                parts = urlsplit(address)
                return dict(parse_qsl(parts.fragment or parts.query))
            async with self.http.request(
                method, address, data=form or None, allow_redirects=False
            ) as answer:
                page, moved = await answer.text(), answer.headers.get("Location")
                assert answer.status < 400, page
            if moved is not None:
                address, method, form = urljoin(address, moved), "GET", {}
                continue
            address, form = self._filled(address, page)
            method = "POST"
        raise AssertionError("the provider leads nowhere")

    async def leaves(self, issuer: str) -> None:
        """Sign out at the provider."""
        address = f"{issuer}/session/end"
        async with self.http.get(address, allow_redirects=False) as answer:
            page = await answer.text()
        action, form = self._filled(address, page)
        async with self.http.post(
            action, data={**form, "logout": "yes"}, allow_redirects=False
        ) as answer:
            assert answer.status < 400, await answer.text()

    def _filled(self, address: str, page: str) -> tuple[str, dict[str, str]]:
        found = FORM.search(page)
        assert found is not None, page
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(page)}
        typed = {"login": self.name, "password": "anything"} if "login" in page else {}
        return urljoin(address, unescape(found.group(1))), {**hidden, **typed}


@asynccontextmanager
async def real_provider(client: Json) -> AsyncIterator[str]:
    """Run it with one client until the block ends; gives its issuer."""
    process = await asyncio.create_subprocess_exec(
        os.environ.get("NODE", str(NODE) if NODE.exists() else "node"),
        str(SCRIPT),
        json.dumps(client),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield str(json.loads(await process.stdout.readline())["issuer"])
    finally:
        process.stdin.close()
        async with asyncio.timeout(STOP_S):
            await process.wait()

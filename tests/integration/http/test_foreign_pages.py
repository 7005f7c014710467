"""Pages of other sites change nothing here, whoever is signed in to the browser they are in.

Made from the routes themselves: a new one is asked here without anybody adding it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, DummyCookieJar
from multidict import CIMultiDict

from server.access import ROUTES, RouteKey
from tests.documented import documented
from tests.integration.http.browsing import ORIGIN, World
from tests.integration.http.test_guards import everybody

# As OAuth has it: no page asks, and no cookie counts.
BY_PROGRAMS: dict[str, dict[str, str]] = {
    "POST /oauth/token": {
        "grant_type": "client_credentials",
        "client_assertion_type": "",
        "scope": "x",
    },
    "POST /oidc/{id}/backchannel-logout": {"logout_token": "x"},
}
CHANGES = sorted(
    key for key in ROUTES if not key.startswith(("GET ", "HEAD ")) and key not in BY_PROGRAMS
)
OWN = ("Origin", ORIGIN)
JSON = "application/json"
FOREIGN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "no origin": (),
    "a page without one": (("Origin", "null"),),
    "another site": (("Origin", "https://evil.example"),),
    "the same host over TLS": (("Origin", ORIGIN.replace("http://", "https://")),),
    "another port": (("Origin", f"{ORIGIN}0"),),
    "a host that begins like ours": (("Origin", f"{ORIGIN}.evil.example"),),
    "ours, written otherwise": (("Origin", ORIGIN.upper()),),
    "ours and another": (OWN, ("Origin", "https://evil.example")),
    "another site, says the browser": (OWN, ("Sec-Fetch-Site", "cross-site")),
    "a sibling host, says the browser": (OWN, ("Sec-Fetch-Site", "same-site")),
    "a word that is none": (OWN, ("Sec-Fetch-Site", "")),
    "both": (OWN, ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")),
}
OURS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "a browser that does not say": (OWN,),
    "a page of ours": (OWN, ("Sec-Fetch-Site", "same-origin")),
    "a person": (OWN, ("Sec-Fetch-Site", "none")),
}


@dataclass(frozen=True)
class Visited:
    """A browser with a live session of every audience, in which any page may be open."""

    world: World
    cookies: str
    http: ClientSession

    async def code(
        self,
        key: str,
        headers: tuple[tuple[str, str], ...],
        body: bytes = b"{}",
        kind: str = JSON,
    ) -> tuple[int, str]:
        """Ask a route, and return the status and the code of a refusal."""
        method, _, path = key.partition(" ")
        sent = CIMultiDict([*headers, ("Cookie", self.cookies), ("Content-Type", kind)])
        url = self.world.server.make_url(filled(path))
        async with self.http.request(method, url, data=body, headers=sent) as answer:
            if answer.content_type != JSON:
                return answer.status, ""
            told: dict[str, Any] = await answer.json()
            return answer.status, str(told.get("error", {}).get("code", ""))


def filled(path: str) -> str:
    path = path.replace("{day}", "2026-02-03").replace("{code}", "AZ")
    return re.sub(r"\{\w+\}", "0" * 32, path)


@pytest.fixture
async def visited(world: World) -> AsyncIterator[Visited]:
    sessions = await everybody(world)
    cookies = "; ".join(f"gf_{name}={value}" for name, value in sessions.items())
    async with ClientSession(cookie_jar=DummyCookieJar()) as http:
        yield Visited(world, cookies, http)


@pytest.mark.safeguard("164.312(d)")
async def test_every_change_needs_our_origin(visited: Visited) -> None:
    assert len(CHANGES) > 50
    let_through = [
        (key, name)
        for key in CHANGES
        for name, headers in FOREIGN.items()
        if await visited.code(key, headers) != (403, "origin_refused")
    ]
    assert let_through == []


async def test_what_programs_ask_for_is_the_same_with_and_without_a_browser(
    visited: Visited,
) -> None:
    assert {key for key, rule in ROUTES.items() if rule.oauth} == set(BY_PROGRAMS)
    for key, form in BY_PROGRAMS.items():
        url = visited.world.server.make_url(filled(key.partition(" ")[2]))
        told = []
        for headers in ({}, {"Cookie": visited.cookies, "Origin": "https://evil.example"}):
            async with visited.http.request("POST", url, data=form, headers=headers) as answer:
                assert not [name for name in answer.headers if "set-cookie" in name.lower()]
                told.append((answer.status, await answer.read()))
        assert told[0] == told[1]
        assert told[0][0] == 400
        assert b'"invalid_request"' in told[0][1]


async def test_a_change_asked_by_a_page_of_ours_is_looked_at(visited: Visited) -> None:
    """The refusals above are for where it comes from, and for nothing else."""
    ending = {key for key in CHANGES if key.endswith(("/session", "/join/end", "/device"))}
    refused = [
        (key, name)
        for key in CHANGES
        if key not in ending
        for name, headers in OURS.items()
        if (await visited.code(key, headers))[1] == "origin_refused"
    ]
    assert refused == []


def with_a_form() -> Iterator[str]:
    """Yield the changes whose body is JSON, by the document that describes them."""
    for path, methods in documented().document["paths"].items():
        for method, operation in methods.items():
            if JSON in operation.get("requestBody", {}).get("content", {}):
                yield f"{method.upper()} {path}"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_a_body_that_any_form_can_send_is_none(visited: Visited, kind: str) -> None:
    """These three a page of another site may send without having asked whether it may."""
    keys = [key for key in with_a_form() if RouteKey(key) in ROUTES]
    assert len(keys) > 40
    told = {key: await visited.code(key, (OWN,), b'{"": ""}', kind) for key in keys}
    assert {key: one for key, one in told.items() if one[0] < 400} == {}
    assert [one for one in told.values() if one[1] == "invalid_body"] == []
    read = [key for key, one in told.items() if one == (400, "bad_request")]
    assert len(read) > 20, "too few of them came as far as their body"


async def test_no_page_of_another_site_may_ask_whether_it_may(visited: Visited) -> None:
    """No answer has an `Access-Control` header, so no browser goes on to the change itself."""
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for path in sorted({key.partition(" ")[2] for key in ROUTES}):
        url = visited.world.server.make_url(filled(path))
        for method in ("OPTIONS", "GET"):
            async with visited.http.request(method, url, headers=asking) as answer:
                assert not [name for name in answer.headers if "access-control" in name.lower()]
                if method == "OPTIONS":
                    assert answer.status == 405

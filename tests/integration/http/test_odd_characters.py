"""Bytes and characters that are nobody's are refused as such, and are no failure of ours."""

from __future__ import annotations

import asyncio

import pytest

from server.service_accounts.assertions import AssertionRefused, presented
from tests.integration.http.browsing import PORTAL, World
from tests.integration.http.own_software import posted
from tests.integration.http.test_software_tokens import DENIED
from tests.software_keys import ASSERTION_TYPE, jwt, new_ec

SESSION = "/api/v1/ops/session"


async def status_of(world: World, *lines: bytes) -> int:
    """Return what is answered to lines that no client library would send."""
    host, port = world.server.host, world.server.port
    reader, writer = await asyncio.open_connection(host, port)
    try:
        close = (f"Host: {host}:{port}".encode(), b"Connection: close", b"", b"")
        writer.write(b"\r\n".join((*lines, *close)))
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


@pytest.mark.parametrize("value", [b"\xff", b"abc\xc3", b'"\xff"', "é".encode()])
async def test_a_cookie_with_other_bytes_is_none(world: World, value: bytes) -> None:
    for name in (b"gf_ops", b"gf_known_ops", b"gf_provider_ops"):
        asked = f"GET {SESSION} HTTP/1.1".encode()
        assert await status_of(world, asked, b"Cookie: " + name + b"=" + value) == 401


@pytest.mark.parametrize("token", [b"\xff", b"goodfaith_svc_\xff", b"goodfaith_spa_\xff"])
async def test_a_token_with_other_bytes_is_nobodys(world: World, token: bytes) -> None:
    asked = f"GET {PORTAL}/encounters/nothing/fhir HTTP/1.1".encode()
    assert await status_of(world, asked, b"Authorization: Bearer " + token) == 401


async def test_the_character_0_is_refused_before_a_database_sees_it(world: World) -> None:
    """PostgreSQL takes it in no column; SQLite would."""
    browser = world.browser()
    for login in ("a\0b", "\\\0", "\0"):
        answer = await browser.post(SESSION, {"login": login, "password": "x"})
        assert answer.refusal == (400, "bad_request"), login
    # A backslash and what only looks like it are characters as others are.
    answer = await browser.post(SESSION, {"login": "a\\u0000b", "password": "x"})
    assert answer.refusal == (401, "sign_in_failed")
    assert (await posted(world, "grant_type=a%00b")).status == 400
    asked = b"POST /oidc/a%00b/backchannel-logout HTTP/1.1"
    kind = b"Content-Type: application/x-www-form-urlencoded"
    assert await status_of(world, asked, kind, b"Content-Length: 0") == 404


@pytest.mark.parametrize("name", ["\ud800", "a\0b", "a\nb"])
async def test_an_assertion_by_a_name_that_is_no_text_is_refused(
    world: World, name: str
) -> None:
    for header, claims in (
        ({"alg": "ES384", "kid": name}, {"sub": "one", "iss": "one"}),
        ({"alg": "ES384", "kid": "one"}, {"sub": name, "iss": name}),
    ):
        said = jwt(header, claims, new_ec("P-384"))
        with pytest.raises(AssertionRefused):
            presented(said)
        body = f"grant_type=client_credentials&client_assertion={said}"
        answer = await posted(world, f"{body}&client_assertion_type={ASSERTION_TYPE}")
        assert f"{answer.status} {answer.body['error']}" == DENIED

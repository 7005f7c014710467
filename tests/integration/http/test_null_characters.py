"""Text that no database takes is refused as what it is, whichever database is there."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server import demo
from server.storage import schema
from tests.integration.http.browsing import Browser, World
from tests.integration.http.conftest import services_in, serving
from tests.postgres import running_postgres

API = "/api/v1/console"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JSON = {"Content-Type": "application/json"}
URL_ENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
POLICY = '"per_claim_usd":1,"aggregate_usd":1,"since":"2026-01-01","until":"2027-01-01"'


@pytest.fixture
async def on_postgres(tmp_path: Path, dist: Path) -> AsyncIterator[World]:
    with running_postgres() as postgres:
        url = postgres.create("goodfaith")
        schema.upgrade(url)
        async with services_in(tmp_path / "data", {"database_url": url}) as services:
            assert await demo.seed(services)
            async with serving(services, dist) as there:
                yield there


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


async def token_of(browser: Browser, client: str, key: str) -> tuple[int, Any]:
    """Ask for a token with an assertion of a client and a key that are nobody's."""
    header, claims = (
        encoded(f'{{"alg":"ES384","kid":"{key}"}}'),
        encoded(f'{{"sub":"{client}","iss":"{client}"}}'),
    )
    body = (
        f"grant_type=client_credentials&client_assertion_type={JWT_BEARER}"
        f"&client_assertion={header}.{claims}.{encoded('x' * 96)}"
    )
    found = await browser.ask("POST", "/oauth/token", headers=URL_ENCODED, data=body.encode())
    return found.status, found.body["error"]


@pytest.mark.postgres
async def test_a_null_character_is_the_fault_of_who_sends_it(on_postgres: World) -> None:
    browser = await on_postgres.signed_in("console", "casey")
    for path in ("encounters/%00", "encounters/x/pictures/%00", "file/documents/%00/pages/1"):
        assert (await browser.get(f"{API}/{path}")).refusal == (404, "not_found")
    for path, body in (
        ("session", '{"login":"a\\u0000b","password":"x"}'),
        ("file/malpractice", f'{{"insurer":"a\\u0000","policy_number":"1",{POLICY}}}'),
    ):
        sent = await browser.ask("POST", f"{API}/{path}", headers=JSON, data=body.encode())
        assert sent.refusal == (400, "bad_request")
    assert await token_of(browser, "a\\u0000b", "key") == (401, "invalid_client")
    assert await token_of(browser, "client", "a\\u0000b") == (401, "invalid_client")


async def test_the_words_for_a_null_character_are_none(world: World) -> None:
    """A backslash that is itself written with one is followed by plain letters."""
    browser = await world.signed_in("console", "casey")
    body = f'{{"insurer":"a\\\\u0000","policy_number":"1",{POLICY}}}'
    sent = await browser.ask(
        "POST", f"{API}/file/malpractice", headers=JSON, data=body.encode()
    )
    assert sent.status == 200, sent.body
    assert "a\\u0000" in {one["insurer"] for one in sent.body["malpractice"]}


async def test_half_a_character_names_no_software(world: World) -> None:
    browser = await world.signed_in("console", "casey")
    for client, key in (("\\ud800", "key"), ("client", "\\ud800")):
        assert await token_of(browser, client, key) == (401, "invalid_client")

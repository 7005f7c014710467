"""Served over TLS directly: no plain port, bound cookies, nothing older than TLS 1.2."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from server.app import listening
from server.demo import demo_accounts
from server.settings import Settings
from tests.certificates import write_certificate
from tests.servers import free_port


@dataclass(frozen=True)
class Secured:
    """A server over TLS, and a context that trusts only its certificate."""

    settings: Settings
    trust: ssl.SSLContext


@pytest.fixture
async def secured(tmp_path: Path) -> AsyncIterator[Secured]:
    chain, private = write_certificate(tmp_path)
    port = free_port()
    settings = Settings(
        port=port,
        public_url=f"https://localhost:{port}",
        tls_certificate=chain,
        tls_key=private,
        calls="direct",
        data_dir=tmp_path / "data",
        demo=True,
        argon2_time_cost=2,
        argon2_memory_kib=19_456,
    )
    async with listening(settings):
        yield Secured(settings, ssl.create_default_context(cafile=str(chain)))


async def test_it_is_served_over_tls_and_says_that_it_always_will_be(secured: Secured) -> None:
    async with aiohttp.ClientSession() as client:
        url = f"{secured.settings.origin}/healthz"
        async with client.get(url, ssl=secured.trust) as answer:
            assert answer.status == 200
            assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


async def test_cookies_are_bound_to_the_host_and_to_tls(secured: Secured) -> None:
    account = next(one for one in demo_accounts(secured.settings) if one.audience == "ops")
    async with aiohttp.ClientSession() as client:
        answer = await client.post(
            f"{secured.settings.origin}/api/v1/ops/session",
            json={"login": account.login, "password": account.password},
            headers={"Origin": secured.settings.origin},
            ssl=secured.trust,
        )
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-gf_ops=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))


async def test_plain_http_gets_nothing_on_the_same_port(secured: Secured) -> None:
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientError):
            await client.get(f"http://localhost:{secured.settings.port}/healthz")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_tls_1_1_is_refused(secured: Secured) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientError):
            await client.get(f"{secured.settings.origin}/healthz", ssl=old)

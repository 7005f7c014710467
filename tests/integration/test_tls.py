"""Served over TLS directly: no plain port, bound cookies, nothing older than TLS 1.2."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import aiohttp
import pytest

from server.relays.folder import RelayFolder
from tests.certificates import write_certificate
from tests.listening import family, listening_ports
from tests.observed import EXPECTED, Seen, cookies, observed
from tests.servers import RunningServer, running_server

NO_SCRIPTS = "sri-not-implemented-but-no-scripts-loaded"
STRICT = "cookies-secure-with-httponly-sessions-and-samesite"


@dataclass(frozen=True)
class Secured:
    """A server over TLS, and a context that trusts only its certificate."""

    server: RunningServer
    trust: ssl.SSLContext

    @property
    def origin(self) -> str:
        return self.server.url


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    chain, private = write_certificate(folder)
    # With a relay, which is a process of its own: it must not open a way round either.
    with running_server(
        folder, calls="relay", tls_certificate=str(chain), tls_key=str(private)
    ) as server:
        yield Secured(server, ssl.create_default_context(cafile=str(chain)))


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_it_is_served_over_tls_and_says_that_it_always_will_be(
    secured: Secured, client: aiohttp.ClientSession
) -> None:
    async with client.get(f"{secured.origin}/healthz", ssl=secured.trust) as answer:
        assert answer.status == 200
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


async def test_cookies_are_bound_to_the_host_and_to_tls(
    secured: Secured, client: aiohttp.ClientSession
) -> None:
    account = secured.server.people["ops"]
    answer = await client.post(
        f"{secured.origin}/api/v1/ops/session",
        json={"login": account.login, "password": account.password},
        headers={"Origin": secured.origin},
        ssl=secured.trust,
    )
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookies(Seen(tuple(answer.headers.items()), "")) == STRICT
    assert cookie.startswith("__Host-gf_ops=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))


@pytest.mark.safeguard("164.312(e)(1)")
def test_there_is_no_plain_port(secured: Secured) -> None:
    server = secured.server
    relay = RelayFolder(server.folder / "data" / "relay").place()
    assert relay is not None
    assert relay.pid in family(server.pid)
    assert listening_ports(server.pid) == {server.port}


@pytest.mark.parametrize("path", ["/", "/join", "/console", "/portal", "/ops"])
async def test_every_page_passes_the_ten_checks_of_the_observatory(
    secured: Secured, client: aiohttp.ClientSession, path: str
) -> None:
    url = f"{secured.origin}{path}"
    async with client.get(url, ssl=secured.trust) as page:
        assert page.status == 200
        headers, html = tuple(page.headers.items()), await page.text()
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    async with client.options(url, headers=asking, ssl=secured.trust) as answer:
        preflight = tuple(answer.headers.items())
    # Where there is no script there is none to load.
    scripts = {} if path != "/" else {"subresource-integrity": NO_SCRIPTS}
    assert observed(Seen(headers, html, preflight)) == {**EXPECTED, **scripts}


async def test_plain_http_gets_nothing_on_the_same_port(
    secured: Secured, client: aiohttp.ClientSession
) -> None:
    with pytest.raises(aiohttp.ClientError):
        await client.get(f"http://localhost:{secured.server.port}/healthz")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_tls_1_1_and_a_suite_of_yesterday_are_refused(
    secured: Secured, client: aiohttp.ClientSession
) -> None:
    old, weak = (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) for _ in range(2))
    for context in (old, weak):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    weak.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    for context in (old, weak):
        with pytest.raises(aiohttp.ClientError):
            await client.get(f"{secured.origin}/healthz", ssl=context)

"""Asks a provider: one question, one bounded answer.

Connected to by the same guarded client as webhooks: to public addresses only, or to this
machine where that is allowed (tests, the demo); no redirect, no proxy, no cookie, no
compression. Nothing of an answer is logged.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import aiohttp

from server.delivery.egress import Lookup, PublicResolver, guarded_socket
from server.federation.metadata import Metadata, Method
from server.federation.refusals import Unusable

TIMEOUT_S: Final = 8.0
ANSWER_BYTES_MAX: Final = 256 * 1_024
HEADER_BYTES_MAX: Final = 8_190
OK: Final = 200
REFUSED: Final = frozenset({400, 401, 403})
PLAIN_JSON: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


class CodeRefused(Exception):  # it is about what a browser brought
    """The provider does not take the code: it is over, was used, or was never given."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A code that is to become an ID token.

    Attributes:
        verifier: of PKCE.
        secret: ours at the provider; None: we are a public client there.
    """

    client_id: str
    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)


class Fetcher:
    """A connection for each question, for there are few."""

    def __init__(
        self, *, loopback: bool, lookup: Lookup | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Prepare.

        Args:
            loopback: this machine may be asked.
            lookup: gives the addresses of a name; the system's resolver otherwise.
            timeout_s: for one question as a whole.
        """
        self.loopback = loopback
        self._lookup = lookup
        self._timeout_s = timeout_s

    async def document(self, address: str) -> object:
        """Return the JSON at an address.

        Raises:
            Unusable: there is none, or it cannot be reached.
        """
        status, said = await self._asked("GET", address, PLAIN_JSON)
        if status != OK:
            raise Unusable("status")
        return said

    async def id_token(self, metadata: Metadata, method: Method, exchange: Exchange) -> str:
        """Return the ID token that a code is exchanged for (Core, 3.1.3).

        Raises:
            CodeRefused: the provider does not take it.
            Unusable: it answers nothing that can be used, or cannot be reached.
        """
        headers, form = shown(method, exchange)
        endpoint = metadata.token_endpoint
        status, said = await self._asked("POST", endpoint, {**PLAIN_JSON, **headers}, form)
        if status in REFUSED:
            if isinstance(said, dict) and said.get("error") == "invalid_grant":
                raise CodeRefused
            raise Unusable("client")  # it does not take us: for who set it up
        token = said.get("id_token") if isinstance(said, dict) else None
        if status != OK or not isinstance(token, str):
            raise Unusable("token")
        return token

    async def _asked(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
    ) -> tuple[int, object]:
        try:
            async with asyncio.timeout(self._timeout_s), self._session() as session:
                return await _answered(session, method, address, headers, form)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise Unusable("unreachable") from None
        except (ValueError, RecursionError):
            raise Unusable("unreadable") from None

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(loopback=self.loopback, lookup=self._lookup),
                socket_factory=guarded_socket(loopback=self.loopback),
                use_dns_cache=False,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=HEADER_BYTES_MAX,
            max_field_size=HEADER_BYTES_MAX,
        )


async def _answered(
    session: aiohttp.ClientSession,
    method: str,
    address: str,
    headers: Mapping[str, str],
    form: Mapping[str, str] | None,
) -> tuple[int, object]:
    async with session.request(
        method, address, headers=headers, data=form, allow_redirects=False
    ) as answered:
        content = bytearray()
        async for chunk in answered.content.iter_any():
            content += chunk
            if len(content) > ANSWER_BYTES_MAX:
                raise Unusable("too_large")
    if not content:
        return answered.status, None
    return answered.status, json.loads(bytes(content))


def shown(method: Method, exchange: Exchange) -> tuple[dict[str, str], dict[str, str]]:
    """Return headers and form by which a code is exchanged (RFC 6749, 2.3.1 and 4.1.3)."""
    form = {
        "grant_type": "authorization_code",
        "code": exchange.code,
        "redirect_uri": exchange.redirect_uri,
        "code_verifier": exchange.verifier,
    }
    secret = exchange.secret or ""
    if method == "client_secret_basic":
        # Both are form-encoded before they are joined: so the RFC has it.
        pair = f"{quote(exchange.client_id, safe='')}:{quote(secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, form
    form["client_id"] = exchange.client_id
    if method == "client_secret_post":
        form["client_secret"] = secret
    return {}, form

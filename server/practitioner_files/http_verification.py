"""A verification service over HTTP: one POST, one bounded answer.

    POST verification_url   Authorization: Bearer verification_token
    {"jurisdiction": "AZ", "kind": "license", "number": "NP-12345", "profession": "NP",
     "name": "Casey Lindqvist", "npi": "1000000038"}
    200 {"outcome": "active", "source": "azbn.gov", "valid_until": "2028-06-01"}

Connected to by the same guarded client as webhooks: to public addresses only, or to this
machine where the operator's own setting names it; no redirect, no proxy, no compression.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from server.delivery.egress import Lookup, PublicResolver, guarded_socket
from server.origins import is_loopback
from server.practitioner_files.verification import (
    Finding,
    Outcome,
    Question,
    VerificationFailed,
)
from server.settings import Settings

TIMEOUT_S: Final = 20.0
ANSWER_BYTES_MAX: Final = 16_384
HEADER_BYTES_MAX: Final = 8_190
OK: Final = 200
PLAIN_JSON: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


class _Answer(BaseModel):
    """What a service says."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    outcome: Literal["active", "other_status", "not_found"]
    source: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
    ]
    valid_until: date | None = None


class HttpVerification:
    """Implements `VerificationService`; a connection for each question, for there are few."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        lookup: Lookup | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Prepare.

        Args:
            url: of the service, as the operator set it.
            token: sent with every question.
            lookup: gives the addresses of a name; the system's resolver otherwise.
            timeout_s: for one question as a whole.
        """
        self._url = url
        self._token = token
        self._lookup = lookup
        self._timeout_s = timeout_s

    async def look_up(self, question: Question) -> Finding:
        """See `VerificationService`."""
        loopback = is_loopback(urlsplit(self._url).hostname)
        try:
            async with asyncio.timeout(self._timeout_s), self._session(loopback) as session:
                return await self._asked(session, question)
        except (aiohttp.ClientError, OSError, TimeoutError, ValidationError, ValueError):
            raise VerificationFailed from None

    def _session(self, loopback: bool) -> aiohttp.ClientSession:  # noqa: FBT001 - as passed on
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(loopback=loopback, lookup=self._lookup),
                socket_factory=guarded_socket(loopback=loopback),
                use_dns_cache=False,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=HEADER_BYTES_MAX,
            max_field_size=HEADER_BYTES_MAX,
        )

    async def _asked(self, session: aiohttp.ClientSession, question: Question) -> Finding:
        headers = {"Authorization": f"Bearer {self._token}", **PLAIN_JSON}
        async with session.post(
            self._url, json=asdict(question), headers=headers, allow_redirects=False
        ) as answered:
            if answered.status != OK:
                raise VerificationFailed
            content = bytearray()
            async for chunk in answered.content.iter_any():
                content += chunk
                if len(content) > ANSWER_BYTES_MAX:
                    raise VerificationFailed
        said = _Answer.model_validate_json(bytes(content))
        return Finding(Outcome(said.outcome), said.source, said.valid_until)


def service_of(settings: Settings) -> HttpVerification | None:
    """Return the service that the operator set, if there is one."""
    if settings.verification_url is None or settings.verification_token is None:
        return None
    token = settings.verification_token.get_secret_value()
    return HttpVerification(settings.verification_url, token)

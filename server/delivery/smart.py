"""SMART Backend Services, the client's side: a token for a FHIR server, without a person.

    base URL --.well-known/smart-configuration--> token endpoint, algorithms   kept for an hour
    a JWT signed by our key, aud = the token endpoint ------> access token     kept to its end

The JWT lives `ASSERTION_S` and has an identifier of its own, so it serves once. What the server
answers is bounded and judged; nothing of it is kept or logged but the token itself.

Sources: SMART App Launch, backend-services and client-confidential-asymmetric; RFC 7523.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import aiohttp

from server.delivery import client_keys
from server.delivery.client_keys import Algorithm, PrivateKey
from server.delivery.outcomes import Word
from server.delivery.public_addresses import checked_endpoint

DISCOVERY: Final = "/.well-known/smart-configuration"
GRANT: Final = "client_credentials"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_S: Final = 240  # at most 300
EARLY_S: Final = 30  # a token is not used in the last moments of its life
DISCOVERED_S: Final = 3_600
ANSWER_BYTES_MAX: Final = 256 * 1_024
TOKEN_CHARS_MAX: Final = 16_384
# No compression: a small answer could become a large one.
PLAIN_JSON: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}
TOKEN_S_MAX: Final = 86_400
OK: Final = 200
PREFERRED: Final[tuple[Algorithm, ...]] = ("ES384", "RS384")
Json: TypeAlias = dict[str, object]


class SmartFailed(Exception):  # it is about the other server
    """No token: `reason` is a word of ours, never what the other server wrote."""

    def __init__(
        self, reason: Word, status: int | None = None, retry_after: str | None = None
    ) -> None:
        """Say why, with the status of HTTP and what the server said of coming back."""
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Registration:
    """As what this server is registered at a FHIR server.

    Attributes:
        base_url: of FHIR, without a slash at its end.
        client_id: that the other server gave us.
        scopes: asked for, with spaces between them.
        keys: PKCS #8, the newest first.
    """

    base_url: str
    client_id: str
    scopes: str
    keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a FHIR server says of its authorization; `until` in seconds since 1970."""

    token_endpoint: str
    algorithms: tuple[str, ...]
    until: int


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `until` in seconds since 1970."""

    value: str
    until: int


class SmartClient:
    """Gets tokens, and keeps them while they are good."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        now: Callable[[], int],
        new_id: Callable[[], str],
        loopback: bool = False,
    ) -> None:
        """Prepare.

        Args:
            session: connects, within bounds of time and address.
            now: seconds since 1970.
            new_id: gives an identifier that was never given before.
            loopback: this machine may be asked (tests, the demo).
        """
        self._session = session
        self._now = now
        self._new_id = new_id
        self._loopback = loopback
        self._known: dict[str, Discovered] = {}
        self._tokens: dict[tuple[str, str, str], Token] = {}

    async def token(self, one: Registration) -> str:
        """Return a token that works now.

        Raises:
            SmartFailed: the server gives none.
            aiohttp.ClientError, OSError, TimeoutError: it cannot be reached.
        """
        key = (one.base_url, one.client_id, one.scopes)
        kept = self._tokens.get(key)
        if kept is not None and kept.until > self._now():
            return kept.value
        found = await self._asked(one)
        self._tokens[key] = found
        return found.value

    def forget(self, one: Registration) -> None:
        """Drop the token, and what was discovered: the server refused the one that it gave."""
        self._tokens.pop((one.base_url, one.client_id, one.scopes), None)
        self._known.pop(one.base_url, None)

    async def discovered(self, base_url: str) -> Discovered:
        """Return what a FHIR server says of its authorization.

        Raises:
            SmartFailed: nothing that this client can use.
        """
        kept = self._known.get(base_url)
        if kept is not None and kept.until > self._now():
            return kept
        async with self._session.get(
            base_url + DISCOVERY,
            headers=PLAIN_JSON,
            allow_redirects=False,
        ) as answer:
            if answer.status != OK:
                raise _failed("discovery_failed", answer)
            told = await _object(answer, "discovery_unreadable")
        found = Discovered(
            token_endpoint=self._endpoint(told.get("token_endpoint")),
            algorithms=_words(told.get("token_endpoint_auth_signing_alg_values_supported")),
            until=self._now() + DISCOVERED_S,
        )
        self._known[base_url] = found
        return found

    def _endpoint(self, told: object) -> str:
        """Return where tokens are; it may be no worse a place than the server itself."""
        try:
            return checked_endpoint(str(told), loopback=self._loopback)
        except ValueError:
            raise SmartFailed("discovery_unreadable") from None

    async def _asked(self, one: Registration) -> Token:
        where = await self.discovered(one.base_url)
        now = self._now()
        assertion = client_keys.signed(
            fitting(one.keys, where.algorithms),
            {
                "iss": one.client_id,
                "sub": one.client_id,
                "aud": where.token_endpoint,
                "iat": now,
                "exp": now + ASSERTION_S,
                "jti": self._new_id(),
            },
        )
        form = {
            "grant_type": GRANT,
            "scope": one.scopes,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        async with self._session.post(
            where.token_endpoint,
            data=form,
            headers=PLAIN_JSON,
            allow_redirects=False,
        ) as answer:
            if answer.status != OK:
                self._known.pop(one.base_url, None)
                raise _failed("token_refused", answer)
            return _token(await _object(answer, "token_unreadable"), now)


def preferred(algorithms: Sequence[str]) -> Algorithm:
    """Return the algorithm to sign with: ES384, unless only RS384 is taken.

    A server that says nothing takes both, as SMART has it.
    """
    if not algorithms:
        return PREFERRED[0]
    for one in PREFERRED:
        if one in algorithms:
            return one
    raise SmartFailed("algorithm_unknown")


def fitting(keys: Sequence[bytes], algorithms: Sequence[str]) -> PrivateKey:
    """Return the newest key that the server takes.

    Raises:
        SmartFailed: it takes none of them.
    """
    taken = algorithms or PREFERRED
    for one in map(client_keys.opened, keys):
        if client_keys.algorithm_of(one) in taken:
            return one
    raise SmartFailed("no_key")


def _token(told: Json, now: int) -> Token:
    value, kind = told.get("access_token"), told.get("token_type")
    lives = told.get("expires_in", 0)
    if not isinstance(value, str) or not 0 < len(value) <= TOKEN_CHARS_MAX:
        raise SmartFailed("token_unreadable")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SmartFailed("token_unreadable")
    if not isinstance(kind, str) or kind.casefold() != "bearer":
        raise SmartFailed("token_unreadable")
    if isinstance(lives, bool) or not isinstance(lives, int) or lives < 0:
        lives = 0
    return Token(value, now + max(min(lives, TOKEN_S_MAX) - EARLY_S, 0))


def _words(told: object) -> tuple[str, ...]:
    return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list) else ()


def _failed(reason: Word, answer: aiohttp.ClientResponse) -> SmartFailed:
    return SmartFailed(reason, answer.status, answer.headers.get("Retry-After"))


async def _object(answer: aiohttp.ClientResponse, reason: Word) -> Json:
    """Return the JSON object of an answer, reading no more than it may be long.

    Raises:
        SmartFailed: it is none.
    """
    raw = await bounded(answer, ANSWER_BYTES_MAX)
    try:
        found = json.loads(raw) if raw is not None else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SmartFailed(reason, answer.status)
    return found


async def bounded(answer: aiohttp.ClientResponse, bytes_max: int) -> bytes | None:
    """Return the body of an answer; None: it is longer than that."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(16_384):
        body += chunk
        if len(body) > bytes_max:
            answer.close()
            return None
    return bytes(body)

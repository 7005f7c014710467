"""A provider of identities, played: it answers as it should, or as rudely as a test wants.

It speaks HTTP on this machine; the people at it are moved by hand (`signs_on`). What it signs
is made by `cryptography` alone, so that what verifies it is not tested by itself.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.software_keys import Json, PrivateKey, jwt, new_ec, new_rsa, public_jwk, text

CLIENT_ID = "goodfaith"
SECRET = "a secret: of some+length"
NAMES_ITSELF = "authorization_response_iss_parameter_supported"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHM = {True: "RS256", False: "ES256"}

Manner = Callable[[Json, Json], "str | None"]
"""Changes header and claims before they are signed; a text is what is given instead."""


def rightly(_header: Json, _claims: Json) -> str | None:
    """Change nothing."""
    return None


@dataclass
class Given:
    """A code that somebody was given, and what it was asked with."""

    subject: str
    asked: Mapping[str, str]
    auth_time: int
    sid: str
    used: bool = False


@dataclass
class Provider:
    """One provider; `now` gives seconds since 1970.

    Attributes:
        key: what it signs by, and publishes.
        manner: what it does wrong to ID tokens.
        down: it answers nothing but 503.
        next: who signs on at its page next, in a browser that is sent there.
        forgetful: it takes a code as often as it comes: what it must not.
    """

    now: Callable[[], int]
    key: PrivateKey = field(default_factory=lambda: new_ec("P-256"))
    kid: str = "first"
    secret: str | None = SECRET
    manner: Manner = rightly
    down: bool = False
    next: str = "person-1"
    forgetful: bool = False
    documents: Json = field(default_factory=dict)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def issuer(self) -> str:
        return self.url

    # -------------------------------------------------------------- people at it

    def signs_on(
        self, address: str, subject: str, *, auth_time: int | None = None, sid: str = "s-1"
    ) -> Json:
        """Let somebody sign on at an address; return what their browser comes back with."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?"), address
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{next(self.numbers)}"
        at = self.now() if auth_time is None else auth_time
        self.given[code] = Given(subject, asked, at, sid)
        brought = {"code": code, "state": asked["state"]}
        if self.documents.get(NAMES_ITSELF, True):
            brought["iss"] = self.issuer
        for mark in parse_qs(urlsplit(asked["redirect_uri"]).query).get("provider", []):
            brought["provider"] = mark
        return brought

    def logout_token(
        self,
        *,
        key: PrivateKey | None = None,
        typ: str | None = "logout+jwt",
        **changed: object,
    ) -> str:
        """Return what it says when somebody signed out; None as a claim leaves it out."""
        told = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": self.now(),
            "exp": self.now() + 120,
            "jti": f"out-{next(self.numbers)}",
            "events": {LOGOUT_EVENT: {}},
            **changed,
        }
        claims = {name: one for name, one in told.items() if one is not None}
        return jwt(self._header(typ=typ), claims, key or self.key)

    # -------------------------------------------------------------- what it answers

    async def document(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.down:
            return web.Response(status=503)
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "response_modes_supported": ["query", "fragment"],
                NAMES_ITSELF: True,
                **self.documents,
            }
        )

    async def authorize(self, request: web.Request) -> web.Response:
        """Let whoever comes be `next`, and send them back at once."""
        brought = self.signs_on(f"{self.url}{request.path_qs}", self.next)
        home = request.query["redirect_uri"]
        raise web.HTTPFound(f"{home}#{urlencode(brought)}")

    async def jwks(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.json_response({"keys": [public_jwk(self.key, kid=self.kid, use="sig")]})

    async def token(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.down:
            return web.Response(status=503)
        form = await request.post()
        if not self._is_client(request):
            return web.json_response({"error": "invalid_client"}, status=401)
        one = self.given.get(str(form["code"]))
        if one is None or not self._is_right(one, str(form["code_verifier"])):
            return web.json_response({"error": "invalid_grant"}, status=400)
        if one.asked["redirect_uri"] != form["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        one.used = True
        token = self.id_token(one)
        return web.json_response(
            {"id_token": token, "access_token": "x", "token_type": "Bearer"}
        )

    def id_token(self, one: Given) -> str:
        """Return what it says of who signed on, in its manner."""
        header, claims = self._header(typ="JWT"), self._claims(one)
        instead = self.manner(header, claims)
        return jwt(header, claims, self.key) if instead is None else instead

    def _claims(self, one: Given) -> Json:
        return {
            "iss": self.issuer,
            "sub": one.subject,
            "aud": CLIENT_ID,
            "iat": self.now(),
            "exp": self.now() + 300,
            "nonce": one.asked["nonce"],
            "auth_time": one.auth_time,
            "sid": one.sid,
            "email": "avery@example.com",  # of no account: it says nothing here
        }

    def _header(self, **more: object) -> Json:
        kind = ALGORITHM[public_jwk(self.key)["kty"] == "RSA"]
        told = {"alg": kind, "kid": self.kid, **more}
        return {name: one for name, one in told.items() if one is not None}

    def _is_client(self, request: web.Request) -> bool:
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return self.secret is None
        name, _, secret = base64.b64decode(shown).decode().partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT_ID, self.secret)

    def _is_right(self, one: Given, verifier: str) -> bool:
        digest = hashlib.sha256(verifier.encode()).digest()
        fits = text(digest) == one.asked["code_challenge"]
        return fits and (self.forgetful or not one.used)


@asynccontextmanager
async def provider(now: Callable[[], int], *, rsa: bool = False) -> AsyncIterator[Provider]:
    """Run a provider on this machine until the block ends."""
    one = Provider(now, key=new_rsa() if rsa else new_ec("P-256"))
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", one.document)
    app.router.add_get("/authorize", one.authorize)
    app.router.add_get("/jwks", one.jwks)
    app.router.add_post("/token", one.token)
    server = TestServer(app)
    await server.start_server()
    one.url = str(server.make_url("")).rstrip("/")
    try:
        yield one
    finally:
        await server.close()

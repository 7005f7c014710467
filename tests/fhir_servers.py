"""A record system as a third party would build it: SMART Backend Services and transactions.

Knows nothing of this product: it checks assertions with Node's own crypto, and takes a
transaction as R4 has it (3.1.0.11): all or nothing, conditional by identifier or tag.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.node_peers import NODE, ROOT

Json = dict[str, Any]
SCRIPT: Final = ROOT / "tests" / "node" / "verify.js"
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def verified_by_node(token: str, keys: list[Json]) -> Json | None:
    """Return the claims as Node's crypto verifies them with published keys, or None."""
    done = subprocess.run(
        [os.environ.get("NODE", str(NODE) if Path(NODE).exists() else "node"), str(SCRIPT)],
        input=json.dumps({"token": token, "keys": keys}),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    found: Json | None = json.loads(done.stdout)
    return found


@dataclass
class RecordSystem:
    """What a record system has, and what it saw.

    Attributes:
        keys: the client's JWKS, as it was registered.
        answers: what is answered to the next transactions instead, in order.
        token_status: what is answered to those who ask for a token.
        lives_s: for how long a token is good.
    """

    client_id: str = "goodfaith-client"
    scopes: str = "system/*.cud"
    keys: list[Json] = field(default_factory=list)
    algorithms: list[str] | None = None
    token_status: int = 200
    lives_s: int = 300
    answers: deque[Callable[[], web.StreamResponse]] = field(default_factory=deque)
    configuration: Callable[[], web.StreamResponse] | None = None
    resources: dict[str, Json] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    jtis: list[str] = field(default_factory=list)
    posts: int = 0
    now: Callable[[], float] = time.time
    server: TestServer | None = None

    @property
    def origin(self) -> str:
        assert self.server is not None
        return str(self.server.make_url("/")).rstrip("/")

    @property
    def base_url(self) -> str:
        return f"{self.origin}/fhir"

    async def configured(self, _request: web.Request) -> web.StreamResponse:
        if self.configuration is not None:
            return self.configuration()
        told: Json = {
            "token_endpoint": f"{self.origin}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }
        if self.algorithms is not None:
            told["token_endpoint_auth_signing_alg_values_supported"] = self.algorithms
        return web.json_response(told)

    async def token(self, request: web.Request) -> web.StreamResponse:
        form = dict(await request.post())
        claims = await asyncio.to_thread(
            verified_by_node, str(form["client_assertion"]), self.keys
        )
        if claims is None or not self._trusted(form, claims):
            return web.json_response({"error": "invalid_client"}, status=401)
        if self.token_status != 200:
            return web.json_response({"error": "invalid_scope"}, status=self.token_status)
        self.jtis.append(claims["jti"])
        given = f"token-{len(self.jtis)}"
        self.tokens.add(given)
        return web.json_response(
            {
                "access_token": given,
                "token_type": "bearer",
                "expires_in": self.lives_s,
                "scope": self.scopes,
            }
        )

    def _trusted(self, form: Mapping[str, object], claims: Json) -> bool:
        now = self.now()
        return (
            form["grant_type"] == "client_credentials"
            and form["client_assertion_type"] == ASSERTION
            and form["scope"] == self.scopes
            and claims["iss"] == claims["sub"] == self.client_id
            and claims["aud"] == f"{self.origin}/token"
            and now < claims["exp"] <= now + 300
            and claims["jti"] not in self.jtis
        )

    async def transaction(self, request: web.Request) -> web.StreamResponse:
        self.posts += 1
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or given not in self.tokens:
            return self.outcome(401, "login")
        if self.answers:
            return self.answers.popleft()()
        bundle = await request.json()
        assert request.content_type == "application/fhir+json"
        assert bundle["type"] == "transaction"
        done = [self._take(one) for one in bundle["entry"]]
        return web.json_response(
            {
                "resourceType": "Bundle",
                "type": "transaction-response",
                "entry": [{"response": {"status": status}} for status in done],
            },
            content_type="application/fhir+json",
        )

    def _take(self, entry: Json) -> str:
        request = entry["request"]
        condition = request.get("ifNoneExist") or request["url"].partition("?")[2]
        found = [
            name
            for name, known in self.resources.items()
            if known["resourceType"] == entry["resource"]["resourceType"]
            and all(_matches(known, *term) for term in parse_qsl(condition))
        ]
        assert len(found) <= 1
        if not found:
            self.resources[f"resource-{len(self.resources)}"] = entry["resource"]
            return "201 Created"
        if request["method"] == "PUT":
            self.resources[found[0]] = entry["resource"]
        return "200 OK"

    @staticmethod
    def outcome(
        status: int, code: str, headers: Mapping[str, str] | None = None
    ) -> web.Response:
        """Return an OperationOutcome."""
        issue = {"severity": "error", "code": code, "diagnostics": "Ana Núñez, 1990-02-03"}
        return web.json_response(
            {"resourceType": "OperationOutcome", "issue": [issue]},
            status=status,
            headers=headers,
            content_type="application/fhir+json",
        )


def _matches(resource: Json, parameter: str, token: str) -> bool:
    system, _, value = token.partition("|")
    if parameter == "_tag":
        tags = resource.get("meta", {}).get("tag", [])
        return (system, value) in [(one["system"], one["code"]) for one in tags]
    assert parameter == "identifier"
    known = resource.get("identifier", [])
    known = known if isinstance(known, list) else [known]
    return (system, value) in [(one["system"], one["value"]) for one in known]


@asynccontextmanager
async def record_system() -> AsyncIterator[RecordSystem]:
    """Run a record system on this machine."""
    system = RecordSystem()
    app = web.Application()
    app.router.add_get("/fhir/.well-known/smart-configuration", system.configured)
    app.router.add_post("/token", system.token)
    app.router.add_post("/fhir", system.transaction)
    system.server = TestServer(app)
    await system.server.start_server()
    try:
        yield system
    finally:
        await system.server.close()

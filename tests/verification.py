"""A fake verification service, and a program that serves one over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from server.practitioner_files.verification import (
    Finding,
    Outcome,
    Question,
    VerificationFailed,
)

TOKEN = "a token of twenty chars"


@dataclass
class FakeVerification:
    """Implements `VerificationService` with licences that a test wrote down.

    Attributes:
        known: what is found, by jurisdiction and number.
        asked: what was asked.
        broken: it gives no answer.
    """

    known: dict[tuple[str, str], Finding] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)
    broken: bool = False

    async def look_up(self, question: Question) -> Finding:
        """See `VerificationService`."""
        self.asked.append(question)
        if self.broken:
            raise VerificationFailed
        nothing = Finding(Outcome.NOT_FOUND, "nobody.example")
        return self.known.get((question.jurisdiction, question.number), nothing)


@asynccontextmanager
async def served(service: FakeVerification) -> AsyncIterator[str]:
    """Serve a fake over HTTP, for the adapter; give its address."""

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        try:
            finding = await service.look_up(Question(**await request.json()))
        except VerificationFailed:
            return web.Response(status=503)
        until = finding.valid_until
        return web.json_response(
            {
                "outcome": finding.outcome.value,
                "source": finding.source,
                "valid_until": until.isoformat() if until else None,
                "more": "that nobody asked for",
            }
        )

    app = web.Application()
    app.router.add_post("/look-up", answer)
    server = TestServer(app)
    await server.start_server()
    try:
        yield str(server.make_url("/look-up"))
    finally:
        await server.close()

"""Witnesses that answer as a test wants, on a port of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.log_settings import Witness
from server.tlog.signed_notes import COSIGNATURE, Signer

WITNESS: Final = Signer(
    "witness.test/w", Ed25519PrivateKey.from_private_bytes(b"\x09" * 32), COSIGNATURE
)
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(answer: Answering) -> AsyncIterator[Witness]:
    """Run a witness that answers `add-checkpoint` like this."""
    app = web.Application()
    app.router.add_post("/add-checkpoint", answer)
    async with TestServer(app) as server:
        yield Witness(str(server.make_url("")).rstrip("/"), WITNESS.verifier_key)

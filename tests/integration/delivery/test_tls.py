"""Over TLS: the name that was typed is the name that the certificate must have."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.certificates import write_certificate
from tests.integration.delivery.conftest import Outbox
from tests.integration.delivery.receivers import Receiver, receiving
from tests.integration.delivery.test_worker import settled


@asynccontextmanager
async def secured(folder: Path) -> AsyncIterator[tuple[Receiver, ssl.SSLContext, list[str]]]:
    """A receiver called localhost, who trusts it, and the names that it was asked for by."""
    chain, key = write_certificate(folder)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(chain, key)
    asked: list[str] = []
    served.sni_callback = lambda _socket, name, _context: asked.append(name or "")
    async with receiving(tls=served) as receiver:
        yield receiver, ssl.create_default_context(cafile=chain), asked


async def test_the_typed_name_is_in_sni_in_host_and_in_the_certificate(
    box: Outbox, tmp_path: Path
) -> None:
    async with (
        secured(tmp_path) as (receiver, trusted, asked),
        box.worker(tls=trusted, lookup=lambda _host, _port: ["127.0.0.1"]) as worker,
    ):
        await box.endpoint(f"https://localhost:{receiver.port}/hooks")
        await box.tell("one")
        await settled(worker)
        (got,) = receiver.got
        assert got.headers["host"] == f"localhost:{receiver.port}"
        assert asked == ["localhost"]


async def test_another_name_than_the_certificates_is_refused_and_so_is_a_stranger(
    box: Outbox, tmp_path: Path
) -> None:
    async with secured(tmp_path) as (receiver, trusted, _):
        port = receiver.port
        await box.endpoint(f"https://hooks.glow.test:{port}/hooks", "misnamed")
        await box.endpoint(f"https://localhost:{port}/hooks", "unknown")
        await box.tell("one")
        here = ["127.0.0.1"]
        async with box.worker(tls=trusted, lookup=lambda _host, _port: here) as worker:
            await settled(worker)
        (row,) = await box.rows("misnamed")
        assert (row.state, row.outcome) == ("waiting", "tls_failed")
        assert len(receiver.got) == 1
        box.clock.advance(1)
        await box.tell("two")
        async with box.worker(lookup=lambda _host, _port: here) as worker:
            await settled(worker)
        (last,) = [one for one in await box.rows("unknown") if one.state == "waiting"]
        assert last.outcome == "tls_failed"
        assert len(receiver.got) == 1

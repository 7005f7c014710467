"""A mail server and a gateway of text messages that do as they are told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """Takes mail; says `refusal` to a recipient instead, where there is one."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusal: str | None = None
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)

    # The names are those that aiosmtpd calls.
    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.refusal is not None:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.taken.set()
        self.recipients += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        return "250 taken"


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    """Serve mail on this machine until the block ends; with `tls`, in no other way."""
    handler = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, tls_context=tls, require_starttls=tls is not None),
        "127.0.0.1",
        0,
    )
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()


@dataclass
class SmsGateway:
    """Takes text messages and answers with `status`."""

    taken: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    status: int = 202
    url: str = ""
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append(await request.json())
        self.tokens.append(request.headers.get("Authorization"))
        self.asked.set()
        return web.Response(status=self.status)


@asynccontextmanager
async def sms_gateway(tls: ssl.SSLContext | None = None) -> AsyncIterator[SmsGateway]:
    """Serve a gateway on this machine until the block ends; with `tls`, in no other way."""
    gateway = SmsGateway()
    app = web.Application()
    app.router.add_post("/send", gateway.take)
    server = TestServer(app, scheme="https" if tls else "http")
    await server.start_server(ssl=tls)
    gateway.url = str(server.make_url("/send"))
    try:
        yield gateway
    finally:
        await server.close()

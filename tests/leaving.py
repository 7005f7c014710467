"""What leaves a server on its way to patients and spas, held up so that it stays in its outbox.

async with held_up() as ways:               `held_up(tls)`: each of the three by TLS only
    running_server(folder, **ways.settings)
    ...                     messages are written, webhooks told
    await ways.tried()      text message and webhook wait to be tried again; mail is gone
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from tests.integration.delivery.receivers import Receiver, receiving, status
from tests.integration.http.carriers import MailServer, SmsGateway, mail_server, sms_gateway

SOON_S: Final = 30.0
UNWELL: Final = 503
TIMES: Final = 50  # more often than anybody tries


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A mail server that takes mail, a gateway and a receiver that take nothing yet."""

    mail: MailServer
    sms: SmsGateway
    receiver: Receiver
    secured: bool = False

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.mail.port),
            "smtp_tls": "starttls" if self.secured else "none",
            "mail_from": "care@glow.test",
            "sms_url": self.sms.url,
            "sms_token": "a-token-of-the-gateway",
        }

    async def mailed(self) -> None:
        """Wait until mail was taken."""
        async with asyncio.timeout(SOON_S):
            await self.mail.taken.wait()

    async def tried(self) -> None:
        """Wait until gateway and receiver were asked."""
        async with asyncio.timeout(SOON_S):
            await self.receiver.wait_for(1)
            await self.sms.asked.wait()


@asynccontextmanager
async def held_up(tls: ssl.SSLContext | None = None) -> AsyncIterator[HeldUp]:
    async with (
        mail_server(tls) as mail,
        sms_gateway(tls) as sms,
        receiving(*[status(UNWELL)] * TIMES, tls=tls) as receiver,
    ):
        sms.status = UNWELL
        yield HeldUp(mail, sms, receiver, tls is not None)

"""The means that an operator has set up, as the outbox's channels, while a server runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from server.delivery.channels import Channel
from server.patient_messages.channel import PatientChannel
from server.patient_messages.email import MailCarrier
from server.patient_messages.sms import SmsCarrier
from server.services import Core


@asynccontextmanager
async def patient_channels(core: Core) -> AsyncIterator[list[Channel]]:
    """Give the channels to patients; none where nothing is set up."""
    settings, found = core.settings, list[Channel]()
    async with AsyncExitStack() as stack:
        if settings.smtp_host is not None:
            found.append(PatientChannel(core, "email", MailCarrier(settings)))
        if settings.sms_url is not None and settings.sms_token is not None:
            carrier = SmsCarrier(settings.sms_url, settings.sms_token.get_secret_value())
            stack.push_async_callback(carrier.close)
            found.append(PatientChannel(core, "sms", carrier))
        yield found

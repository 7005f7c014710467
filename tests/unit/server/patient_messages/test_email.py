"""What is no address of mail is refused, whatever way the library has of saying so."""

from __future__ import annotations

import pytest

from server.delivery.channels import Refused
from server.messaging_settings import MessagingSettings
from server.patient_messages.email import MailCarrier
from server.patient_messages.wording import Words

WORDS = Words(subject="A link", text="https://goodfaith.test", short="A link")


@pytest.mark.parametrize("to", ["maria@mail.test.", "maria@[1.2", "maria", "", "maria@é\ud800"])
async def test_what_cannot_be_an_address_is_refused(to: str) -> None:
    carrier = MailCarrier(MessagingSettings(smtp_host="127.0.0.1", mail_from="care@glow.test"))
    assert await carrier.carry("msg_1", to, WORDS) == Refused("address_refused")

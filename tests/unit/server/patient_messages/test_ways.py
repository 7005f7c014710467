from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from server.messaging_settings import MessagingSettings
from server.patient_messages.numbers import e164
from server.patient_messages.ways import address_of, channels_of, masked
from server.views import NewPatientForm

MAIL: Mapping[str, Any] = {"smtp_host": "mail.test", "mail_from": "care@glow.test"}
SMS: Mapping[str, Any] = {"sms_url": "https://sms.test/send", "sms_token": "token"}
MARIA = NewPatientForm(
    legal_name="Maria Vega",
    birth_date="1990-05-02",
    phone="(512) 555-0188",
    email="maria@mail.test",
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("512 555 0188", "+15125550188"),
        ("(512) 555-0188", "+15125550188"),
        ("1-512-555-0188", "+15125550188"),
        ("+1 512 555 0188", "+15125550188"),
        ("+52 55 1234 5678", "+525512345678"),
        ("555 0188", None),
        ("112 555 0188", None),
        ("512 155 0188", None),
        ("2 512 555 0188", None),
        ("+0 512 555 0188", None),
        ("+1234567890123456", None),
        ("", None),
    ],
)
def test_a_number_is_written_as_carriers_need_it(typed: str, number: str | None) -> None:
    assert e164(typed) == number


def test_a_patient_is_written_to_by_what_is_set_up_and_typed() -> None:
    assert channels_of(MessagingSettings()) == ()
    assert channels_of(MessagingSettings(**MAIL)) == ("email",)
    assert channels_of(MessagingSettings(**SMS)) == ("sms",)
    assert channels_of(MessagingSettings(**MAIL, **SMS)) == ("email", "sms")
    assert address_of(MARIA, "email") == "maria@mail.test"
    assert address_of(MARIA, "sms") == "+15125550188"
    nobody = MARIA.model_copy(update={"email": "", "phone": ""})
    assert address_of(nobody, "email") is None
    assert address_of(nobody, "sms") is None


def test_an_address_is_shown_to_who_knows_it_already() -> None:
    assert masked("maria@mail.test", "email") == "ma…@mail.test"
    assert masked("+15125550188", "sms") == "…0188"


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_host": "mail.test"},
        {"mail_from": "care@glow.test"},
        {**MAIL, "smtp_user": "care"},
        {**MAIL, "smtp_tls": "none"},
        {**MAIL, "mail_from": "care@glow.test\r\nBcc: x@y.test"},
        {"sms_url": "https://sms.test/send"},
        {**SMS, "sms_url": "http://sms.test/send"},
    ],
)
def test_settings_that_are_half_or_unsafe_are_refused(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MessagingSettings(**wrong)

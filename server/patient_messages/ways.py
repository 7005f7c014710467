"""By which means a patient can be written to: what is set up, and what the spa typed. Pure."""

from __future__ import annotations

from server.messaging_settings import MessagingSettings
from server.patient_messages.numbers import e164
from server.storage.patient_messages import MessageChannel
from server.views import NewPatientForm

SHOWN_CHARS = 2


def channels_of(settings: MessagingSettings) -> tuple[MessageChannel, ...]:
    """Return the means that the operator has set up."""
    mail: tuple[MessageChannel, ...] = ("email",) if settings.smtp_host else ()
    return (*mail, "sms") if settings.sms_url else mail


def address_of(patient: NewPatientForm, channel: MessageChannel) -> str | None:
    """Return where a patient is written to; None where nothing usable was typed."""
    if channel == "email":
        return patient.email or None
    return e164(patient.phone)


def masked(address: str, channel: MessageChannel) -> str:
    """Return an address so that who typed it knows it again, and nobody else learns it."""
    if channel == "sms":
        return f"…{address[-SHOWN_CHARS * 2 :]}"
    name, _, host = address.rpartition("@")
    return f"{name[:SHOWN_CHARS]}…@{host}"

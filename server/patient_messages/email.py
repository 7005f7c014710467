"""Mail by SMTP (RFC 5321), over TLS that is verified, one connection a message.

    taken                  Delivered
    5xx to the recipient   Refused: the address is wrong, and asking again is no use
    anything else          Later: 4xx, no answer, no TLS, a wrong password

What a mail server says is neither logged nor kept: it may repeat the address.
"""

from __future__ import annotations

import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

import aiosmtplib

from server.delivery.channels import Delivered, Later, Outcome, Refused
from server.delivery.outcomes import Word
from server.messaging_settings import MessagingSettings
from server.patient_messages.wording import Words

TIMEOUT_S: Final = 20.0
PERMANENT: Final = 500
REASONS: Final[tuple[tuple[type[Exception], Word], ...]] = (  # the first that fits
    (aiosmtplib.SMTPResponseException, "answered"),
    (aiosmtplib.SMTPTimeoutError, "timed_out"),
    (TimeoutError, "timed_out"),
    (ssl.SSLError, "tls_failed"),
    (Exception, "not_connected"),
)


class MailCarrier:
    """Hands mail to one server.

    Args:
        settings: which server, and what mail comes from.
        tls: whom to trust; the system's authorities otherwise.
        timeout_s: for each step of a conversation.
    """

    def __init__(
        self,
        settings: MessagingSettings,
        *,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._settings = settings
        self._tls = tls
        self._timeout_s = timeout_s

    async def carry(self, message_id: str, to: str, words: Words) -> Outcome:
        """Send one mail."""
        try:
            mail = composed(self._settings.mail_from or "", message_id, to, words)
        except ValueError:  # no address that mail can go to
            return Refused("address_refused")
        try:
            await self._send(mail)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            return _judged(error)
        return Delivered()

    async def _send(self, mail: EmailMessage) -> None:
        one, password = self._settings, self._settings.smtp_password
        await aiosmtplib.send(
            mail,
            hostname=one.smtp_host,
            port=one.smtp_port,
            username=one.smtp_user,
            password=None if password is None else password.get_secret_value(),
            use_tls=one.smtp_tls == "implicit",
            start_tls=one.smtp_tls == "starttls",
            tls_context=None if one.smtp_tls == "none" else self._tls,
            timeout=self._timeout_s,
        )


def _judged(error: Exception) -> Outcome:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        code = max(one.code for one in error.recipients)
        return Refused("answered") if code >= PERMANENT else Later("answered")
    return Later(next(word for kind, word in REASONS if isinstance(error, kind)))


def composed(sender: str, message_id: str, to: str, words: Words) -> EmailMessage:
    """Return a mail.

    Raises:
        ValueError: one of the addresses is none, or would break a header.
    """
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"], mail["To"] = Address(addr_spec=sender), Address(addr_spec=to)
    except (
        AttributeError,
        IndexError,
        MessageError,
        UnicodeError,
    ) as error:  # how the library says that it is no address
        raise ValueError("no address") from error
    mail["Subject"] = words.subject
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
    mail.set_content(words.text)
    return mail

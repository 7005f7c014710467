"""The part of the settings that writing to patients is about: mail and text messages.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.origins import checked_target, is_loopback

MailTls = Literal["starttls", "implicit", "none"]
ADDRESS = r"^[^@\s<>]{1,64}@[^@\s<>]{1,190}$"


class MessagingSettings(BaseSettings):
    """What an operator may set about messages to patients."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- writing to patients ---

    smtp_host: str | None = None
    """Mail server that takes messages to patients; needs `mail_from`. Unset: no mail."""

    smtp_port: int = Field(587, ge=1, le=65_535)
    """TCP port of `smtp_host`."""

    smtp_tls: MailTls = "starttls"
    """`starttls` (RFC 3207), `implicit` (RFC 8314), or `none`: to this machine only."""

    smtp_user: str | None = None
    """Name to sign in to `smtp_host` with; needs `smtp_password`."""

    smtp_password: SecretStr | None = None
    """Password of `smtp_user`."""

    smtp_password_file: Path | None = None
    """File with `smtp_password`."""

    mail_from: str | None = Field(None, pattern=ADDRESS)
    """Address that mail to patients comes from."""

    sms_url: str | None = None
    """Where text messages are posted (docs/delivery.md): https, or http on this machine."""

    sms_token: SecretStr | None = None
    """Bearer token for `sms_url`."""

    sms_token_file: Path | None = None
    """File with `sms_token`."""

    @field_validator("sms_url")
    @classmethod
    def _sms_is_safe(cls, value: str | None) -> str | None:
        return None if value is None else checked_target(value)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.smtp_host is None) != (self.mail_from is None):
            raise ValueError("smtp_host and mail_from are set both or neither")
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("smtp_user and smtp_password are set both or neither")
        if (self.sms_url is None) != (self.sms_token is None):
            raise ValueError("sms_url and sms_token are set both or neither")
        if self.smtp_host and self.smtp_tls == "none" and not is_loopback(self.smtp_host):
            raise ValueError("smtp_tls = none is for a mail server on this machine only")
        return self

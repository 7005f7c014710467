"""The part of the settings that practitioners' files are about.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.origins import checked_target

TOKEN_CHARS_MIN: Final = 16


class PractitionerSettings(BaseSettings):
    """What an operator may set about practitioners' files."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- practitioners' files ---

    verification_url: str | None = None
    """Service that looks licences up: https, or http on this machine; needs a token."""

    verification_token: SecretStr | None = None
    """Bearer token for that service, 16 characters or more."""

    verification_token_file: Path | None = None
    """File with `verification_token`."""

    @field_validator("verification_token")
    @classmethod
    def _token_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < TOKEN_CHARS_MIN:
            raise ValueError(f"must have {TOKEN_CHARS_MIN} characters or more")
        return value

    @field_validator("verification_url")
    @classmethod
    def _service_is_safe(cls, value: str | None) -> str | None:
        return None if value is None else checked_target(value)

    @model_validator(mode="after")
    def _service_knows_us(self) -> Self:
        if (self.verification_url is None) != (self.verification_token is None):
            raise ValueError("verification_url and verification_token are set both or neither")
        return self

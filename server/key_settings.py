"""The part of the settings that keys are about: where they are, and what wraps them.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT_KEY_BYTES: Final = 32


class KeySettings(BaseSettings):
    """What an operator may set about keys, beside the root key itself."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- keys ---

    keystore_url: SecretStr | None = None
    """Where wrapped keys are: sqlite:///FILE or postgresql://... Unset: `keys.db` beside the
    database, or on PostgreSQL its schema `goodfaith_keys`."""

    keystore_url_file: Path | None = None
    """File with `keystore_url`."""

    root_key_program: Path | None = None
    """Program that wraps and unwraps organizations' keys with a root key which stays in a KMS,
    instead of `root_key`: see docs/keys.md."""

    root_key_program_limit_s: float = Field(10.0, ge=0.5, le=60)
    """Seconds that the program may take for one key."""

    previous_root_key_file: Path | None = None
    """File with the root key that is being replaced, until `goodfaith keys rotate` is done."""

    previous_root_key_program: Path | None = None
    """The same of a program."""

    @field_validator("keystore_url")
    @classmethod
    def _keystore_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("postgresql", "postgresql+psycopg", "sqlite")
        if value is not None and value.get_secret_value().partition("://")[0] not in schemes:
            raise ValueError("must begin with postgresql:// or sqlite://")
        return value

    @property
    def keystore(self) -> str | None:
        """The keystore's URL, if one is set. Carries the password."""
        return None if self.keystore_url is None else self.keystore_url.get_secret_value()


def decode_root_key(text: str) -> bytes:
    """Return the 32 bytes of a root key written in base64 (either alphabet).

    Raises:
        ValueError: it is anything else.
    """
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != ROOT_KEY_BYTES:
        raise ValueError(f"must be {ROOT_KEY_BYTES} bytes in base64")
    return key

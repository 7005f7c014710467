"""The part of the settings that is about the log: its name, and who witnesses it.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.origins import checked_target
from server.tlog.signed_notes import COSIGNATURE, NoteRefused, VerifierKey, checked_name

WITNESSES_MAX: Final = 8


def split_witnesses(value: object) -> object:
    """Read `URL VKEY, URL VKEY` of an environment variable as a list."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


@dataclass(frozen=True, slots=True)
class Witness:
    """Who is asked to cosign.

    Attributes:
        url: its submission prefix, without a slash at the end.
        key: verifies its cosignatures.
    """

    url: str
    key: VerifierKey


class LogSettings(BaseSettings):
    """What an operator may set about the log."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- the log over all charts: docs/record-format.md ---

    log_origin: str | None = None
    """Name of the log in its checkpoints. Unset: what it was first called, which is the host
    of `public_url` and `/log`."""

    log_every_s: float = Field(1.0, ge=0.05, le=1.0)
    """Seconds within which what is committed is taken into the tree."""

    log_batch_max: int = Field(500, ge=1, le=5_000)
    """Entries that are taken into the tree at once; others may commit between two batches."""

    witnesses: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_witnesses)] = ()
    """Who cosigns checkpoints, each as `URL VERIFIERKEY` (goodfaith witness prints its own)."""

    witness_every_s: float = Field(1.0, ge=0.05, le=3_600)
    """Seconds between two questions to one witness."""

    @field_validator("log_origin")
    @classmethod
    def _origin_is_a_name(cls, value: str | None) -> str | None:
        return None if value is None else checked_name(value)

    @field_validator("witnesses")
    @classmethod
    def _witnesses_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) > WITNESSES_MAX:
            raise ValueError(f"at most {WITNESSES_MAX} witnesses")
        keys = [str(parsed(one).key) for one in value]
        if len(set(keys)) != len(keys):
            raise ValueError("a witness is named once")
        return value

    @property
    def log_witnesses(self) -> tuple[Witness, ...]:
        """Return who is asked to cosign."""
        return tuple(map(parsed, self.witnesses))


def parsed(text: str) -> Witness:
    """Read `URL VERIFIERKEY`.

    Raises:
        ValueError: it is something else, or the key is not that of a witness.
    """
    url, _, key = text.partition(" ")
    try:
        witness = Witness(checked_target(url).rstrip("/"), VerifierKey.parse(key.strip()))
    except NoteRefused as error:
        raise ValueError(f"must be URL VERIFIERKEY: {error}") from None
    if witness.key.kind != COSIGNATURE:
        raise ValueError("the key of a witness begins with 04, in base64 with B")
    return witness

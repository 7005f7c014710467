"""A key as the keystore has it, wrapped; and what keys are for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from server.sealing import Place

Purpose: TypeAlias = Literal[
    "root", "tenant", "data", "patient", "encounter", "signing", "index"
]
ROOT: Final = "root"
LEGACY_ROOT: Final = "root"  # parent of tenants wrapped before root keys had identifiers
KEY_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """A row of `keys`; instants in microseconds UTC.

    Attributes:
        key_id: random; of a root, its fingerprint.
        purpose: what it is for.
        subject: whose it is.
        version: of roots and tenants, from 1; 1 of all others.
        tenant: the organization under whose key it hangs; its own for a tenant.
        parent: the key that wraps it.
        sealed_key: what opens with the parent; empty once destroyed.
        public_key: of a signing key.
        created_at: when it was made.
        retired_at: since when nothing is wrapped with it.
        shredded_at: when it was destroyed on purpose.
    """

    key_id: str
    purpose: Purpose
    subject: str
    tenant: str
    parent: str
    sealed_key: bytes
    version: int = 1
    public_key: bytes | None = None
    created_at: int = 0
    retired_at: int | None = None
    shredded_at: int | None = None

    @property
    def place(self) -> Place:
        """Name the one place where it opens."""
        return place_of(self.purpose, self.subject, self.tenant)


def place_of(purpose: Purpose, subject: str, tenant: str) -> Place:
    """Name the one place where a wrapped key opens.

    The words are those of the table in which older versions kept keys: what was wrapped there
    opens here unchanged.
    """
    return Place("wrapped_keys", "sealed_key", f"{purpose}:{subject}", tenant)

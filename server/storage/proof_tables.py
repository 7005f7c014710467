"""The part of the schema about what people prove themselves by besides a password."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
)

from server.storage.columns import ID, METADATA, instant, key, reference

code_generators: Final = Table(
    "code_generators",
    METADATA,
    key(),
    reference("account_id", "accounts.id"),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("label", String(80), nullable=False),
    Column("last_step", BigInteger, nullable=False),  # of the last code that counted
    instant("created_at"),
    instant("confirmed_at", nullable=True),  # before: shown, and worth nothing
    Index(None, "account_id"),
)
recovery_codes: Final = Table(
    "recovery_codes",
    METADATA,
    Column("code_hash", String(64), primary_key=True),
    reference("account_id", "accounts.id"),
    instant("made_at"),
    instant("used_at", nullable=True),
    Index(None, "account_id"),
)
passkeys: Final = Table(
    "passkeys",
    METADATA,
    key(),  # SHA-256 of the credential id, which may be as long as 1023 bytes
    reference("account_id", "accounts.id"),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # COSE_Key (RFC 9052)
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", String(80), nullable=False),  # words, with a space between
    Column("backed_up", Boolean, nullable=False),
    Column("label", String(80), nullable=False),
    instant("created_at"),
    instant("last_used_at", nullable=True),
    Index(None, "account_id"),
)
challenges: Final = Table(
    "challenges",
    METADATA,
    Column("bound_hash", String(64), primary_key=True),  # over it and whom it was made for
    instant("expires_at"),
    Index(None, "expires_at"),
)
sign_in_policies: Final = Table(
    "sign_in_policies",
    METADATA,
    Column("organization_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("second_factor", String(16), nullable=False),  # required | optional
    instant("changed_at"),
    Column("changed_by", String(80), nullable=False),
)

"""The part of the schema about a spa's own software that signs in with a key of its own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, UniqueConstraint

from server.storage.columns import ID, METADATA, instant, key, reference

service_accounts: Final = Table(
    "service_accounts",
    METADATA,
    key(),
    reference("spa_id", "organizations.id"),
    Column("label", String(120), nullable=False),
    Column("scopes", String(120), nullable=False),  # between spaces
    Column("created_by", String(80), nullable=False),
    instant("created_at"),
    instant("signed_in_at", nullable=True),
    instant("revoked_at", nullable=True),
    Index(None, "spa_id"),
)
service_keys: Final = Table(
    "service_keys",
    METADATA,
    key(),
    reference("service_account_id", "service_accounts.id"),
    Column("kid", String(120), nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # SubjectPublicKeyInfo, DER
    instant("created_at"),
    instant("removed_at", nullable=True),
    UniqueConstraint("service_account_id", "kid"),
)
service_assertions: Final = Table(
    "service_assertions",
    METADATA,
    Column("service_account_id", ID, ForeignKey("service_accounts.id"), primary_key=True),
    Column("jti_hash", String(64), primary_key=True),
    instant("expires_at"),
    Index(None, "expires_at"),
)
service_tokens: Final = Table(
    "service_tokens",
    METADATA,
    Column("secret_hash", String(64), primary_key=True),
    reference("service_key_id", "service_keys.id"),  # whose key it was got by
    Column("scopes", String(120), nullable=False),
    instant("created_at"),
    instant("expires_at"),
    Index(None, "expires_at"),
)

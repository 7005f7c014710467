"""The part of the schema about who is invited, and who asks to be let in again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, String, Table, UniqueConstraint, text

from server.storage.columns import METADATA, instant, key, reference

invitations: Final = Table(
    "invitations",
    METADATA,
    key(),
    reference("organization_id", "organizations.id"),
    Column("audience", String(16), nullable=False),  # practitioner | spa | ops
    Column("role", String(32), nullable=False),
    Column("login", String(120), nullable=False),
    Column("display_name", String(120), nullable=False),
    Column("profession", String(8), nullable=True),  # of a practitioner, as the next two
    Column("npi", String(10), nullable=True),
    Column("languages", String(40), nullable=True),
    Column("secret_hash", String(64), nullable=False),
    Column("invited_by", String(80), nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("accepted_at", nullable=True),
    instant("withdrawn_at", nullable=True),
    reference("account_id", "accounts.id", nullable=True),  # whose it became
    UniqueConstraint("secret_hash"),
    Index(None, "organization_id", "created_at"),
    Index(None, "audience", "login"),
    Index(None, "invited_by"),
    Index(None, "expires_at"),
)
recoveries: Final = Table(
    "recoveries",
    METADATA,
    key(),
    reference("account_id", "accounts.id"),
    Column("secret_hash", String(64), nullable=False),
    Column("phrase_hash", String(64), nullable=False),  # under the organization's index key
    instant("asked_at"),
    instant("expires_at"),
    reference("approved_by", "accounts.id", nullable=True),
    instant("approved_at", nullable=True),
    instant("refused_at", nullable=True),
    instant("used_at", nullable=True),
    Column("is_known", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("secret_hash"),
    Index(None, "account_id"),
    Index(None, "expires_at"),
)

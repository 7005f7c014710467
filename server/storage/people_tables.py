"""The part of the schema about who there is: organizations, sites, accounts, who examines."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, String, Table, UniqueConstraint, text

from server.storage.columns import ID, METADATA, instant, key, reference

organizations: Final = Table(
    "organizations",
    METADATA,
    key(),
    Column("kind", String(16), nullable=False),  # network | spa
    Column("name", String(120), nullable=False),
    reference("network_id", "organizations.id", nullable=True),  # a spa's network
    Column("demo", Boolean, nullable=False),
    instant("created_at"),
)
sites: Final = Table(
    "sites",
    METADATA,
    key(),
    reference("spa_id", "organizations.id"),
    Column("name", String(120), nullable=False),
    Column("street", String(200), nullable=False),
    Column("city", String(120), nullable=False),
    Column("postal_code", String(10), nullable=False),
    Column("jurisdiction", String(2), nullable=False),
)
accounts: Final = Table(
    "accounts",
    METADATA,
    key(),
    Column("audience", String(16), nullable=False),  # practitioner | spa | ops
    reference("organization_id", "organizations.id"),
    Column("login", String(120), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("display_name", String(120), nullable=False),
    Column("role", String(32), nullable=False),
    Column("active", Boolean, nullable=False),
    instant("created_at"),
    UniqueConstraint("audience", "login"),
)
practitioners: Final = Table(
    "practitioners",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    reference("account_id", "accounts.id"),
    Column("display_name", String(120), nullable=False),
    Column("profession", String(8), nullable=False),
    Column("npi", String(10), nullable=False),
    Column("languages", String(40), nullable=False),  # "en es"
    Column("active", Boolean, nullable=False),
    Column("auto_accept", Boolean, nullable=False, server_default=text("false")),
    # Until then their file is complete; NULL: the network asks for nothing besides licences.
    instant("cleared_until", nullable=True),
    # The same for plans: as if the lists of exclusions were looked into every month.
    instant("planned_until", nullable=True),
    UniqueConstraint("account_id"),
)
authorities: Final = Table(
    "authorities",
    METADATA,
    key(),
    reference("practitioner_id", "practitioners.id"),
    Column("jurisdiction", String(2), nullable=False),
    Column("kind", String(16), nullable=False),  # license | registration | permit
    Column("number", String(40), nullable=False),
    Column("profession", String(8), nullable=False),
    instant("valid_from"),
    instant("valid_until"),
    Column("status", String(16), nullable=False),  # active | suspended | revoked
    instant("verified_at", nullable=True),
    Column("verified_by", String(120), nullable=True),
    Column("source", String(200), nullable=True),
    Column("independent_practice_verified", Boolean, nullable=False),
    Index(None, "practitioner_id", "jurisdiction"),
)
collaborations: Final = Table(
    "collaborations",
    METADATA,
    key(),
    reference("practitioner_id", "practitioners.id"),
    Column("jurisdiction", String(2), nullable=False),
    Column("physician_name", String(120), nullable=False),
    Column("physician_number", String(40), nullable=False),
    instant("active_from"),
    instant("active_until"),
    # The physician as a practitioner of the same network: they read what they answer for.
    Column("physician_id", ID, nullable=True),
    Index(None, "practitioner_id", "jurisdiction"),
    Index(None, "physician_id"),
)

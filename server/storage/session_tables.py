"""The part of the schema about who is signed in, and who tries to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from server.storage.columns import METADATA, instant, reference

sessions: Final = Table(
    "sessions",
    METADATA,
    Column("id_hash", String(64), primary_key=True),  # its name: SHA-256 of its first cookie
    Column("audience", String(16), nullable=False),  # patient practitioner spa ops site
    reference("account_id", "accounts.id", nullable=True),
    reference("encounter_id", "encounters.id", nullable=True),
    reference("site_id", "sites.id", nullable=True),
    Column("kiosk", Boolean, nullable=False),
    Column("device", String(64), nullable=False),
    Column("assurance", String(16), nullable=False),  # link_birth_date | password | staff
    instant("auth_time"),
    instant("last_seen_at"),
    instant("expires_at"),
    instant("ended_at", nullable=True),
    Column("end_reason", String(32), nullable=True),
    Column("secret_hash", String(64), nullable=True),  # SHA-256 of the cookie's value now
    Column("agent", String(120), nullable=True),  # which browser: "Firefox on Windows"
    Index(None, "encounter_id"),
    Index(None, "account_id"),
    Index(None, "secret_hash"),
)
attempts: Final = Table(
    "attempts",
    METADATA,
    Column("bucket", String(120), primary_key=True),  # kind:hash of what is limited
    instant("window_started_at"),
    Column("count", Integer, nullable=False),
)

"""The part of the schema about authorizations: what signed exams cover, what came of it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from server.storage.columns import METADATA, instant, key, reference

authorizations: Final = Table(
    "authorizations",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    reference("spa_id", "organizations.id"),
    reference("site_id", "sites.id"),
    reference("patient_id", "patients.id"),
    reference("encounter_id", "encounters.id"),
    reference("practitioner_id", "practitioners.id"),
    Column("treatment_class", String(40), nullable=False),
    Column("disposition", String(32), nullable=False),
    Column("protocol_id", String(64), nullable=True),  # that the order stays within
    Column("protocol_version", Integer, nullable=True),
    Column("chart_seq", Integer, nullable=False),  # the entry whose hash was signed
    Column("chart_head", String(64), nullable=False),
    Column("sealed_terms", LargeBinary, nullable=False),  # order, conditions, performers
    instant("signed_at"),
    Column("valid_until", String(10), nullable=False),  # ISO, the last day
    instant("revoked_at", nullable=True),
    Column("revoked_by", String(80), nullable=True),  # role and random identifier
    Column("revoked_reason", String(40), nullable=True),
    instant("satisfied_at", nullable=True),  # a conditional one: its condition
    UniqueConstraint("encounter_id", "treatment_class"),
    Index(None, "patient_id", "treatment_class"),
)
same_day_checks: Final = Table(
    "same_day_checks",
    METADATA,
    key(),
    reference("spa_id", "organizations.id"),
    reference("patient_id", "patients.id"),
    Column("day", String(10), nullable=False),  # ISO, at the site
    Column("answered_by", String(16), nullable=False),  # patient | staff
    Column("actor", String(80), nullable=False),
    instant("recorded_at"),
    Column("sealed_answers", LargeBinary, nullable=False),
    Index(None, "patient_id", "day"),
)
authorization_uses: Final = Table(
    "authorization_uses",
    METADATA,
    key(),
    reference("authorization_id", "authorizations.id"),
    Column("actor", String(80), nullable=False),
    instant("performed_at"),
    instant("recorded_at"),
    Column("flags", String(200), nullable=False),  # codes of a closed list
    Column("sealed_use", LargeBinary, nullable=False),
    Index(None, "authorization_id", "recorded_at"),
)
authorization_events: Final = Table(
    "authorization_events",
    METADATA,
    # Who asked and did what: rows are added, never changed. One row per request.
    key(),
    reference("spa_id", "organizations.id"),
    Column("actor", String(80), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # signed queried satisfied revoked used
    reference("authorization_id", "authorizations.id", nullable=True),
    reference("patient_id", "patients.id", nullable=True),
    instant("at"),
    Column("body_hash", String(64), nullable=False),  # keyed
    Column("sealed_outcome", LargeBinary, nullable=False),
    UniqueConstraint("spa_id", "actor", "request_id"),
    Index(None, "authorization_id", "at"),
    Index(None, "patient_id", "at"),
)
spa_tokens: Final = Table(
    "spa_tokens",
    METADATA,
    key(),
    reference("spa_id", "organizations.id"),
    Column("secret_hash", String(64), nullable=False),
    Column("label", String(120), nullable=False),
    Column("scopes", String(120), nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
    UniqueConstraint("secret_hash"),
    Index(None, "spa_id"),
)

"""The part of the schema about what comes before care: reviews of texts, site plans."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, String, Table, Text

from server.storage.columns import ID, METADATA, instant, reference

consent_reviews: Final = Table(
    "consent_reviews",
    METADATA,
    reference("network_id", "organizations.id"),
    Column("part", String(80), nullable=False),  # kind, jurisdiction, language
    Column("sha256", String(64), nullable=False),  # of exactly the text that was reviewed
    Column("reviewed_by", String(120), nullable=False),
    Column("reference", String(200), nullable=False),
    instant("reviewed_at"),
    PrimaryKeyConstraint("network_id", "part", "sha256"),
)
site_plans: Final = Table(
    "site_plans",
    METADATA,
    Column("site_id", ID, ForeignKey("sites.id"), primary_key=True),
    Column("emergency_steps", Text, nullable=False),
    instant("changed_at"),
)

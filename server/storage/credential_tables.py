"""The part of the schema about practitioners' files, licences apart (`people_tables`)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from server.storage.columns import ID, METADATA, instant, key, reference


def _of_a_file(name: str, *own: Column[str] | Column[int]) -> Table:
    """Make a table of parts of files: what it is about, who says so, who looked."""
    return Table(
        name,
        METADATA,
        key(),
        reference("practitioner_id", "practitioners.id"),
        *own,
        instant("entered_at"),
        Column("entered_by", String(80), nullable=False),
        instant("verified_at", nullable=True),  # before: a claim, and worth nothing
        Column("verified_by", String(120), nullable=True),
        Column("source", String(200), nullable=True),
        Column("document_id", ID, nullable=True),
        instant("ended_at", nullable=True),
        Index(None, "practitioner_id"),
    )


credential_standards: Final = Table(
    "credential_standards",
    METADATA,
    Column("network_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("training_minutes_min", Integer, nullable=False),
    Column("exclusion_days", Integer, nullable=False),
    Column("malpractice", Boolean, nullable=False),
    Column("employment", Boolean, nullable=False),
    Column("verify_again_days", Integer, nullable=True),  # NULL: a look counts for good
    instant("changed_at"),
    Column("changed_by", String(80), nullable=False),
)
exclusion_checks: Final = _of_a_file(
    "exclusion_checks",
    Column("list_name", String(16), nullable=False),  # leie | sam | state
    Column("outcome", String(16), nullable=False),  # clear | match
    instant("checked_at"),
)
malpractice_policies: Final = _of_a_file(
    "malpractice_policies",
    Column("insurer", String(120), nullable=False),
    Column("policy_number", String(60), nullable=False),
    Column("per_claim_usd", BigInteger, nullable=False),
    Column("aggregate_usd", BigInteger, nullable=False),
    instant("valid_from"),
    instant("valid_until"),
)
employments: Final = _of_a_file(
    "employments",
    Column("kind", String(16), nullable=False),  # employee | contractor
    Column("title", String(80), nullable=False),
    instant("valid_from"),
    instant("valid_until", nullable=True),
)
trainings: Final = _of_a_file(
    "trainings",
    Column("topic", String(120), nullable=False),
    Column("provider", String(120), nullable=False),
    Column("minutes", Integer, nullable=False),
    instant("completed_at"),
)
authority_checks: Final = Table(
    "authority_checks",
    METADATA,
    key(),
    reference("authority_id", "authorities.id"),
    instant("at"),
    Column("outcome", String(16), nullable=False),  # what was found, or what was decided
    Column("method", String(16), nullable=False),  # person | service | import
    Column("actor", String(80), nullable=False),
    Column("checked_by", String(120), nullable=True),
    Column("source", String(200), nullable=True),
    Column("document_id", ID, nullable=True),
    Index(None, "authority_id", "at"),
)
credential_documents: Final = Table(
    "credential_documents",
    METADATA,
    key(),
    reference("practitioner_id", "practitioners.id"),
    Column("name", String(120), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file that was sent
    Column("uploaded_by", String(80), nullable=False),
    instant("uploaded_at"),
    Index(None, "practitioner_id"),
)
credential_pages: Final = Table(
    "credential_pages",
    METADATA,
    reference("document_id", "credential_documents.id"),
    Column("number", Integer, nullable=False),
    Column("sealed_image", LargeBinary, nullable=False),
    PrimaryKeyConstraint("document_id", "number"),
)
expiry_notices: Final = Table(
    "expiry_notices",
    METADATA,
    Column("kind", String(16), nullable=False),
    Column("subject_id", ID, nullable=False),  # the row that ends
    instant("valid_until"),
    Column("days", Integer, nullable=False),  # 90 | 60 | 30; 7 of an exclusion check
    reference("practitioner_id", "practitioners.id"),
    reference("network_id", "organizations.id"),
    instant("noticed_at"),
    instant("seen_at", nullable=True),
    PrimaryKeyConstraint("kind", "subject_id", "valid_until", "days"),
    Index(None, "network_id", "noticed_at"),
)

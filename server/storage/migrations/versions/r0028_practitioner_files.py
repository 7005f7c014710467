"""Practitioners' files besides licences; a network asks for them once it has a standard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"


def upgrade() -> None:
    """Create the tables. No practitioner's file lapses: no network has a standard yet."""
    op.add_column("practitioners", sa.Column("cleared_until", sa.BigInteger(), nullable=True))
    op.add_column("practitioners", sa.Column("planned_until", sa.BigInteger(), nullable=True))
    op.create_table(
        "credential_standards",
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("training_minutes_min", sa.Integer(), nullable=False),
        sa.Column("exclusion_days", sa.Integer(), nullable=False),
        sa.Column("malpractice", sa.Boolean(), nullable=False),
        sa.Column("employment", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("network_id", name="pk_credential_standards"),
        _names("credential_standards", "network_id", "organizations"),
    )
    _create_of_a_file(
        "exclusion_checks",
        sa.Column("list_name", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
    )
    _create_of_a_file(
        "malpractice_policies",
        sa.Column("insurer", sa.String(120), nullable=False),
        sa.Column("policy_number", sa.String(60), nullable=False),
        sa.Column("per_claim_usd", sa.BigInteger(), nullable=False),
        sa.Column("aggregate_usd", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
    )
    _create_of_a_file(
        "employments",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
    )
    _create_of_a_file(
        "trainings",
        sa.Column("topic", sa.String(120), nullable=False),
        sa.Column("provider", sa.String(120), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=False),
    )
    _create_checks()
    _create_documents()
    _create_notices()


def _create_checks() -> None:
    op.create_table(
        "authority_checks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("authority_id", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("checked_by", sa.String(120), nullable=True),
        sa.Column("source", sa.String(200), nullable=True),
        sa.Column("document_id", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_authority_checks"),
        _names("authority_checks", "authority_id", "authorities"),
    )
    op.create_index(
        "ix_authority_checks_authority_id_at", "authority_checks", ["authority_id", "at"]
    )


def _create_documents() -> None:
    op.create_table(
        "credential_documents",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("practitioner_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_by", sa.String(80), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credential_documents"),
        _names("credential_documents", "practitioner_id", "practitioners"),
    )
    op.create_index(
        "ix_credential_documents_practitioner_id", "credential_documents", ["practitioner_id"]
    )
    op.create_table(
        "credential_pages",
        sa.Column("document_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_image", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "number", name="pk_credential_pages"),
        _names("credential_pages", "document_id", "credential_documents"),
    )


def _create_notices() -> None:
    op.create_table(
        "expiry_notices",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "kind", "subject_id", "valid_until", "days", name="pk_expiry_notices"
        ),
        _names("expiry_notices", "practitioner_id", "practitioners"),
        _names("expiry_notices", "network_id", "organizations"),
    )
    op.create_index(
        "ix_expiry_notices_network_id_noticed_at",
        "expiry_notices",
        ["network_id", "noticed_at"],
    )


def _create_of_a_file(name: str, *own: sa.Column[str] | sa.Column[int]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("practitioner_id", sa.String(64), nullable=False),
        *own,
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(80), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("verified_by", sa.String(120), nullable=True),
        sa.Column("source", sa.String(200), nullable=True),
        sa.Column("document_id", sa.String(64), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        _names(name, "practitioner_id", "practitioners"),
    )
    op.create_index(f"ix_{name}_practitioner_id", name, ["practitioner_id"])


def _names(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")

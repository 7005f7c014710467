"""Who read a chart in an emergency, and why; which physician answers for a practitioner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

TABLE = "emergency_accesses"


def upgrade() -> None:
    """Add the column, create the table."""
    op.add_column("collaborations", sa.Column("physician_id", sa.String(64), nullable=True))
    op.create_index("ix_collaborations_physician_id", "collaborations", ["physician_id"])
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("practitioner_id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("encounter_id", sa.String(64), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_by", sa.String(64), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("sealed_review", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        _names("account_id", "accounts.id"),
        _names("practitioner_id", "practitioners.id"),
        _names("network_id", "organizations.id"),
        _names("encounter_id", "encounters.id"),
        _names("patient_id", "patients.id"),
        _names("reviewed_by", "accounts.id"),
    )
    for columns in (
        ("account_id", "expires_at"),
        ("patient_id",),
        ("network_id", "started_at"),
    ):
        op.create_index(f"ix_{TABLE}_{'_'.join(columns)}", TABLE, list(columns))
    waiting = sa.text("reviewed_at IS NULL")
    op.create_index(
        f"ix_{TABLE}_waiting",
        TABLE,
        ["network_id", "started_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _names(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{TABLE}_{column}")

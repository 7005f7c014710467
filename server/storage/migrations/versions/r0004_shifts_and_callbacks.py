"""Shifts of practitioners, and patients who asked to be called back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("practitioner_id", sa.String(64), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_shifts_network_id"
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioners.id"], name="fk_shifts_practitioner_id"
        ),
    )
    op.create_index("ix_shifts_network_id_ends_at", "shifts", ["network_id", "ends_at"])
    op.create_index("ix_shifts_network_id_starts_at", "shifts", ["network_id", "starts_at"])
    op.create_index(
        "ix_shifts_practitioner_id_ends_at", "shifts", ["practitioner_id", "ends_at"]
    )
    op.create_table(
        "callbacks",
        sa.Column("encounter_id", sa.String(64), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_callbacks"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name="fk_callbacks_encounter_id"
        ),
    )
    op.create_index("ix_callbacks_ended_at", "callbacks", ["ended_at"])

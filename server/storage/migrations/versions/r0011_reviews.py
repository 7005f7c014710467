"""Reviews of what patients sent: when each is due, and how long one may lie."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "reviews",
        sa.Column("encounter_id", sa.String(64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("active_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_reviews"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name="fk_reviews_encounter_id"
        ),
    )
    op.create_index("ix_reviews_due_at", "reviews", ["due_at"])
    op.create_table(
        "review_settings",
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("due_after_s", sa.Integer(), nullable=False),
        sa.Column("idle_after_s", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network_id", name="pk_review_settings"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_review_settings_network_id"
        ),
    )

"""What comes before care: reviewed consent texts, plans of sites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "consent_reviews",
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("part", sa.String(80), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reviewed_by", sa.String(120), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network_id", "part", "sha256", name="pk_consent_reviews"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_consent_reviews_network_id"
        ),
    )
    op.create_table(
        "site_plans",
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("emergency_steps", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_site_plans"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_site_plans_site_id"),
    )

"""What figures of a day are read from: time on duty, and indexes on when it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table and the indexes."""
    op.create_table(
        "staffing_intervals",
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False, autoincrement=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("online_ms", "offered_ms", "in_exam_ms", "wrap_up_ms")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_staffing_intervals_network_id"
        ),
        sa.PrimaryKeyConstraint("network_id", "starts_at", name="pk_staffing_intervals"),
    )
    op.create_index(
        "ix_encounters_network_id_ready_at", "encounters", ["network_id", "ready_at"]
    )
    op.create_index("ix_offers_rung_at", "offers", ["rung_at"])

"""Signatures say of which kind they are; the network may sign; papers know what they show.

Every signature so far is an exam's of version 1. A paper from before shows no addendum, so it
counts as showing nothing behind the signature.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("signatures") as table:
        table.add_column(
            sa.Column("context", sa.String(16), nullable=False, server_default="exam_v1")
        )
        table.add_column(sa.Column("attestation_sha256", sa.String(64), nullable=True))
        table.add_column(sa.Column("authority_sha256", sa.String(64), nullable=True))
        table.add_column(sa.Column("rules_version", sa.String(20), nullable=True))
        table.alter_column("practitioner_id", existing_type=sa.String(64), nullable=True)
    op.add_column(
        "documents", sa.Column("chart_seq", sa.Integer(), nullable=False, server_default="0")
    )

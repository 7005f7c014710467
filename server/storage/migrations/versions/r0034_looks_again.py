"""After how many days a licence is looked up again, and until when a look counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the columns. No look is too old: no network has said how long one counts."""
    op.add_column("authorities", sa.Column("verify_again_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "credential_standards", sa.Column("verify_again_days", sa.Integer(), nullable=True)
    )

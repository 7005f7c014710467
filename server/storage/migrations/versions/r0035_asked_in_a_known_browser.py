"""Whether somebody who lost everything asked in a browser that the account is known in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the column. What was asked before counts as asked by strangers."""
    op.add_column(
        "recoveries",
        sa.Column("is_known", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )

"""A session has a secret of its own beside its name, and knows which browser it is in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the columns. A session of before has no secret of its own: its name serves."""
    op.add_column("sessions", sa.Column("secret_hash", sa.String(64), nullable=True))
    op.add_column("sessions", sa.Column("agent", sa.String(120), nullable=True))
    op.create_index("ix_sessions_secret_hash", "sessions", ["secret_hash"])

"""As what this server is registered at the record systems to which it pushes charts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "emr_connections",
        sa.Column("destination_id", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("scopes", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("destination_id", name="pk_emr_connections"),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name="fk_emr_connections_destination_id"
        ),
    )

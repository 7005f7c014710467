"""What the waiting room knows of patients, practitioners and offers, and what it learned."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RINGING = sa.text("state = 'ringing'")


def upgrade() -> None:
    """Add languages, priorities, shifts, second offers, and what waits were like."""
    _add("practitioners", "auto_accept", sa.Boolean(), "false")
    _add("encounters", "language", sa.String(8), "''")
    _add("encounters", "priority", sa.Integer(), "0")
    _add("duty", "languages", sa.String(40), "''")
    op.add_column("duty", sa.Column("shift_ends_at", sa.BigInteger(), nullable=True))
    _add("offers", "parallel", sa.Boolean(), "false")
    op.drop_index("uq_offers_ringing_encounter_id", "offers")
    op.create_index(
        "uq_offers_ringing_encounter_id",
        "offers",
        ["encounter_id", "parallel"],
        unique=True,
        sqlite_where=RINGING,
        postgresql_where=RINGING,
    )
    _wait_models()


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any], default: str) -> None:
    column = sa.Column(name, kind, nullable=False, server_default=sa.text(default))
    op.add_column(table, column)


def _wait_models() -> None:
    op.create_table(
        "wait_models",
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("queue_queue_s2", sa.Float(), nullable=False),
        sa.Column("queue_recent_s2", sa.Float(), nullable=False),
        sa.Column("recent_recent_s2", sa.Float(), nullable=False),
        sa.Column("queue_waited_s2", sa.Float(), nullable=False),
        sa.Column("recent_waited_s2", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("handle_s", sa.Float(), nullable=False),
        sa.Column("waits_learned", sa.Integer(), nullable=False),
        sa.Column("exams_learned", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_wait_models_network_id"
        ),
        sa.PrimaryKeyConstraint("network_id", name="pk_wait_models"),
    )

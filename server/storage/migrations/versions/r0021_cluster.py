"""How the nodes of a cluster reach each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
OPEN = sa.text("answered_at IS NULL")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "nodes",
        sa.Column("node_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", name="pk_nodes"),
    )
    op.create_table(
        "requests",
        sa.Column("seq", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("node_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_requests"),
    )
    op.create_index("ix_requests_id", "requests", ["id"], unique=True)
    op.create_index(
        "ix_requests_open",
        "requests",
        ["network_id", "seq"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_requests_sent_at", "requests", ["sent_at"])
    op.create_table(
        "node_words",
        sa.Column("seq", NUMBER, autoincrement=True, nullable=False),
        sa.Column("node_id", sa.String(64), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_node_words"),
    )
    op.create_index("ix_node_words_node_id_seq", "node_words", ["node_id", "seq"])
    op.create_index("ix_node_words_at", "node_words", ["at"])

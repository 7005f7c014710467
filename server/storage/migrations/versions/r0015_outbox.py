"""What is told to other systems: destinations, their secrets, messages, deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables."""
    _destinations()
    _messages()


def _destinations() -> None:
    op.create_table(
        "destinations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organization_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("topics", sa.String(400), nullable=False),
        sa.Column("scheme", sa.String(4), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_destinations"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_destinations_organization_id"
        ),
    )
    op.create_index(
        "ix_destinations_organization_id_state", "destinations", ["organization_id", "state"]
    )
    op.create_table(
        "destination_secrets",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("destination_id", sa.String(64), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_destination_secrets"),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
            name="fk_destination_secrets_destination_id",
        ),
    )
    op.create_index(
        "ix_destination_secrets_destination_id", "destination_secrets", ["destination_id"]
    )


def _messages() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("spa_id", sa.String(64), nullable=True),
        sa.Column("encounter_id", sa.String(64), nullable=True),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_messages"),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_outbox_messages_{name}")
            for name, table in (
                ("network_id", "organizations"),
                ("spa_id", "organizations"),
                ("encounter_id", "encounters"),
            )
        ),
    )
    op.create_index("ix_outbox_messages_at", "outbox_messages", ["at"])
    op.create_table(
        "deliveries",
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("destination_id", sa.String(64), nullable=False),
        sa.Column("stream", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", "destination_id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_messages.id"], name="fk_deliveries_message_id"
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name="fk_deliveries_destination_id"
        ),
        sa.UniqueConstraint(
            "destination_id",
            "stream",
            "place",
            name="uq_deliveries_destination_id_stream_place",
        ),
    )
    op.create_index("ix_deliveries_settled_at", "deliveries", ["settled_at"])
    mine = ["destination_id", "created_at"]
    told = "state = 'delivered' AND stream <> 'topic:log.checkpoint'"
    _where("ix_deliveries_open", "state IN ('waiting', 'sending')", ["next_at"])
    _where("ix_deliveries_pressing", "state IN ('waiting', 'sending', 'dead')", mine)
    _where("ix_deliveries_told", told, mine)


def _where(name: str, condition: str, columns: list[str]) -> None:
    only = sa.text(condition)
    op.create_index(name, "deliveries", columns, sqlite_where=only, postgresql_where=only)

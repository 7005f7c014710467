"""Keys leave the database; what holds records, and what was destroyed, enters it.

An empty table goes at once. One with keys in it stays until they are in the keystore
(`server.keystore.moving`), which a migration cannot reach.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Drop the table of keys where it has none, and create the others."""
    kept = op.get_bind().execute(sa.text("SELECT 1 FROM wrapped_keys LIMIT 1")).first()
    if kept is None:
        op.drop_table("wrapped_keys")
    _retention()


def _retention() -> None:
    op.create_table(
        "retention_holds",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("encounter_id", sa.String(64), nullable=True),
        sa.Column("patient_id", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("set_by", sa.String(120), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("released_by", sa.String(120), nullable=True),
        sa.Column("released_reason", sa.String(500), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_retention_holds"),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_retention_holds_network_id"
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name="fk_retention_holds_encounter_id"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name="fk_retention_holds_patient_id"
        ),
    )
    op.create_index("ix_retention_holds_patient_id", "retention_holds", ["patient_id"])
    op.create_index("ix_retention_holds_encounter_id", "retention_holds", ["encounter_id"])
    op.create_table(
        "retention_contracts",
        sa.Column("organization_id", sa.String(64), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(500), nullable=False),
        sa.Column("set_by", sa.String(120), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_retention_contracts"),
    )
    op.create_table(
        "shred_log",
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "subject", name="pk_shred_log"),
    )

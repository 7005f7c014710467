"""Sets of health questions that a clinician signed off; a patient's earlier encounters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table and the index."""
    op.create_table(
        "questionnaire_sign_offs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("set_name", sa.String(40), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("signed_by", sa.String(120), nullable=False),
        sa.Column("credential", sa.String(120), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_by", sa.String(120), nullable=True),
        sa.Column("withdrawn_reference", sa.String(200), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaire_sign_offs"),
        sa.ForeignKeyConstraint(
            ["network_id"],
            ["organizations.id"],
            name="fk_questionnaire_sign_offs_network_id",
        ),
    )
    op.create_index(
        "ix_encounters_patient_id_requested_at", "encounters", ["patient_id", "requested_at"]
    )
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_questionnaire_sign_offs_standing",
        "questionnaire_sign_offs",
        ["network_id", "set_name", "sha256"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )

"""Medical directors of sites, and the protocols that they sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "medical_directors",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=True),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("profession", sa.String(8), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("licence_number", sa.String(40), nullable=False),
        sa.Column("licence_from", sa.BigInteger(), nullable=False),
        sa.Column("licence_until", sa.BigInteger(), nullable=False),
        sa.Column("verified_by", sa.String(120), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_medical_directors"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_medical_directors_site_id"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_medical_directors_account_id"
        ),
    )
    op.create_index("ix_medical_directors_site_id", "medical_directors", ["site_id"])
    op.create_table(
        "protocols",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("treatment_class", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("director_id", sa.String(64), nullable=True),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", "version", name="pk_protocols"),
        sa.UniqueConstraint(
            "site_id",
            "treatment_class",
            "version",
            name="uq_protocols_site_id_treatment_class_version",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_protocols_site_id"),
        sa.ForeignKeyConstraint(
            ["director_id"], ["medical_directors.id"], name="fk_protocols_director_id"
        ),
    )

"""What patients send to be looked at later, and how they want to be examined."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table and the columns."""
    op.add_column(
        "encounters",
        sa.Column(
            "requested_modality", sa.String(20), nullable=False, server_default="live_video"
        ),
    )
    op.add_column("encounters", sa.Column("submitted_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("encounter_id", sa.String(64), nullable=False),
        sa.Column("file_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sealed_image", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_thumbnail", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name="fk_uploads_encounter_id"
        ),
        sa.UniqueConstraint(
            "encounter_id", "file_id", "page", name="uq_uploads_encounter_id_file_id_page"
        ),
    )

"""What decisions read: exams that were signed, DEA registrations.

Of exams signed before this nobody looked at the evidence for it: they count as signed, and not
as live video.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the tables, and enter what is signed."""
    op.create_table(
        "signed_exams",
        sa.Column("encounter_id", sa.String(64), nullable=False),
        sa.Column("network_id", sa.String(64), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("live_video_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_signed_exams"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name="fk_signed_exams_encounter_id"
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["organizations.id"], name="fk_signed_exams_network_id"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.id"], name="fk_signed_exams_patient_id"
        ),
    )
    op.create_index(
        "ix_signed_exams_patient_id_network_id", "signed_exams", ["patient_id", "network_id"]
    )
    op.create_table(
        "dea_registrations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("practitioner_id", sa.String(64), nullable=False),
        sa.Column("jurisdiction", sa.String(2), nullable=False),
        sa.Column("number", sa.String(9), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=False),
        sa.Column("verified_by", sa.String(120), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dea_registrations"),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name="fk_dea_registrations_practitioner_id",
        ),
    )
    op.create_index(
        "ix_dea_registrations_practitioner_id_jurisdiction",
        "dea_registrations",
        ["practitioner_id", "jurisdiction"],
    )
    op.execute(
        "INSERT INTO signed_exams (encounter_id, network_id, patient_id, signed_at)"
        " SELECT id, network_id, patient_id, signed_at FROM encounters"
        " WHERE visit = 'signed' AND signed_at IS NOT NULL"
    )

"""What compliance decided: published rules, openings, sign-offs, policies, and their log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    _snapshots()
    _openings()
    _sign_offs()
    _policies()
    _changes()


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _network(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["network_id"], ["organizations.id"], name=f"fk_{table}_network_id"
    )


def _standing(table: str, ended: str, *columns: str) -> None:
    where = sa.text(f"{ended} IS NULL")
    op.create_index(
        f"uq_{table}_standing",
        table,
        list(columns),
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _snapshots() -> None:
    op.create_table(
        "rules_snapshots",
        _text("sha256", 64),
        _text("version", 20),
        _instant("effective_from"),
        _instant("effective_until"),
        _text("public_key", 64),
        _text("signature", 128),
        sa.Column("document", sa.Text(), nullable=False),
        _instant("stored_at"),
        sa.PrimaryKeyConstraint("sha256", name="pk_rules_snapshots"),
    )
    op.create_table(
        "rules_publications",
        _text("id", 64),
        _text("network_id", 64),
        _text("sha256", 64),
        _text("published_by", 120),
        _instant("published_at"),
        _text("reference", 200),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules_publications"),
        _network("rules_publications"),
        sa.ForeignKeyConstraint(
            ["sha256"], ["rules_snapshots.sha256"], name="fk_rules_publications_sha256"
        ),
    )
    op.create_index(
        "uq_rules_publications_number",
        "rules_publications",
        ["network_id", "number"],
        unique=True,
    )


def _openings() -> None:
    op.create_table(
        "compliance_openings",
        _text("id", 64),
        _text("network_id", 64),
        _text("jurisdiction", 2),
        _text("profession", 2),
        _text("treatment_class", 40),
        _text("opened_by", 120),
        _instant("opened_at"),
        _text("reference", 200),
        _text("closed_by", 120, nullable=True),
        _instant("closed_at", nullable=True),
        _text("closed_reference", 200, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_compliance_openings"),
        _network("compliance_openings"),
    )
    columns = ("network_id", "jurisdiction", "profession", "treatment_class")
    _standing("compliance_openings", "closed_at", *columns)


def _sign_offs() -> None:
    op.create_table(
        "compliance_sign_offs",
        _text("id", 64),
        _text("network_id", 64),
        _text("jurisdiction", 2),
        _text("what", 24),
        _text("signed_by", 120),
        _text("entered_by", 120),
        _instant("signed_at"),
        _text("reference", 200),
        _text("withdrawn_by", 120, nullable=True),
        _instant("withdrawn_at", nullable=True),
        _text("withdrawn_reference", 200, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_compliance_sign_offs"),
        _network("compliance_sign_offs"),
    )
    _standing("compliance_sign_offs", "withdrawn_at", "network_id", "jurisdiction", "what")


def _policies() -> None:
    op.create_table(
        "operator_policies",
        _text("id", 64),
        _text("network_id", 64),
        _text("layer", 16),
        sa.Column("switches", sa.Text(), nullable=False),
        _text("set_by", 120),
        _instant("set_at"),
        _text("reference", 200),
        _instant("replaced_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_operator_policies"),
        _network("operator_policies"),
    )
    _standing("operator_policies", "replaced_at", "network_id", "layer")


def _changes() -> None:
    op.create_table(
        "compliance_changes",
        _text("id", 64),
        _text("network_id", 64),
        sa.Column("number", sa.Integer(), nullable=False),
        _instant("at"),
        _text("actor", 120),
        _text("what", 24),
        sa.Column("subject", sa.Text(), nullable=False),
        _text("reference", 200),
        sa.PrimaryKeyConstraint("id", name="pk_compliance_changes"),
        _network("compliance_changes"),
    )
    op.create_index(
        "uq_compliance_changes_number",
        "compliance_changes",
        ["network_id", "number"],
        unique=True,
    )

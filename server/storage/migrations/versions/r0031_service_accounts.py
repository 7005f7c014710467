"""A spa's own software: who it is, its keys, what it signed in with, and its tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0028"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "service_accounts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("spa_id", sa.String(64), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("scopes", sa.String(120), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_service_accounts"),
        sa.ForeignKeyConstraint(
            ["spa_id"], ["organizations.id"], name="fk_service_accounts_spa_id"
        ),
    )
    op.create_index("ix_service_accounts_spa_id", "service_accounts", ["spa_id"])
    op.create_table(
        "service_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("service_account_id", sa.String(64), nullable=False),
        sa.Column("kid", sa.String(120), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_service_keys"),
        sa.ForeignKeyConstraint(
            ["service_account_id"],
            ["service_accounts.id"],
            name="fk_service_keys_service_account_id",
        ),
        sa.UniqueConstraint(
            "service_account_id", "kid", name="uq_service_keys_service_account_id_kid"
        ),
    )
    op.create_table(
        "service_assertions",
        sa.Column("service_account_id", sa.String(64), nullable=False),
        sa.Column("jti_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service_account_id", "jti_hash", name="pk_service_assertions"),
        sa.ForeignKeyConstraint(
            ["service_account_id"],
            ["service_accounts.id"],
            name="fk_service_assertions_service_account_id",
        ),
    )
    op.create_index("ix_service_assertions_expires_at", "service_assertions", ["expires_at"])
    op.create_table(
        "service_tokens",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("service_key_id", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(120), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_service_tokens"),
        sa.ForeignKeyConstraint(
            ["service_key_id"], ["service_keys.id"], name="fk_service_tokens_service_key_id"
        ),
    )
    op.create_index("ix_service_tokens_expires_at", "service_tokens", ["expires_at"])

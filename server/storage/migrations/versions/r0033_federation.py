"""Providers of identities, who people are there, and who signs in without them in need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Create the tables."""
    _providers()
    _identities()
    _flows()
    _sessions()
    _logouts()
    _local()


def _providers() -> None:
    op.create_table(
        "oidc_providers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organization_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("acr", sa.String(200), nullable=True),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_providers"),
        _names("oidc_providers", "organization_id", "organizations.id"),
    )
    _index("oidc_providers", "organization_id")


def _identities() -> None:
    op.create_table(
        "oidc_identities",
        sa.Column("organization_id", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_on_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            *("organization_id", "audience", "issuer", "subject"), name="pk_oidc_identities"
        ),
        _names("oidc_identities", "organization_id", "organizations.id"),
        _names("oidc_identities", "account_id", "accounts.id"),
    )
    _index("oidc_identities", "account_id")


def _flows() -> None:
    op.create_table(
        "oidc_flows",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=True),
        sa.Column("session", sa.String(64), nullable=True),
        sa.Column("invitation_id", sa.String(64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oidc_flows"),
        _names("oidc_flows", "provider_id", "oidc_providers.id"),
    )
    _index("oidc_flows", "expires_at")


def _sessions() -> None:
    op.create_table(
        "oidc_sessions",
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("sid", sa.String(255), nullable=True),
        sa.PrimaryKeyConstraint("session", name="pk_oidc_sessions"),
        _names("oidc_sessions", "provider_id", "oidc_providers.id"),
    )
    _index("oidc_sessions", "provider_id", "subject")
    _index("oidc_sessions", "provider_id", "sid")


def _logouts() -> None:
    op.create_table(
        "oidc_logouts",
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("jti_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", "jti_hash", name="pk_oidc_logouts"),
        _names("oidc_logouts", "provider_id", "oidc_providers.id"),
    )
    _index("oidc_logouts", "expires_at")


def _local() -> None:
    op.create_table(
        "local_sign_ins",
        sa.Column("organization_id", sa.String(64), nullable=False),
        sa.Column("emergency_only", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_local_sign_ins"),
        _names("local_sign_ins", "organization_id", "organizations.id"),
    )
    op.create_table(
        "emergency_accounts",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("named_by", sa.String(80), nullable=False),
        sa.Column("named_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_emergency_accounts"),
        _names("emergency_accounts", "account_id", "accounts.id"),
    )


def _names(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))

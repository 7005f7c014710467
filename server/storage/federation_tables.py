"""The part of the schema about signing in at an organization's own provider of identities."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, String, Table

from server.storage.columns import ID, METADATA, instant, key, reference

oidc_providers: Final = Table(
    "oidc_providers",
    METADATA,
    key(),
    reference("organization_id", "organizations.id"),
    Column("name", String(80), nullable=False),  # on the button
    Column("issuer", String(255), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("sealed_secret", LargeBinary, nullable=True),
    Column("scopes", String(200), nullable=False),  # between spaces
    Column("acr", String(200), nullable=True),
    Column("created_by", String(80), nullable=False),
    instant("created_at"),
    instant("ended_at", nullable=True),
    Index(None, "organization_id"),
)
oidc_identities: Final = Table(
    "oidc_identities",
    METADATA,
    Column("organization_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("audience", String(16), primary_key=True),  # practitioner | spa | ops
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    reference("account_id", "accounts.id"),
    instant("linked_at"),
    instant("signed_on_at", nullable=True),
    Index(None, "account_id"),
)
oidc_flows: Final = Table(
    "oidc_flows",
    METADATA,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),  # of the cookie that began it
    reference("provider_id", "oidc_providers.id"),
    Column("audience", String(16), nullable=False),
    Column("purpose", String(16), nullable=False),  # sign_in | join | link | step_up
    Column("account_id", ID, nullable=True),  # whose session it was begun in
    Column("session", String(64), nullable=True),
    Column("invitation_id", ID, nullable=True),
    instant("created_at"),
    instant("expires_at"),
    Index(None, "expires_at"),
)
oidc_sessions: Final = Table(
    "oidc_sessions",
    METADATA,
    Column("session", String(64), primary_key=True),  # by its name; its row may be gone
    reference("provider_id", "oidc_providers.id"),
    Column("subject", String(255), nullable=False),
    Column("sid", String(255), nullable=True),
    Index(None, "provider_id", "subject"),
    Index(None, "provider_id", "sid"),
)
oidc_logouts: Final = Table(
    "oidc_logouts",
    METADATA,
    Column("provider_id", ID, ForeignKey("oidc_providers.id"), primary_key=True),
    Column("jti_hash", String(64), primary_key=True),
    instant("expires_at"),
    Index(None, "expires_at"),
)
local_sign_ins: Final = Table(
    "local_sign_ins",
    METADATA,
    Column("organization_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("emergency_only", Boolean, nullable=False),
    instant("changed_at"),
    Column("changed_by", String(80), nullable=False),
)
emergency_accounts: Final = Table(
    "emergency_accounts",
    METADATA,
    Column("account_id", ID, ForeignKey("accounts.id"), primary_key=True),
    Column("named_by", String(80), nullable=False),
    instant("named_at"),
    instant("signed_in_at", nullable=True),  # while local sign-in was closed to others
    instant("seen_at", nullable=True),  # compliance saw that
)

"""The tables of medical directors and of the protocols that they sign.

A protocol's row is written once: only its signature and its withdrawal are added, each once.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.storage.columns import ID, METADATA
from server.storage.columns import instant as _instant
from server.storage.columns import key as _key
from server.storage.columns import reference as _ref

medical_directors: Final = Table(
    "medical_directors",
    METADATA,
    _key(),
    _ref("site_id", "sites.id"),
    _ref("account_id", "accounts.id", nullable=True),  # with which they sign in the portal
    Column("display_name", String(120), nullable=False),
    Column("profession", String(8), nullable=False),
    Column("jurisdiction", String(2), nullable=False),
    Column("licence_number", String(40), nullable=False),
    _instant("licence_from"),
    _instant("licence_until"),
    Column("verified_by", String(120), nullable=False),
    Column("source", String(200), nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # Ed25519
    _instant("created_at"),
    _instant("ended_at", nullable=True),
    Index(None, "site_id"),
)
protocols: Final = Table(
    "protocols",
    METADATA,
    Column("id", ID, primary_key=True),  # the same for every version
    Column("version", Integer, primary_key=True, autoincrement=False),
    _ref("site_id", "sites.id"),
    Column("treatment_class", String(40), nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON, what is signed
    Column("sha256", String(64), nullable=False),
    _instant("valid_from"),
    _instant("valid_until"),
    _instant("created_at"),
    Column("created_by", String(80), nullable=False),
    _ref("director_id", "medical_directors.id", nullable=True),
    _instant("signed_at", nullable=True),
    Column("signature", LargeBinary, nullable=True),
    _instant("withdrawn_at", nullable=True),
    UniqueConstraint("site_id", "treatment_class", "version"),
)

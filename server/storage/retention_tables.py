"""The part of the schema about keeping and destroying records."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table

from server.storage.columns import METADATA, instant, key, reference

retention_holds: Final = Table(
    "retention_holds",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    reference("encounter_id", "encounters.id", nullable=True),  # either this
    reference("patient_id", "patients.id", nullable=True),  # or this
    Column("reason", String(500), nullable=False),
    Column("set_by", String(120), nullable=False),
    instant("set_at"),
    Column("released_by", String(120), nullable=True),
    Column("released_reason", String(500), nullable=True),
    instant("released_at", nullable=True),
    Index(None, "patient_id"),
    Index(None, "encounter_id"),
)
retention_contracts: Final = Table(
    "retention_contracts",
    METADATA,
    Column("organization_id", String(64), primary_key=True),  # a network or a spa
    Column("years", Integer, nullable=False),
    Column("reference", String(500), nullable=False),
    Column("set_by", String(120), nullable=False),
    instant("set_at"),
)
shred_log: Final = Table(
    "shred_log",
    METADATA,
    # The database's side of the keystore's `shreds`: each can tell the other.
    Column("purpose", String(32), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    instant("at"),
    Column("actor", String(120), nullable=False),
    Column("reason", String(500), nullable=False),
)

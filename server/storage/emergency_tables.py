"""The part of the schema about charts that were read in an emergency: by whom, and why."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table, text

from server.storage.columns import METADATA, instant, key, reference

_WAITING: Final = text("reviewed_at IS NULL")

emergency_accesses: Final = Table(
    "emergency_accesses",
    METADATA,
    key(),
    reference("account_id", "accounts.id"),
    reference("practitioner_id", "practitioners.id"),
    reference("network_id", "organizations.id"),
    reference("encounter_id", "encounters.id"),  # under whose key the words are sealed
    reference("patient_id", "patients.id"),
    Column("sealed_reason", LargeBinary, nullable=False),
    instant("started_at"),
    instant("expires_at"),
    instant("ended_at", nullable=True),  # before its time
    reference("reviewed_by", "accounts.id", nullable=True),
    instant("reviewed_at", nullable=True),
    Column("verdict", String(16), nullable=True),  # justified | not_justified
    Column("sealed_review", LargeBinary, nullable=True),
    Index(None, "account_id", "expires_at"),
    Index(None, "patient_id"),
    Index(None, "network_id", "started_at"),
    # As small as what waits: it is asked for every few seconds.
    Index(
        "ix_emergency_accesses_waiting",
        "network_id",
        "started_at",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
)

"""The part of the schema that decisions read: exams that were signed, DEA registrations."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from server.storage.columns import ID, METADATA, instant, key, reference

signed_exams: Final = Table(
    "signed_exams",
    METADATA,
    # One row per signature: whom it was about, and whether its evidence shows live video.
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    reference("network_id", "organizations.id"),
    reference("patient_id", "patients.id"),
    instant("signed_at"),
    instant("live_video_at", nullable=True),  # since when it flowed; null: none is shown
    Index(None, "patient_id", "network_id"),
)
dea_registrations: Final = Table(
    "dea_registrations",
    METADATA,
    key(),
    reference("practitioner_id", "practitioners.id"),
    Column("jurisdiction", String(2), nullable=False),
    Column("number", String(9), nullable=False),
    instant("valid_until"),
    instant("verified_at"),
    Column("verified_by", String(120), nullable=False),
    Column("source", String(200), nullable=False),
    instant("ended_at", nullable=True),  # taken back before it ran out
    Index(None, "practitioner_id", "jurisdiction"),
)

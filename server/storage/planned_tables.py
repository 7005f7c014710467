"""The part of the schema about what is planned: shifts, and patients to be called back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table

from server.storage.columns import ID, METADATA, instant, key, reference

shifts: Final = Table(
    "shifts",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    reference("practitioner_id", "practitioners.id"),
    instant("starts_at"),
    instant("ends_at"),
    Column("source", String(16), nullable=False),  # csv | console | ops | demo
    instant("changed_at"),
    Index(None, "network_id", "ends_at"),  # who is on shift now, or between two instants
    Index(None, "network_id", "starts_at"),
    Index(None, "practitioner_id", "ends_at"),  # who comes next
)
callbacks: Final = Table(
    "callbacks",
    METADATA,
    # One row per encounter: what was asked for last; the chart has the ones before.
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    instant("requested_at"),
    instant("opens_at", nullable=True),  # as the patient was told; None: not known when
    instant("due_at", nullable=True),
    instant("ended_at", nullable=True),
    Index(None, "ended_at"),
)

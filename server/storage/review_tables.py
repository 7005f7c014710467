"""The part of the schema about reviews of what patients sent: when each is due."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from server.storage.columns import ID, METADATA, instant

reviews: Final = Table(
    "reviews",
    METADATA,
    # Who has it is the encounter's practitioner.
    Column("encounter_id", ID, ForeignKey("encounters.id"), primary_key=True),
    instant("due_at"),
    instant("active_at", nullable=True),  # the reviewer's last act
    Index(None, "due_at"),
)
review_settings: Final = Table(
    "review_settings",
    METADATA,
    Column("network_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("due_after_s", Integer, nullable=False),
    Column("idle_after_s", Integer, nullable=False),
    instant("changed_at"),
)

"""The table of record systems to which charts are pushed: as what this server is known there.

Where it is, and with which keys, is the destination's (`server.storage.outbox_tables`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, String, Table

from server.storage.columns import ID, METADATA

emr_connections: Final = Table(
    "emr_connections",
    METADATA,
    Column("destination_id", ID, ForeignKey("destinations.id"), primary_key=True),
    Column("client_id", String(255), nullable=False),  # empty: not registered there yet
    Column("scopes", String(400), nullable=False),  # between spaces
)

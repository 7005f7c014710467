"""The part of the schema about who was shown what: the audit log. No health information.

Append-only: the migration adds triggers that refuse every other change, and every deletion.
The one column that is written later is `log_index`, once, by who puts the leaves into the tree.
No column refers to another table: an entry outlives whatever it is about.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from server.storage.columns import ID, METADATA, instant


def _where(name: str, condition: str, *columns: str) -> Index:
    """Make an index of some rows only: most entries are about no patient, or in the tree."""
    only = text(condition)
    return Index(name, *columns, sqlite_where=only, postgresql_where=only)


RARE: Final = "action NOT IN ('read', 'signed_in')"
LISTS: Final = "shown IS NOT NULL"
"""Conditions of indexes: a query that says the same words can use them, and no other one."""

audit_entries: Final = Table(
    "audit_entries",
    METADATA,
    Column("id", String(32), primary_key=True),
    instant("at"),
    Column("action", String(16), nullable=False),  # server.auditing.event.Action
    Column("outcome", String(8), nullable=False),  # done | refused | failed
    Column("actor", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("organization_id", ID, nullable=True),  # of the actor
    Column("network_id", ID, nullable=True),  # whose compliance reads it
    Column("encounter_id", ID, nullable=True),
    Column("patient_id", ID, nullable=True),
    Column("route", String(80), nullable=False),
    Column("reason", String(48), nullable=True),
    Column("session", String(16), nullable=True),
    Column("address", String(16), nullable=True),
    Column("shown", Text, nullable=True),  # encounters of a list, a space between two
    Column("number", Integer, nullable=True),
    Column("leaf_hash", String(64), nullable=False),
    Column("log_index", BigInteger, nullable=True),
    Index("ix_audit_entries_network_id_at", "network_id", "at"),
    Index("ix_audit_entries_actor_at", "actor", "at"),
    _where("ix_audit_entries_encounter", "encounter_id IS NOT NULL", "encounter_id", "at"),
    _where("ix_audit_entries_patient", "patient_id IS NOT NULL", "patient_id", "at"),
    _where("ix_audit_entries_rare", RARE, "network_id", "at"),
    _where("ix_audit_entries_lists", LISTS, "network_id", "at"),
    _where("ix_audit_entries_pending", "log_index IS NULL", "at"),
    Index("uq_audit_entries_log_index", "log_index", unique=True),
)

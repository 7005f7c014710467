"""The tables of what is told to other systems: to whom, what, and how far each telling is.

Nothing here carries PHI: a message is a kind of happening, identifiers and instants. Where a
destination is (its address may hold a password) and its secrets are sealed.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)

from server.storage.columns import ID, METADATA, instant, key, reference

OPEN: Final = text("state IN ('waiting', 'sending')")
PRESSING: Final = text("state IN ('waiting', 'sending', 'dead')")
TOLD: Final = text("state = 'delivered' AND stream <> 'topic:log.checkpoint'")
"""Conditions of indexes: a query that says the same words can use them, and no other one."""


def _where(name: str, only: TextClause, *columns: str) -> Index:
    """Make an index of some rows only: most deliveries are checkpoints that were taken."""
    return Index(name, *columns, sqlite_where=only, postgresql_where=only)


destinations: Final = Table(
    "destinations",
    METADATA,
    key(),
    reference("organization_id", "organizations.id"),  # a spa or a network
    Column("channel", String(8), nullable=False),  # webhook email sms emr
    Column("sealed_address", LargeBinary, nullable=False),
    Column("topics", String(400), nullable=False),  # between spaces
    Column("scheme", String(4), nullable=False),  # v1 | v1a
    Column("state", String(12), nullable=False),  # active | disabled
    Column("reason", String(40), nullable=True),  # why it is disabled
    Column("created_by", String(80), nullable=False),
    instant("created_at"),
    instant("changed_at"),
    instant("failing_since", nullable=True),  # without a success since then
    Index(None, "organization_id", "state"),
)
destination_secrets: Final = Table(
    "destination_secrets",
    METADATA,
    key(),
    reference("destination_id", "destinations.id"),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=True),  # of v1a
    instant("created_at"),
    instant("ends_at", nullable=True),  # another one took its place
    Index(None, "destination_id"),
)
outbox_messages: Final = Table(
    "outbox_messages",
    METADATA,
    key(),
    Column("topic", String(40), nullable=False),
    Column("channel", String(8), nullable=False),
    reference("network_id", "organizations.id"),
    reference("spa_id", "organizations.id", nullable=True),
    reference("encounter_id", "encounters.id", nullable=True),
    Column("subject", String(120), nullable=False),
    Column("body", Text, nullable=False),  # JSON without PHI
    instant("at"),
    Index(None, "at"),
)
deliveries: Final = Table(
    "deliveries",
    METADATA,
    Column("message_id", ID, ForeignKey("outbox_messages.id"), primary_key=True),
    Column("destination_id", ID, ForeignKey("destinations.id"), primary_key=True),
    Column("stream", String(80), nullable=False),  # within which the order holds
    Column("place", Integer, nullable=False),  # in that stream, from 1
    Column("state", String(12), nullable=False),  # waiting sending delivered dead
    Column("attempts", Integer, nullable=False),
    instant("next_at"),
    Column("epoch", BigInteger, nullable=False),  # of the lease under which it is sent
    instant("created_at"),
    instant("tried_at", nullable=True),
    instant("settled_at", nullable=True),
    Column("outcome", String(40), nullable=True),  # from a closed list
    Column("status", Integer, nullable=True),  # of HTTP
    UniqueConstraint("destination_id", "stream", "place"),
    Index(None, "settled_at"),
    _where("ix_deliveries_open", OPEN, "next_at"),
    _where("ix_deliveries_pressing", PRESSING, "destination_id", "created_at"),
    _where("ix_deliveries_told", TOLD, "destination_id", "created_at"),
)

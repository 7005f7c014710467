"""The tables by which the nodes of a cluster reach each other.

They carry, they decide nothing: a row lives for seconds, and is in no backup.
What a row carries is sealed (`server.cluster.sealing`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from server.storage.columns import ID, METADATA, instant

OPEN: Final = text("answered_at IS NULL")
NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers only INTEGER

nodes: Final = Table(
    "nodes",
    METADATA,
    Column("node_id", ID, primary_key=True),  # another one at every start
    Column("name", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    instant("started_at"),
    instant("seen_at"),  # the database's clock, like all of these
    Column("draining", Boolean, nullable=False),
)
requests: Final = Table(
    "requests",
    METADATA,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False),
    Column("network_id", ID, nullable=False),
    Column("node_id", ID, nullable=False),  # who waits for the answer
    Column("kind", String(8), nullable=False),  # opened closed command submit notice
    Column("sealed_body", LargeBinary, nullable=False),
    instant("sent_at"),
    Column("epoch", BigInteger, nullable=False),  # of the lease under which it was taken; 0
    Column("sealed_answer", LargeBinary, nullable=True),
    instant("answered_at", nullable=True),
    Column("again", Boolean, nullable=False),  # the answer is: try again
    Index(None, "id", unique=True),
    Index("ix_requests_open", "network_id", "seq", sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "sent_at"),
)
node_words: Final = Table(
    "node_words",
    METADATA,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    Column("node_id", ID, nullable=False),  # who is to read it
    Column("sealed_body", LargeBinary, nullable=False),
    instant("at"),
    Index(None, "node_id", "seq"),
    Index(None, "at"),
)
CARRIERS: Final = (nodes, requests, node_words)
"""Tables that hold nothing worth keeping."""

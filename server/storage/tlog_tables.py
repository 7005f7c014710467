"""The part of the schema about the tree over all charts: its tiles, what was signed of it.

Nothing here is sealed, and nothing here is about anybody: hashes, numbers and signatures that
the world may see (docs/record-format.md).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from server.storage.columns import METADATA, instant

log_tiles: Final = Table(
    "log_tiles",
    METADATA,
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),  # up to 256, one after the other
)
log_checkpoints: Final = Table(
    "log_checkpoints",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),  # as the log signed it
    instant("at"),
)
log_cosignatures: Final = Table(
    "log_cosignatures",
    METADATA,
    Column("size", BigInteger, ForeignKey("log_checkpoints.size"), primary_key=True),
    Column("witness", String(512), primary_key=True),  # its verifier key
    Column("line", Text, nullable=False),
    instant("at"),
)

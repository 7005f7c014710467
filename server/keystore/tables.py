"""The keystore's own schema: it has no migrations, and no table of it is in a backup.

`parent` names the key that wraps a row. Rows of the purpose `root` hold no key: `sealed_key` is
a known text under that root key, by which another one is told at once.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

KEYSTORE: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
FORMAT: Final = 1

keys: Final = Table(
    "keys",
    KEYSTORE,
    Column("id", String(64), primary_key=True),
    Column("purpose", String(32), nullable=False),  # see `server.keystore.key.Purpose`
    Column("subject", String(64), nullable=False),
    Column("version", Integer, nullable=False),  # of roots and tenants; 1 of all others
    Column("tenant", String(64), nullable=False),  # the organization under which it hangs
    Column("parent", String(64), nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),  # empty: destroyed
    Column("public_key", LargeBinary, nullable=True),  # of a signing key
    Column("created_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger, nullable=True),  # nothing is wrapped with it any more
    Column("shredded_at", BigInteger, nullable=True),  # destroyed on purpose, never made again
    UniqueConstraint("purpose", "subject", "version"),
    Index(None, "parent"),
)
shreds: Final = Table(
    "shreds",
    KEYSTORE,
    Column("purpose", String(32), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("reason", String(500), nullable=False),
)
state: Final = Table(
    "keystore_state",
    KEYSTORE,
    Column("format", Integer, primary_key=True),
    Column("generation", BigInteger, nullable=False),  # grows when what is remembered is stale
)

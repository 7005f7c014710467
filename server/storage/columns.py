"""What tables are made of: the one set of them, and the columns that many have."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, String, text

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ID: Final = String(64)


def key() -> Column[str]:
    """Make the column of an identifier that a row is known by."""
    return Column("id", ID, primary_key=True)


def instant(name: str, *, nullable: bool = False) -> Column[int]:
    """Make a column of microseconds UTC."""
    return Column(name, BigInteger, nullable=nullable)


def reference(name: str, target: str, *, nullable: bool = False) -> Column[str]:
    """Make a column that names a row of another table."""
    return Column(name, ID, ForeignKey(target), nullable=nullable)


def place_in_log(table: str, *order: str) -> tuple[Column[int], Index, Index]:
    """Make the column that says which leaf of the tree a row is, and its indexes.

    Args:
        table: whose rows are leaves; it has a column `leaf_hash` too.
        order: columns by which rows without a place are taken into the tree.
    """
    without = text("log_index IS NULL")
    return (
        Column("log_index", BigInteger, nullable=True),  # written once, by the sequencer
        Index(None, "log_index", unique=True),
        # As small as what waits: how the sequencer finds it however large the table is.
        Index(f"ix_{table}_waiting", *order, sqlite_where=without, postgresql_where=without),
    )

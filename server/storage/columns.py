"""What tables are made of: the one set of them, and the columns that many have."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, String

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

"""Rows that are known by an `id`: found, relied upon, changed.

What they become, the modules say whose tables they are of.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Table, update

from server.storage.errors import RowMissing
from server.storage.statements import Query, Tx, Values

Row: TypeAlias = dict[str, Any]  # as SQLAlchemy types it; leaves those modules as a dataclass


async def found(tx: Tx, query: Query) -> list[Row]:
    """Give the rows of a query, each to be taken apart by who asked."""
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def only(tx: Tx, query: Query, table: str, key: str) -> Row:
    """Give the one row of a query, or raise RowMissing."""
    rows = await found(tx, query)
    if not rows:
        raise RowMissing(table, key)
    return rows[0]


def shared(query: Query, *, lock: bool) -> Query:
    """Let a query keep its rows as they are until the commit, if the caller relies on them."""
    return query.with_for_update(read=True) if lock else query


async def set_row(tx: Tx, table: Table, key: str, values: Values) -> None:
    """Write columns of one row. Raises RowMissing."""
    changed = await tx.execute(update(table).where(table.c.id == key).values(dict(values)))
    if changed.rowcount != 1:
        raise RowMissing(table.name, key)


def with_id(values: Row, field: str) -> Row:
    """Give the columns of a new row; what is called `field` as a value is its `id`."""
    return {"id": values.pop(field), **values}

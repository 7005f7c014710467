"""Every row of some tables, in one snapshot and with bounded memory.

Pages are cut by the primary key: a page begins after the last row of the one before, so that
no page is looked for twice and the database sorts nothing. How many rows a page has depends
on how long their contents are, which is asked first: photographs come a few at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    Text,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy import Row as SqlRow

from server.backups.rows import Counts, End, encoded, encoded_head, head_of

PAGE_ROWS_MAX: Final = 500
PAGE_BYTES: Final = 4 * 1_048_576
Page = Sequence[SqlRow[*tuple[Any, ...]]]
LONG: Final = (LargeBinary, Text)  # types whose contents may be long


def lines(connection: Connection, tables: Sequence[Table], counts: Counts) -> Iterator[bytes]:
    """Give the lines of a backup's content (`server.backups.rows`).

    Args:
        connection: in a transaction that sees one snapshot.
        tables: in an order in which they may be filled again.
        counts: counted up on the way.
    """
    for table in tables:
        head = head_of(table)
        counts.by_table[table.name] = 0
        yield encoded_head(head)
        for page in _pages(connection, table):
            counts.by_table[table.name] += len(page)
            for row in page:
                yield encoded(head, tuple(row))
    yield encoded_head(End(end=counts.by_table))


def _pages(
    connection: Connection, table: Table
) -> Iterator[Sequence[SqlRow[*tuple[Any, ...]]]]:
    keys = list(table.primary_key)
    places = [list(table.c).index(key) for key in keys]
    after: Sequence[object] | None = None
    while True:
        size = _fitting(connection, table, after)
        if size == 0:
            return
        query = select(table).order_by(*keys).limit(size)
        if after is not None:
            query = query.where(_beyond(keys, after))
        page = connection.execute(query).all()
        yield page
        after = [page[-1][place] for place in places]


def _fitting(connection: Connection, table: Table, after: Sequence[object] | None) -> int:
    """Tell how many of the next rows fit into a page; at least one if there is one."""
    keys = list(table.primary_key)
    lengths = [
        func.coalesce(func.length(one), 0) for one in table.c if isinstance(one.type, LONG)
    ]
    size = sum(lengths, start=literal(0))
    query = select(size).select_from(table).order_by(*keys).limit(PAGE_ROWS_MAX)
    if after is not None:
        query = query.where(_beyond(keys, after))
    total = count = 0
    for length in connection.execute(query).scalars():
        total += length
        if count and total > PAGE_BYTES:
            break
        count += 1
    return count


def _beyond(
    keys: Sequence[ColumnElement[object]], after: Sequence[object]
) -> ColumnElement[bool]:
    if len(keys) == 1:
        return keys[0] > after[0]
    return tuple_(*keys) > tuple_(*after)


def sizes(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give tables and their rows, the fullest first, empty ones left out."""
    filled = [(name, rows) for name, rows in counts.items() if rows]
    return sorted(filled, key=lambda one: (-one[1], one[0]))

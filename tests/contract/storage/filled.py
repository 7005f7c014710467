"""Rows for every table there is, whatever they mean: three each, naming one another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from server.storage.cluster_tables import CARRIERS
from server.storage.database import Database
from server.storage.tables import METADATA

ROWS = 3
SIGNED = ("log_checkpoints", "log_cosignatures")  # only those who sign can write there
TABLES = [
    one for one in METADATA.sorted_tables if one.name not in SIGNED and one not in CARRIERS
]
ODD = 'Ünï\\cødé "quoted" \n\t'


async def fill(database: Database) -> None:
    """Fill these tables; rows that name rows of their own table do so in a ring."""
    async with database.write() as tx:
        for table in TABLES:
            for number in range(ROWS):
                await tx.execute(insert(table).values(_row(table, number)))
        for table in TABLES:
            for column in table.c:
                if not _names_its_own(column):
                    continue
                for number in range(ROWS):
                    key = next(iter(table.primary_key))
                    named = _value(key, (number + 1) % ROWS)
                    await tx.execute(
                        update(table)
                        .where(key == _value(key, number))
                        .values({column.name: named})
                    )


async def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table."""
    async with database.read() as tx:
        return {
            table.name: [
                tuple(row)
                for row in await tx.execute(select(table).order_by(*table.primary_key))
            ]
            for table in METADATA.sorted_tables
        }


def _row(table: Table, number: int) -> dict[str, object]:
    return {one.name: None if _names_its_own(one) else _value(one, number) for one in table.c}


def _names_its_own(column: Column[object]) -> bool:
    return any(one.column.table is column.table for one in column.foreign_keys)


def _value(column: Column[object], number: int) -> object:
    for one in column.foreign_keys:
        return _value(one.column, number)
    if column.nullable and number == 0:
        return None
    kind = column.type
    values: list[tuple[type[TypeEngine[Any]], object]] = [
        (LargeBinary, bytes(range(256)) * (number + 1)),
        (Boolean, bool(number % 2)),
        (BigInteger, 2**62 + number),
        (Integer, number),
        (Float, 0.1 + number),
    ]
    text = f"{number}{column.table.name}{ODD}"
    given = (value for type_, value in values if isinstance(kind, type_))
    return next(given, text[: getattr(kind, "length", None)])

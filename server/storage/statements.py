"""What SQLAlchemy spells differently for the two databases, spelled once.

Not a query builder: the statements themselves stand in the modules that own their tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, Connection, Insert, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Tx: TypeAlias = AsyncConnection
"""A connection inside a transaction of `Database.read` or `Database.write`."""

Values: TypeAlias = Mapping[str, object]
Query: TypeAlias = Select[*tuple[Any, ...]]


_STATE: Final = "goodfaith_transaction"


@dataclass(slots=True)
class TransactionState:
    """What is to be remembered for as long as one transaction lasts.

    Attributes:
        writable: it was begun by `Database.write`.
        doomed: a statement failed, so it must not commit.
        made_keys: purpose and subject of keys that it created and nobody else sees yet.
    """

    writable: bool
    doomed: bool = False
    made_keys: set[tuple[str, str]] = field(default_factory=set)


def begin_state(tx: Tx, *, writable: bool) -> None:
    """Forget what the connection's last transaction was about."""
    tx.info[_STATE] = TransactionState(writable=writable)


def state_of(connection: Tx | Connection) -> TransactionState:
    """Give the state of the transaction that runs on a connection."""
    state = connection.info.get(_STATE)
    return state if isinstance(state, TransactionState) else TransactionState(writable=True)


class clock_us(FunctionElement[int]):  # noqa: N801 - an SQL function, spelled like one
    """Microseconds UTC on the database's clock, at the moment the row is looked at."""

    name = "clock_us"
    type: TypeEngine[int] = BigInteger()
    inherit_cache: bool | None = True


@compiles(clock_us, "postgresql")
def _clock_of_postgresql(_element: clock_us, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"


@compiles(clock_us, "sqlite")
def _clock_of_sqlite(_element: clock_us, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401
    # 'now' is one instant within a statement; '%f' is seconds with three decimals.
    return (
        "(CAST(strftime('%s', 'now') AS INTEGER) * 1000000"
        " + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000)"
    )


def insert_into(tx: Tx, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that may say ON CONFLICT, in the words of this database."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


async def count_of(tx: Tx, statement: Insert, rows: Sequence[Values]) -> int:
    """Execute an INSERT for every row, and return how many of them it wrote."""
    counted = statement.execution_options(preserve_rowcount=True)
    return (await tx.execute(counted, [dict(row) for row in rows])).rowcount


async def upsert(tx: Tx, table: Table, *rows: Values) -> None:
    """Insert rows in this order, each overwriting the row that has the same primary key.

    All of them have the same columns.
    """
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(tx, table)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await tx.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=rest),
        [dict(row) for row in rows],
    )

"""What SQLAlchemy spells differently for the two databases, spelled once.

Not a query builder: the statements themselves stand in the modules that own their tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    TableValuedAlias,
    Text,
    any_,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from server.keystore.store import KeyStore

Tx: TypeAlias = AsyncConnection
"""A connection inside a transaction of `Database.read` or `Database.write`."""

Values: TypeAlias = Mapping[str, object]
Query: TypeAlias = Select[*tuple[Any, ...]]
Insertion: TypeAlias = postgresql.Insert | sqlite.Insert


_STATE: Final = "goodfaith_transaction"


@dataclass(slots=True)
class TransactionState:
    """What is to be remembered for as long as one transaction lasts.

    Attributes:
        writable: it was begun by `Database.write`.
        doomed: a statement failed, so it must not commit.
        keystore: where the keys are of what it seals; the keystore itself has none.
        told: it put something into the outbox.
    """

    writable: bool
    doomed: bool = False
    keystore: KeyStore | None = None
    told: bool = False


def begin_state(tx: Tx, *, writable: bool, keystore: KeyStore | None) -> None:
    """Forget what the connection's last transaction was about."""
    tx.info[_STATE] = TransactionState(writable=writable, keystore=keystore)


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


def insert_into(tx: Tx, table: Table) -> Insertion:
    """Begin an INSERT that may say ON CONFLICT, in the words of this database."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


async def upsert(tx: Tx, table: Table, *rows: Values) -> None:
    """Insert rows, each overwriting the row that has the same primary key.

    All of them have the same columns.
    """
    keys = [column.name for column in table.primary_key]

    def overwrite(statement: Insertion) -> Insertion:
        rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        return statement.on_conflict_do_update(index_elements=keys, set_=rest)

    await insert_rows(tx, table, rows, overwrite)


async def insert_rows(
    tx: Tx,
    table: Table,
    rows: Sequence[Values],
    otherwise: Callable[[Insertion], Insertion] | None = None,
) -> int:
    """Insert rows, all with the same columns, and return how many were written.

    Args:
        tx: where.
        table: where to.
        rows: in which order they are inserted.
        otherwise: adds what is to happen to a row that is there already.
    """
    if not rows:
        return 0
    statement = insert_into(tx, table)
    if tx.dialect.name == "postgresql" and len(rows) > 1:
        names = list(rows[0])
        new = unnested({name: table.c[name].type for name in names}, rows)
        statement = statement.from_select(names, select(*new.c))
        parameters = None
    else:
        parameters = [dict(row) for row in rows]
    complete = otherwise(statement) if otherwise is not None else statement
    counted = complete.execution_options(preserve_rowcount=True)
    return (await tx.execute(counted, parameters)).rowcount


async def update_rows(
    tx: Tx, table: Table, rows: Sequence[Values], *, where: Mapping[str, str]
) -> int:
    """Update rows, all with the same columns, and return how many were written.

    Args:
        tx: where.
        table: of which.
        rows: new values by column, and beside them what finds the row.
        where: those names, and the column that must have the value.
    """
    if not rows:
        return 0
    if tx.dialect.name == "postgresql":
        types = {name: table.c[where.get(name, name)].type for name in rows[0]}
        new = unnested(types, rows)
        found = [table.c[name] == new.c[given] for given, name in where.items()]
        values = {name: new.c[name] for name in types if name not in where}
        return (await tx.execute(update(table).where(*found).values(values))).rowcount
    found = [table.c[name] == bindparam(given) for given, name in where.items()]
    parameters = [dict(row) for row in rows]
    return (await tx.execute(update(table).where(*found), parameters)).rowcount


def unnested(types: Mapping[str, TypeEngine[Any]], rows: Sequence[Values]) -> TableValuedAlias:
    """Name rows as a table in a statement of PostgreSQL: one array for each column.

    One statement with a dozen parameters, however many rows: measured at a third of what a
    pipeline of single rows costs (docs/decisions/0007). SQLite executes a prepared statement
    once a row, in the same process, and needs nothing of the kind.
    """
    arrays = [
        bindparam(None, [row[name] for row in rows], type_=postgresql.ARRAY(_whole(kind)))
        for name, kind in types.items()
    ]
    columns = [column(name, _whole(kind)) for name, kind in types.items()]
    return func.unnest(*arrays).table_valued(*columns, name="new").render_derived()


def among(tx: Tx, text: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """Tell in a statement whether a text is among others, however many they are.

    One parameter on PostgreSQL: a list of hundreds is written out anew for every statement.
    """
    if tx.dialect.name == "postgresql":
        return text == any_(bindparam(None, list(values), type_=postgresql.ARRAY(Text())))
    return text.in_(values)


def _whole(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type without a length: a cast to one cuts off what is too long, silently.

    Without, the column itself refuses it.
    """
    return Text() if isinstance(kind, String) else kind

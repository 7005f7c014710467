"""Rows as lines of text: what is inside a backup once it is opened.

    {"table": "sites", "columns": [["id", "text"], ...]}
    ["site-1", ...]                                          one array a row; bytes in base64
    {"end": {"sites": 1, ...}}                               how many rows each table had

Column names and kinds are in the file, so that a schema that has changed since can be loaded
into tables of its own time. Pure.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Boolean, Column, Float, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine

from server.backups.refusals import ContentBroken

Kind = Literal["int", "text", "bool", "float", "bytes"]
Value = int | str | bool | float | bytes | None
Row = Sequence[Value]
LINE_BYTES_MAX: Final = 256 * 1_048_576
M = TypeVar("M", bound=BaseModel)

_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], Kind]]] = (
    (LargeBinary, "bytes"),
    (Boolean, "bool"),
    (Float, "float"),
    (Integer, "int"),
    (String, "text"),
)
_FITS: Final[Mapping[Kind, tuple[type, ...]]] = {
    "int": (int,),
    "text": (str,),
    "bool": (bool,),
    "float": (float, int),
    "bytes": (bytes,),
}


class Head(BaseModel):
    """Begins a table: its name, and its columns with their kinds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    columns: tuple[tuple[str, Kind], ...]


class End(BaseModel):
    """Ends the content: rows by table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    end: dict[str, int]


@dataclass(slots=True)
class Counts:
    """How many rows each table has had so far."""

    by_table: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return the rows of all tables."""
        return sum(self.by_table.values())


def head_of(table: Table) -> Head:
    """Describe a table."""
    return Head(table=table.name, columns=tuple((one.name, kind_of(one)) for one in table.c))


def kind_of(column: Column[object]) -> Kind:
    """Tell how the values of a column are written.

    Raises:
        TypeError: of a type that no backup has yet.
    """
    for known, kind in _KINDS:
        if isinstance(column.type, known):
            return kind
    raise TypeError(f"{column.table.name}.{column.name} has a type that no backup writes")


def encoded(head: Head, row: Row) -> bytes:
    """Write a row as a line."""
    values = [base64.b64encode(one).decode() if isinstance(one, bytes) else one for one in row]
    if len(values) != len(head.columns):
        raise ValueError(f"a row of {head.table} has another length than its columns")
    return _line(values)


def encoded_head(head: Head | End) -> bytes:
    """Write what begins a table, or ends the content, as a line."""
    return head.model_dump_json().encode() + b"\n"


def decoded(pieces: Iterable[bytes], *, counts: Counts) -> Iterator[tuple[Head, Row]]:
    """Give every row of a content, and check that the content is whole.

    Args:
        pieces: the content, in pieces of any size.
        counts: counted up on the way.

    Raises:
        ContentBroken: it is not what `encoded` writes, or rows are missing.
    """
    head: Head | None = None
    end: End | None = None
    for line in _lines(pieces):
        if end is not None:
            raise ContentBroken("rows follow the end")
        if line.startswith(b"["):
            if head is None:
                raise ContentBroken("a row stands before any table")
            counts.by_table[head.table] += 1
            yield head, _row(head, line)
        elif line.startswith(b'{"end"'):
            end = _model(End, line)
        else:
            head = _model(Head, line)
            if head.table in counts.by_table:
                raise ContentBroken(f"{head.table} stands there twice")
            counts.by_table[head.table] = 0
    if end is None or end.end != counts.by_table:
        raise ContentBroken("the rows are not as many as the end says")


def _row(head: Head, line: bytes) -> Row:
    try:
        values = json.loads(line)
        row = [_value(kind, one) for (_, kind), one in zip(head.columns, values, strict=True)]
    except (ValueError, binascii.Error):
        raise ContentBroken(f"a row of {head.table} cannot be read") from None
    return row


def _value(kind: Kind, value: object) -> Value:
    if value is None:
        return None
    if kind == "bytes" and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if not isinstance(value, _FITS[kind]) or (kind != "bool" and isinstance(value, bool)):
        raise ValueError("another kind of value than the column's")
    return value  # type: ignore[return-value]  # of the kind's types, as just checked


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        begin = len(held)
        held += piece
        newline = held.find(b"\n", begin)
        start = 0
        while newline >= 0:
            yield bytes(held[start:newline])
            start = newline + 1
            newline = held.find(b"\n", start)
        del held[:start]
        if len(held) > LINE_BYTES_MAX:
            raise ContentBroken("a row is longer than any row may be")
    if held:
        raise ContentBroken("the last row is incomplete")


def _model(kind: type[M], line: bytes) -> M:
    try:
        return kind.model_validate_json(line)
    except ValidationError:
        raise ContentBroken("a line is neither a row nor a table") from None


def _line(values: Sequence[object]) -> bytes:
    return json.dumps(values, separators=(",", ":"), allow_nan=False).encode() + b"\n"

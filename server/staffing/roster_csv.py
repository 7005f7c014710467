"""A roster as a CSV file: text in, shifts or errors by line and column out. Pure.

    practitioner,date,start,end,time_zone        a wall clock; an end before the start is on
    casey,2026-11-30,08:00,16:00,America/Denver  the next day
    practitioner,starts_at,ends_at               instants, ISO 8601 with an offset
    casey,2026-11-30T08:00-07:00,2026-11-30T16:00-07:00

It does not know who there is, nor what is planned already: `importing` does. Cells that a
spreadsheet would take for a formula are refused, so that nothing here becomes one elsewhere.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from server.staffing.local_times import (
    LocalInstant,
    TimeDoesNotExist,
    ZoneUnknown,
    instant_of,
    microseconds,
    zone,
)
from server.staffing.refusals import ShiftOver
from server.staffing.shift_rules import fault_of
from server.staffing.spans import Span

BYTES_MAX: Final = 200_000
LINES_MAX: Final = 5_000
FORMULA: Final = frozenset("=+-@\t\r")
BYTE_ORDER_MARK: Final = "\ufeff"
TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
LOCAL: Final = ("practitioner", "date", "start", "end", "time_zone")
EXACT: Final = ("practitioner", "starts_at", "ends_at")
WORDS: Final[Mapping[str, str]] = {
    "csv_too_large": f"The file is larger than {BYTES_MAX} bytes.",
    "csv_malformed": "The file is not CSV: a quote is not closed, or a character is not text.",
    "csv_empty": "The file has no lines below its heading.",
    "too_many_lines": f"A file has at most {LINES_MAX} lines.",
    "columns_wrong": f"The columns are {', '.join(LOCAL)}; or {', '.join(EXACT)}.",
    "cells_wrong": "The line has not as many cells as there are columns.",
    "cell_empty": "This cell is empty.",
    "formula_refused": "A cell must not begin with = + - @ or a tab.",
    "date_invalid": "A date is written as 2026-11-30.",
    "time_invalid": "A time is written as 08:00, up to 23:59.",
    "time_zone_unknown": "No such time zone. It is written as America/Phoenix.",
    "time_does_not_exist": "The clocks are put forward over this time: it does not exist.",
    "time_comes_twice": "The clocks are put back over this time: the first one was taken.",
    "instant_invalid": "An instant is written as 2026-11-30T08:00-07:00.",
    "instant_without_offset": "The offset is missing: 2026-11-30T08:00-07:00 has one.",
    "shift_over": "This shift is over already: it was left out.",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one cell.

    Attributes:
        line: as a text editor counts, the heading is 1; 0 when it is about the whole file.
        column: the heading of the cell; empty when it is about the whole line.
        code: stable.
        message: one English sentence. It never repeats what was in the cell.
    """

    line: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line that can be a shift; whose, is still to be looked up."""

    line: int
    practitioner: str
    span: Span


@dataclass(slots=True)
class Roster:
    """What a file says. With an error in it, nothing of it is used."""

    lines: list[PlannedLine] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)


class CellWrong(Exception):
    """A cell cannot be read; says which, and why."""

    def __init__(self, column: str, code: str, message: str = "") -> None:
        super().__init__(code)
        self.column = column
        self.code = code
        self.message = message or WORDS[code]


def parse(text: str, *, now: int) -> Roster:
    """Read a file.

    Args:
        text: all of it; a byte order mark and any kind of line end are accepted.
        now: microseconds UTC.
    """
    roster = Roster()
    if len(text.encode("utf-8", "replace")) > BYTES_MAX:
        roster.errors.append(_remark(0, "", "csv_too_large"))
        return roster
    try:
        rows = list(rows_of(text))
    except csv.Error:
        roster.errors.append(_remark(0, "", "csv_malformed"))
        return roster
    _read(roster, rows, now)
    return roster


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give every line that has something in it, with its number.

    Raises:
        csv.Error: it is not CSV, or has what is no text.
    """
    if "\0" in text:
        raise csv.Error("a null character")
    source = io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")
    reader = csv.reader(source, strict=True)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _read(roster: Roster, rows: Sequence[tuple[int, list[str]]], now: int) -> None:
    heading = tuple(cell.strip().lower() for cell in rows[0][1]) if rows else ()
    if rows and (len(heading) != len(set(heading)) or set(heading) not in _HEADINGS):
        roster.errors.append(_remark(rows[0][0], "", "columns_wrong"))
    elif len(rows) <= 1:
        roster.errors.append(_remark(0, "", "csv_empty"))
    elif len(rows) - 1 > LINES_MAX:
        roster.errors.append(_remark(0, "", "too_many_lines"))
    else:
        for line, cells in rows[1:]:
            _read_line(roster, line, heading, cells, now)


_HEADINGS: Final = (set(LOCAL), set(EXACT))


def _read_line(
    roster: Roster, line: int, heading: tuple[str, ...], cells: Sequence[str], now: int
) -> None:
    try:
        values = _values(heading, cells)
        span, twice = _exact(values) if "starts_at" in values else _local(values)
    except CellWrong as wrong:
        roster.errors.append(Remark(line, wrong.column, wrong.code, wrong.message))
        return
    fault = fault_of(span, now=now)
    if isinstance(fault, ShiftOver):
        roster.notes.append(_remark(line, _end_of(values), fault.code))
    elif fault is not None:
        roster.errors.append(Remark(line, _end_of(values), fault.code, fault.message))
    else:
        roster.notes += [_remark(line, column, "time_comes_twice") for column in twice]
        roster.lines.append(PlannedLine(line, values["practitioner"].lower(), span))


def _values(heading: tuple[str, ...], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(heading):
        raise CellWrong("", "cells_wrong")
    for column, cell in zip(heading, cells, strict=True):
        if cell[:1] in FORMULA or cell.strip()[:1] in FORMULA:
            raise CellWrong(column, "formula_refused")
        if not cell.strip():
            raise CellWrong(column, "cell_empty")
    return {column: cell.strip() for column, cell in zip(heading, cells, strict=True) if column}


def _local(values: Mapping[str, str]) -> tuple[Span, list[str]]:
    """Read a wall clock's times; an end before the start is on the next day."""
    try:
        where = zone(values["time_zone"])
    except ZoneUnknown:
        raise CellWrong("time_zone", "time_zone_unknown") from None
    try:
        day = date.fromisoformat(values["date"]) if len(values["date"]) == DATE_CHARS else None
        after = day + timedelta(days=1) if day else None
    except (ValueError, OverflowError):
        day = after = None
    if day is None or after is None:
        raise CellWrong("date", "date_invalid")
    start, end = _time(values, "start"), _time(values, "end")
    begins = _on_wall("start", day, start, where.key)
    ends = _on_wall("end", after if end < start else day, end, where.key)
    named = {"start": begins, "end": ends}
    twice = [column for column, instant in named.items() if instant.comes_twice]
    return Span(begins.instant, ends.instant), twice


DATE_CHARS: Final = 10


def _on_wall(column: str, day: date, at: time, where: str) -> LocalInstant:
    try:
        return instant_of(day, at, zone(where))
    except TimeDoesNotExist:
        raise CellWrong(column, "time_does_not_exist") from None
    except OverflowError:
        raise CellWrong("date", "date_invalid") from None


def _time(values: Mapping[str, str], column: str) -> time:
    found = TIME.fullmatch(values[column])
    if found is None:
        raise CellWrong(column, "time_invalid")
    return time(int(found[1]), int(found[2]))


def _exact(values: Mapping[str, str]) -> tuple[Span, list[str]]:
    return Span(_instant(values, "starts_at"), _instant(values, "ends_at")), []


def _instant(values: Mapping[str, str], column: str) -> int:
    try:
        moment = datetime.fromisoformat(values[column])
        if moment.tzinfo is None:
            raise CellWrong(column, "instant_without_offset")
        return microseconds(moment)
    except (ValueError, OverflowError):
        raise CellWrong(column, "instant_invalid") from None


def _end_of(values: Mapping[str, str]) -> str:
    """Name the cell in which a shift's length is to be mended."""
    return "ends_at" if "ends_at" in values else "end"


def _remark(line: int, column: str, code: str) -> Remark:
    return Remark(line, column, code, WORDS[code])

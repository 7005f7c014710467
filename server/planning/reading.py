"""CSV as spreadsheets write it, into demand and roster.

    interval_start,jurisdiction,arrivals
    2026-03-02T09:00-07:00,AZ,6.5

    practitioner,jurisdictions,starts_at,ends_at
    Dr. Reyes,AZ NV CA,2026-03-02T08:00-07:00,2026-03-02T16:00-07:00

Times are ISO 8601; without a zone they are UTC. A refusal names the line, never its content.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar

from server.jurisdictions import is_jurisdiction
from server.planning.demand import Demand, Expected, demand
from server.planning.refusals import PlanRefused
from server.planning.roster import Line, Roster, Shift, roster

CSV_CHARS_MAX: Final = 1_000_000
ROWS_MAX: Final = 20_000
ARRIVAL_COLUMNS: Final = ("interval_start", "jurisdiction", "arrivals")
ROSTER_COLUMNS: Final = ("practitioner", "jurisdictions", "starts_at", "ends_at")

T = TypeVar("T")


def read_arrivals(text: str) -> Demand:
    """Read expected arrivals.

    Raises:
        PlanRefused: naming the line that is wrong, or what is missing.
    """
    return demand(_rows("The arrivals", text, ARRIVAL_COLUMNS, _expected))


def read_roster(text: str) -> Roster:
    """Read a roster.

    Raises:
        PlanRefused: naming the line that is wrong, or what is missing.
    """
    return roster(_rows("The roster", text, ROSTER_COLUMNS, _line))


def read_instant(text: str) -> int:
    """Return an ISO 8601 time in epoch seconds; without a zone it is UTC.

    Raises:
        PlanRefused: it is none, or far from any day that is planned.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        seconds = known.timestamp()
    except (ValueError, OverflowError):
        raise PlanRefused("A time is not written as 2026-03-02T09:00-07:00.") from None
    if not 0.0 <= seconds < 2**33:
        raise PlanRefused("A time is not in a year that is planned.")
    return int(seconds)


def _rows(
    what: str, text: str, columns: tuple[str, ...], read: Callable[[Mapping[str, str]], T]
) -> Iterator[T]:
    if len(text) > CSV_CHARS_MAX:
        raise PlanRefused(f"{what} have more than {CSV_CHARS_MAX} characters.")
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        named = {(name or "").strip().lower() for name in lines.fieldnames or ()}
        if not named.issuperset(columns):
            raise PlanRefused(f"{what} need a first line with {','.join(columns)}.")
        for row, cells in enumerate(lines):
            if row >= ROWS_MAX:
                raise PlanRefused(f"{what} have more than {ROWS_MAX} lines.")
            yield _row(what, lines.line_num, cells, read)
    except csv.Error:
        raise PlanRefused(f"{what}, line {lines.line_num}: it is not CSV.") from None


def _row(
    what: str,
    number: int,
    cells: Mapping[str | None, str | None],
    read: Callable[[Mapping[str, str]], T],
) -> T:
    known = {(name or "").strip().lower(): (cell or "") for name, cell in cells.items() if name}
    try:
        return read(known)
    except PlanRefused as refused:
        raise PlanRefused(f"{what}, line {number}: {refused}") from None


def _expected(cells: Mapping[str, str]) -> Expected:
    try:
        arrivals = float(cells["arrivals"])
    except ValueError:
        arrivals = math.nan
    if not arrivals >= 0.0:
        raise PlanRefused("Arrivals are a number that is not negative.")
    return Expected(
        read_instant(cells["interval_start"]), _jurisdiction(cells["jurisdiction"]), arrivals
    )


def _line(cells: Mapping[str, str]) -> Line:
    return Line(
        cells["practitioner"].strip(),
        frozenset(map(_jurisdiction, re.split(r"[\s;|,]+", cells["jurisdictions"].strip()))),
        Shift(read_instant(cells["starts_at"]), read_instant(cells["ends_at"])),
    )


def _jurisdiction(text: str) -> str:
    code = text.strip().upper()
    if not is_jurisdiction(code):
        raise PlanRefused("A jurisdiction is not one of the 51 two-letter codes.")
    return code

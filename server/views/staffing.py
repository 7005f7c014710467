"""Shifts and rosters, on the page of operations and on the practitioner's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Id, Message

Milliseconds = Annotated[int, Field(ge=0, le=253_402_300_799_000)]
CsvText = Annotated[str, StringConstraints(max_length=200_000)]


class ShiftForm(Message):
    """When a shift is."""

    starts_at_ms: Milliseconds
    ends_at_ms: Milliseconds


class NewShiftForm(Message):
    """A shift of somebody."""

    practitioner_id: Id
    starts_at_ms: Milliseconds
    ends_at_ms: Milliseconds


class ImportForm(Message):
    """A roster file. Without `apply` nothing is written: the answer says what it would do.

    With `replaced`, what is planned to begin in that stretch and is not in the file goes.
    """

    csv: CsvText
    replaced: ShiftForm | None = None
    apply: bool


class ConsoleSettingsForm(Message):
    """What a practitioner chooses for their console."""

    auto_accept: bool


class ShiftView(Message):
    """A planned shift."""

    shift_id: str
    practitioner_id: str
    starts_at_ms: int
    ends_at_ms: int
    source: Literal["csv", "console", "ops", "demo"]


class OwnShiftsView(Message):
    """A practitioner's own shifts of the next two weeks."""

    now_ms: int
    shifts: list[ShiftView]


class RosterPersonView(Message):
    """Somebody who can be rostered; `login` and `npi` are what a roster file names them by."""

    practitioner_id: str
    display_name: str
    profession: str
    login: str
    npi: str
    jurisdictions: list[str]


class RosterView(Message):
    """The shifts of a network that touch a stretch of time."""

    now_ms: int
    people: list[RosterPersonView]
    shifts: list[ShiftView]


class RemarkView(Message):
    """Something about one cell of a file; line 0 is the file as a whole."""

    line: int
    column: str
    code: str
    message: str


class ImportView(Message):
    """What a roster file would do, or did."""

    lines: int
    added: int
    removed: int
    unchanged: int
    errors: list[RemarkView]
    notes: list[RemarkView]
    applied: bool


class CoverageRowView(Message):
    """How many who may see patients of a jurisdiction are rostered, for each of 24 hours.

    `gaps` are the stretches without anybody: pairs of first hour and hour after the last.
    """

    jurisdiction: str
    name: str
    rostered: list[int]
    gaps: list[list[int]]


class CoverageView(Message):
    """Twenty-four hours from `starts_at_ms` on, for all 51 jurisdictions."""

    starts_at_ms: int
    rows: list[CoverageRowView]

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.staffing.local_times import microseconds
from server.staffing.roster_csv import BYTES_MAX, LINES_MAX, Roster, parse

NOW = microseconds(datetime(2026, 1, 1, tzinfo=UTC))
LOCAL = "practitioner,date,start,end,time_zone\n"
EXACT = "practitioner,starts_at,ends_at\n"
HOUR = 3_600 * 1_000_000


def read(text: str) -> Roster:
    return parse(text, now=NOW)


def codes(roster: Roster) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.code) for one in roster.errors]


def test_a_day_shift() -> None:
    (line,) = read(LOCAL + "Casey,2026-01-05,08:00,16:00,America/Denver\n").lines
    assert (line.line, line.practitioner) == (2, "casey")
    assert line.span.starts_at == microseconds(datetime(2026, 1, 5, 15, tzinfo=UTC))
    assert line.span.ends_at - line.span.starts_at == 8 * HOUR


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    (line,) = read(LOCAL + "casey,2026-01-31,22:00,06:00,America/Denver\n").lines
    assert line.span.ends_at == microseconds(datetime(2026, 2, 1, 13, tzinfo=UTC))


def test_a_night_over_the_change_of_the_clocks_has_its_true_length() -> None:
    spring, autumn = read(
        LOCAL
        + "casey,2026-03-07,22:00,06:00,America/Denver\n"
        + "casey,2026-10-31,22:00,06:00,America/Denver\n"
    ).lines
    assert spring.span.ends_at - spring.span.starts_at == 7 * HOUR
    assert autumn.span.ends_at - autumn.span.starts_at == 9 * HOUR


def test_instants_with_their_offset() -> None:
    (line,) = read(EXACT + "1000000038,2026-01-05T08:00-07:00,2026-01-05T23:00Z\n").lines
    assert line.span.ends_at - line.span.starts_at == 8 * HOUR


def test_a_spreadsheets_file_is_read_as_it_comes() -> None:
    text = "\ufeff" + (LOCAL + "casey,2026-01-05,8:00,16:00,America/Denver\n").replace(
        "\n", "\r\n"
    )
    assert len(read(text + "\r\n,,,,\r\n").lines) == 1
    assert len(read(text.replace("\r\n", "\r")).lines) == 1


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("casey,2026-03-08,02:30,10:00,America/Denver", "start", "time_does_not_exist"),
        ("casey,2026-03-07,20:00,02:30,America/Denver", "end", "time_does_not_exist"),
        ("casey,2026-01-05,08:00,16:00,Mountain", "time_zone", "time_zone_unknown"),
        ("casey,05/01/2026,08:00,16:00,UTC", "date", "date_invalid"),
        ("casey,2026-02-30,08:00,16:00,UTC", "date", "date_invalid"),
        ("casey,9999-12-31,08:00,16:00,UTC", "date", "date_invalid"),
        ("casey,20260105,08:00,16:00,UTC", "date", "date_invalid"),
        ("casey,2026-01-05,8am,16:00,UTC", "start", "time_invalid"),
        ("casey,2026-01-05,08:00,24:00,UTC", "end", "time_invalid"),
        ("casey,2026-01-05,08:00,08:10,UTC", "end", "shift_too_short"),
        ("casey,2026-01-05,08:00,08:00,UTC", "end", "shift_too_short"),
        ("casey,2027-02-05,08:00,16:00,UTC", "end", "shift_too_far"),
        ("casey,2026-10-31,23:00,22:59,America/Denver", "end", "shift_too_long"),
        (",2026-01-05,08:00,16:00,UTC", "practitioner", "cell_empty"),
        ("casey,2026-01-05,08:00,16:00", "", "cells_wrong"),
        ('"=HYPERLINK(1)",2026-01-05,08:00,16:00,UTC', "practitioner", "formula_refused"),
        ("@casey,2026-01-05,08:00,16:00,UTC", "practitioner", "formula_refused"),
        (" +1,2026-01-05,08:00,16:00,UTC", "practitioner", "formula_refused"),
        ("-1,2026-01-05,08:00,16:00,UTC", "practitioner", "formula_refused"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(row: str, column: str, code: str) -> None:
    good = "casey,2026-01-04,08:00,16:00,UTC\n"
    roster = read(LOCAL + good + row + "\n")
    assert codes(roster) == [(3, column, code)]
    assert len(roster.lines) == 1


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("casey,2026-01-05T08:00,2026-01-05T16:00Z", "starts_at", "instant_without_offset"),
        ("casey,2026-01-05T08:00Z,tomorrow", "ends_at", "instant_invalid"),
        ("casey,2026-01-05T08:00Z,2026-01-07T08:00Z", "ends_at", "shift_too_long"),
        ("casey,2026-01-05T08:00Z,2026-01-05T07:00Z", "ends_at", "shift_too_short"),
    ],
)
def test_a_wrong_instant_is_named(row: str, column: str, code: str) -> None:
    assert codes(read(EXACT + row)) == [(2, column, code)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv_empty"),
        (LOCAL, "csv_empty"),
        ("practitioner,date,start,end\ncasey,2026-01-05,08:00,16:00\n", "columns_wrong"),
        ("practitioner,date,start,end,zone\na,b,c,d,e\n", "columns_wrong"),
        ("practitioner,starts_at,ends_at,ends_at\na,b,c,d\n", "columns_wrong"),
        (LOCAL + 'casey,"2026-01-05,08:00\n', "csv_malformed"),
        ("x" * (BYTES_MAX + 1), "csv_too_large"),
        ("a,b\n" + "1,2\n" * 3, "columns_wrong"),
    ],
)
def test_a_file_that_is_none_says_why(text: str, code: str) -> None:
    roster = read(text)
    assert [one.code for one in roster.errors] == [code]
    assert roster.lines == []


def test_a_file_has_a_bounded_number_of_lines() -> None:
    row = "c,2026-01-05T08:00Z,2026-01-05T09:00Z\n"
    assert LINES_MAX * len(row) <= BYTES_MAX
    assert read(EXACT + row * LINES_MAX).errors == []
    assert [one.code for one in read(EXACT + row * (LINES_MAX + 1)).errors] == [
        "too_many_lines"
    ]


def test_what_is_over_is_left_out_with_a_note() -> None:
    roster = read(LOCAL + "casey,2025-12-30,08:00,16:00,UTC\n")
    assert (roster.lines, roster.errors) == ([], [])
    assert [(one.line, one.code) for one in roster.notes] == [(2, "shift_over")]


def test_a_time_that_comes_twice_is_taken_with_a_note() -> None:
    roster = read(LOCAL + "casey,2026-11-01,01:30,09:00,America/Denver\n")
    assert len(roster.lines) == 1
    assert [(one.column, one.code) for one in roster.notes] == [("start", "time_comes_twice")]


@given(st.text(max_size=400))
def test_no_text_is_too_strange_to_be_answered(text: str) -> None:
    for heading in ("", LOCAL, EXACT):
        roster = read(heading + text)
        assert roster.errors or roster.lines or roster.notes


@given(st.lists(st.text(max_size=30), min_size=5, max_size=5))
def test_no_remark_repeats_what_was_in_a_cell(cells: list[str]) -> None:
    secret = "Zephyrine"  # what somebody pasted into the wrong window
    row = ",".join(f'"{secret}{cell.replace(chr(34), "")}"' for cell in cells)
    roster = read(LOCAL + row + "\n")
    assert roster.errors
    assert all(secret not in one.message for one in roster.errors)

"""A file of rows is read whole, or every error is named by line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts import ClaimedAuthority
from server.authority import Collaboration
from server.credentials import Employment, ExclusionCheck, Malpractice, Training
from server.local_days import begins, ends
from server.practitioner_files.csv_rows import (
    COLUMNS,
    LINES_MAX,
    NEEDS,
    WORDS,
    Registered,
    Sheet,
    parse,
)
from server.practitioner_files.days import midnight
from server.practitioner_files.entering import Evidence
from server.practitioner_files.forms import day_of
from server.staffing.roster_csv import BYTES_MAX

ZONE = "America/New_York"
NOW = midnight(day_of("2026-11-29", ""), ZONE)
SEEN = "R. Alvarez,azbn.gov"


def read(text: str) -> Sheet:
    return parse(text, now=NOW, time_zone=ZONE)


def errors(text: str) -> list[tuple[int, str, str]]:
    sheet = read(text)
    return [(one.line, one.column, one.code) for one in sheet.errors]


WIDE = (
    "practitioner,part,jurisdiction,kind,number,name,provider,minutes,per_claim_usd,"
    "aggregate_usd,since,until,outcome,independent,checked_by,source"
)


def test_a_line_of_each_part_is_read() -> None:
    sheet = read(
        f"{WIDE}\n"
        f"Casey,license,AZ,,NP-1,,,,,,2024-06-01,2028-06-01,,yes,{SEEN}\n"
        "casey,collaboration,TX,,MD-1,Dr. Chen,,,,,2024-06-01,2028-06-01,,,,\n"
        f"1000000038,dea,AZ,,ab1234563,,,,,,,2028-06-01,,,{SEEN}\n"
        "casey,malpractice,,,SM-1,Saguaro,,,1000000,3000000,2026-01-01,2027-01-01,,,,\n"
        f"casey,employment,,employee,,Clinician,,,,,2026-01-01,,,,{SEEN}\n"
        f"casey,training,,,,Exams,Academy,2400,,,2026-01-01,,,,{SEEN}\n"
        f"casey,exclusion_check,,leie,,,,,,,2026-11-28,,clear,,{SEEN}\n"
    )
    assert sheet.errors == []
    seen = Evidence("R. Alvarez", "azbn.gov")
    first, last = day_of("2024-06-01", ""), day_of("2028-06-01", "")
    begun = midnight(day_of("2026-01-01", ""), ZONE)
    assert [(one.practitioner, one.entry, one.evidence) for one in sheet.lines] == [
        (
            "casey",
            ClaimedAuthority(
                "AZ", "NP-1", begins("AZ", first), ends("AZ", last), independent_practice=True
            ),
            seen,
        ),
        (
            "casey",
            Collaboration("TX", "Dr. Chen", "MD-1", begins("TX", first), ends("TX", last)),
            None,
        ),
        ("1000000038", Registered("AZ", "AB1234563", ends("AZ", last)), seen),
        (
            "casey",
            Malpractice(
                insurer="Saguaro",
                policy_number="SM-1",
                per_claim_usd=1_000_000,
                aggregate_usd=3_000_000,
                valid_from=begun,
                valid_until=midnight(day_of("2027-01-01", ""), ZONE),
            ),
            None,
        ),
        ("casey", Employment(kind="employee", title="Clinician", valid_from=begun), seen),
        (
            "casey",
            Training(topic="Exams", provider="Academy", minutes=2_400, completed_at=begun),
            seen,
        ),
        (
            "casey",
            ExclusionCheck(
                list_name="leie",
                outcome="clear",
                checked_at=midnight(day_of("2026-11-28", ""), ZONE),
            ),
            seen,
        ),
    ]


LICENCE = "practitioner,part,jurisdiction,number,since,until,checked_by,source\n"


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (
            "casey,license,AZ,NP-1,2024-06-01,2028-06-01,R. Alvarez,",
            "source",
            "evidence_halved",
        ),
        (",license,AZ,NP-1,2024-06-01,2028-06-01,,", "practitioner", "cell_empty"),
        ("casey,,AZ,NP-1,2024-06-01,2028-06-01,,", "part", "cell_empty"),
        ("casey,pet,AZ,NP-1,2024-06-01,2028-06-01,,", "part", "part_unknown"),
        (
            "casey,license,ZZ,NP-1,2024-06-01,2028-06-01,,",
            "jurisdiction",
            "jurisdiction_unknown",
        ),
        ("casey,license,AZ,,2024-06-01,2028-06-01,,", "number", "cell_empty"),
        ("casey,license,AZ,=NP,2024-06-01,2028-06-01,,", "number", "formula_refused"),
        (
            "casey,license,AZ," + "N" * 41 + ",2024-06-01,2028-06-01,,",
            "number",
            "cell_too_long",
        ),
        ("casey,license,AZ,NP-1,1/6/2024,2028-06-01,,", "since", "day_invalid"),
        ("casey,license,AZ,NP-1,2024-06-01,2028-02-30,,", "until", "day_invalid"),
        ("casey,license,AZ,NP-1,0001-01-01,2028-02-03,,", "since", "day_invalid"),
        ("casey,license,AZ,NP-1,2028-06-01,2024-06-01,,", "until", "day_impossible"),
        ("casey,license,AZ,NP-1,2024-06-01", "", "cells_wrong"),
        ("casey,dea,AZ,AB1234564,,2028-06-01,A,B", "number", "dea_number_invalid"),
        ("casey,dea,AZ,AB1234563,2024-06-01,2028-06-01,A,B", "since", "cell_too_much"),
        ("casey,dea,AZ,AB1234563,,2028-06-01,,", "checked_by", "cell_empty"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(line: str, column: str, code: str) -> None:
    good = "casey,license,AZ,NP-1,2024-06-01,2028-06-01,,\n"
    assert errors(f"{LICENCE}{good}{line}\n") == [(3, column, code)]


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("casey,training,Exams,Academy,0,2026-01-01,", "minutes", "number_invalid"),
        ("casey,training,Exams,Academy,²,2026-01-01,", "minutes", "number_invalid"),
        ("casey,training,Exams,Academy,40,2026-12-24,", "since", "day_impossible"),
        ("casey,training,Exams,Academy,40,2026-01-01,leie", "kind", "cell_too_much"),
    ],
)
def test_numbers_words_and_days_of_parts_are_looked_at(
    line: str, column: str, code: str
) -> None:
    heading = "practitioner,part,name,provider,minutes,since,kind"
    assert errors(f"{heading}\n{line}\n") == [(2, column, code)]


def test_every_error_is_named_and_not_only_the_first() -> None:
    wrong = "casey,license,ZZ,NP-1,2024-06-01,2028-06-01,,\n"
    assert [line for line, _, _ in errors(LICENCE + wrong * 3)] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv_empty"),
        (LICENCE, "csv_empty"),
        ("practitioner,part,colour\nx,y,z\n", "columns_wrong"),
        ("part,number\nlicense,1\n", "columns_wrong"),
        ("practitioner,part,part\nx,y,z\n", "columns_wrong"),
        ('practitioner,part\n"casey,license\n', "csv_malformed"),
        ("x" * (BYTES_MAX + 1), "csv_too_large"),
        (LICENCE + "c,license,,,,,,\n" * (LINES_MAX + 1), "too_many_lines"),
    ],
    ids=["nothing", "heading", "column", "needed", "twice", "quote", "bytes", "lines"],
)
def test_a_file_that_is_none_is_refused_whole(text: str, code: str) -> None:
    assert [one[2] for one in errors(text)] == [code]


@given(st.text(max_size=200), st.sampled_from(sorted(NEEDS)))
def test_whatever_stands_in_a_file_it_is_read_or_an_error_is_named(
    text: str, part: str
) -> None:
    heading = ",".join(["practitioner", "part", *sorted(COLUMNS - {"practitioner", "part"})])
    for tried in (text, f"{heading}\ncasey,{part},{text}\n"):
        sheet = read(tried)
        assert all(one.code in WORDS for one in sheet.errors)
        assert sheet.lines or sheet.errors


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        (f"casey,employment,,employee,,{'x' * 60},,,,,2026-01-01,,,,{SEEN}", []),
        (
            f"casey,employment,,employee,,{'x' * 61},,,,,2026-01-01,,,,{SEEN}",
            [(2, "name", "cell_too_long")],
        ),
        (
            f"casey,training,,,,Exams\0,Academy,2400,,,2026-01-01,,,,{SEEN}",
            [(0, "", "csv_malformed")],
        ),
    ],
)
def test_what_no_database_would_take_is_refused_before_it_is_asked(
    cells: str, wrong: list[tuple[int, str, str]]
) -> None:
    assert errors(f"{WIDE}\n{cells}\n") == wrong

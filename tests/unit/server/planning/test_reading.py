from __future__ import annotations

import pytest

from server.planning.reading import read_arrivals, read_instant, read_roster
from server.planning.refusals import PlanRefused

ARRIVALS = "interval_start,jurisdiction,arrivals\n"
ROSTER = "practitioner,jurisdictions,starts_at,ends_at\n"


def test_a_time_without_a_zone_is_utc() -> None:
    assert read_instant("2026-03-02T09:00") == read_instant("2026-03-02T09:00+00:00")
    assert read_instant("2026-03-02T09:00-07:00") == read_instant("2026-03-02T16:00Z")


def test_arrivals_of_a_spreadsheet_are_read() -> None:
    planned = read_arrivals(
        "\ufeffInterval_Start, Jurisdiction ,arrivals,note\r\n"
        "2026-03-02T09:00-07:00,az,6.5,quiet\r\n"
        "2026-03-02T10:00-07:00,AZ,2,\r\n"
        "2026-03-02T10:00-07:00,AZ,1,\r\n"
    )
    assert [dict(one.arrivals) for one in planned.intervals] == [{"AZ": 6.5}, {}, {"AZ": 3.0}]
    assert planned.starts_at == read_instant("2026-03-02T16:00")
    assert planned.patients == 9.5


def test_a_roster_is_read_with_any_separator_of_jurisdictions() -> None:
    people = read_roster(
        ROSTER
        + "Dr. Reyes,AZ NV,2026-03-02T08:00,2026-03-02T12:00\n"
        + "Dr. Reyes,nv;az,2026-03-02T13:00,2026-03-02T17:00\n"
        + '"Ito, NP","CA, OR",2026-03-02T08:00,2026-03-02T16:00\n'
    )
    assert [(one.name, set(one.licences), len(one.shifts)) for one in people] == [
        ("Dr. Reyes", {"AZ", "NV"}, 2),
        ("Ito, NP", {"CA", "OR"}, 1),
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("2026-03-02T09:00,XX,1\n", "The arrivals, line 2: A jurisdiction is not one of"),
        ("2026-03-02T09:00,AZ,many\n", "line 2: Arrivals are a number"),
        ("2026-03-02T09:00,AZ,-1\n", "line 2: Arrivals are a number"),
        ("2026-03-02T09:00,AZ,nan\n", "line 2: Arrivals are a number"),
        ("tomorrow,AZ,1\n", "line 2: A time is not written"),
        ("1815-03-02T09:00,AZ,1\n", "line 2: A time is not in a year"),
        ("2026-03-02T09:10,AZ,1\n", "Intervals start at the hour"),
        ("2026-03-02T09:00,AZ,1e9\n", "between 0 and 10000"),
        ("2026-03-02T09:00,AZ,0\n", "nothing to plan"),
        ("", "nothing to plan"),
        ("2026-03-02T09:00,AZ,1\n2026-04-02T09:00,AZ,1\n", "at most 336 half hours"),
        ("2026-03-02T09:00\n", "line 2: "),
        ('2026-03-02T09:00,"AZ,1\n', "it is not CSV"),
    ],
)
def test_what_is_wrong_with_arrivals_is_said_by_line(rows: str, sentence: str) -> None:
    with pytest.raises(PlanRefused, match=sentence):
        read_arrivals(ARRIVALS + rows)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "The roster is empty"),
        ("ana,,2026-03-02T08:00,2026-03-02T12:00\n", "line 2: A jurisdiction"),
        (",AZ,2026-03-02T08:00,2026-03-02T12:00\n", "name has 1 to 120"),
        ("ana,AZ,2026-03-02T12:00,2026-03-02T08:00\n", "ends after it starts"),
        ("ana,AZ,2026-03-02T08:00,2026-04-02T08:00\n", "within a week"),
        (
            "ana,AZ,2026-03-02T08:00,2026-03-02T12:00\nana,CA,2026-03-02T13:00,2026-03-02T14:00\n",
            "different jurisdictions",
        ),
        (
            "ana,AZ,2026-03-02T08:00,2026-03-02T12:00\nana,AZ,2026-03-02T11:00,2026-03-02T14:00\n",
            "overlap",
        ),
    ],
)
def test_what_is_wrong_with_a_roster_is_said(rows: str, sentence: str) -> None:
    with pytest.raises(PlanRefused, match=sentence):
        read_roster(ROSTER + rows)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(PlanRefused, match="interval_start,jurisdiction,arrivals"):
        read_arrivals("start,jurisdiction\n")


def test_what_is_far_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(PlanRefused, match="characters"):
        read_arrivals(ARRIVALS + "x" * 1_000_000)
    with pytest.raises(PlanRefused, match="20000 lines"):
        read_arrivals(ARRIVALS + "2026-03-02T09:00,AZ,1\n" * 20_001)


def test_a_refusal_quotes_nothing_of_the_file() -> None:
    with pytest.raises(PlanRefused) as refused:
        read_arrivals(ARRIVALS + "2026-03-02T09:00,Jane Roe,1\n")
    assert "Jane" not in str(refused.value)

from __future__ import annotations

from server.planning.coverage import covered, gaps
from server.planning.roster import Shift
from tests.unit.server.planning.staffing import at, expected, working


def test_patients_before_the_first_and_after_the_last_shift_are_a_gap() -> None:
    planned = expected({"AZ": 2.0}, {"AZ": 2.0}, {"AZ": 2.0}, {"AZ": 2.0})
    (gap,) = gaps(planned, working(("ana", "AZ", 0.5, 2.0)))
    assert gap.jurisdiction == "AZ"
    assert gap.uncovered_s == 900 + 2 * 1_800
    assert gap.patients == 1.0 + 4.0
    assert gap.spans == (Shift(at(0), at(0.5)), Shift(at(2), at(4)))


def test_a_half_hour_without_patients_is_no_gap() -> None:
    planned = expected({"AZ": 2.0}, {"CA": 1.0}, {"AZ": 2.0})
    people = working(("ana", "AZ", 0.0, 1.0), ("ben", "AZ", 2.0, 3.0), ("cy", "CA", 0.0, 3.0))
    assert gaps(planned, people) == ()


def test_the_gap_with_the_most_patients_comes_first() -> None:
    planned = expected({"AZ": 1.0, "CA": 5.0, "NV": 1.0})
    found = gaps(planned, working(("ana", "NV", 0.0, 1.0)))
    assert [gap.jurisdiction for gap in found] == ["CA", "AZ"]


def test_shifts_that_touch_cover_without_a_seam() -> None:
    people = working(("ana", "AZ", 0.0, 1.0), ("ben", "AZ CA", 1.0, 2.0))
    assert covered("AZ", people) == (Shift(at(0), at(2)),)
    assert covered("CA", people) == (Shift(at(1), at(2)),)
    assert covered("NV", people) == ()

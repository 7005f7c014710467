from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from media import reported
from media.reported import Report
from server.errors import InvalidBody
from server.live.reports import AHEAD_S_MAX, LATE_MAX, PageClock
from signaling.messages import CallReport, ReportStep

NOW = 1_800_000_000


def test_a_wrong_clock_is_set_by_its_first_word() -> None:
    clock = PageClock()
    assert [clock.second(40 + place, NOW + place) for place in range(3)] == [
        NOW - 1,
        NOW,
        NOW + 1,
    ]


def test_seconds_stay_in_a_row_though_they_come_late_or_together() -> None:
    clock = PageClock()
    arrivals = [0, 1, 4, 4, 4, 5, 6]
    told = [clock.second(40 + place, NOW + at) for place, at in enumerate(arrivals)]
    assert told == [NOW - 1 + place for place in range(len(arrivals))]


def test_a_clock_that_was_set_forward_is_set_anew() -> None:
    clock = PageClock()
    clock.second(40, NOW)
    assert clock.second(4_000, NOW + 3) == NOW + 2


def test_a_clock_that_was_set_back_is_believed_after_a_while() -> None:
    clock = PageClock()
    clock.second(4_000, NOW)
    for late in range(LATE_MAX):
        with pytest.raises(InvalidBody):
            clock.second(40 + late, NOW + 1 + late)
    assert clock.second(40 + LATE_MAX, NOW + 1 + LATE_MAX) == NOW + LATE_MAX


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 3)), max_size=60))
def test_no_page_reports_faster_than_time_passes(
    words: list[tuple[int, int]],
) -> None:
    clock, now, taken = PageClock(), NOW, []
    for named, later in words:
        now += later
        try:
            taken.append(clock.second(named, now))
        except InvalidBody:
            continue
        assert taken[-1] <= now + AHEAD_S_MAX
    assert taken == sorted(set(taken))


def bounds(model: type[BaseModel]) -> dict[str, tuple[int, int]]:
    schema = model.model_json_schema()["properties"]
    return {
        name: (one["minimum"], one["maximum"])
        for name, one in schema.items()
        if one.get("type") == "integer" and "maximum" in one
    }


def test_the_wire_and_the_judge_have_the_same_bounds() -> None:
    on_the_wire = bounds(CallReport)
    for name, most in reported._COUNTS:
        least = -1 if name in reported.UNKNOWABLE else 0
        assert on_the_wire[name] == (least, most), name
    assert bounds(ReportStep) == {
        "frames": (0, reported.RATE_MAX),
        "octets": (0, reported.BYTES_MAX),
    }
    steps = CallReport.model_json_schema()["properties"]["steps"]
    assert steps["maxItems"] == reported.STEPS_MAX
    assert set(Report.__slots__) <= set(CallReport.model_fields)

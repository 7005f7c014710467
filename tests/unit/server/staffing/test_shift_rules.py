from __future__ import annotations

import pytest

from server.staffing.shift_rules import AHEAD_US, LONGEST_US, SHORTEST_US, fault_of
from server.staffing.spans import HOUR_US, Span

NOW = 1_750_000_000_000_000


@pytest.mark.parametrize(
    ("start", "length", "code"),
    [
        (0, SHORTEST_US, None),
        (0, SHORTEST_US - 1, "shift_too_short"),
        (0, -HOUR_US, "shift_too_short"),
        (0, LONGEST_US, None),
        (0, LONGEST_US + 1, "shift_too_long"),
        (AHEAD_US, HOUR_US, None),
        (AHEAD_US + 1, HOUR_US, "shift_too_far"),
        (-HOUR_US + 1, HOUR_US, None),
        (-HOUR_US, HOUR_US, "shift_over"),
    ],
)
def test_a_shift_keeps_within_its_bounds(start: int, length: int, code: str | None) -> None:
    fault = fault_of(Span(NOW + start, NOW + start + length), now=NOW)
    assert (fault.code if fault else None) == code

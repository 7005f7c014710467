"""How fast and how much one side may write in a call."""

from __future__ import annotations

import pytest

from media.call import Side
from server.chart.chat_entries import ChatSaid
from server.chart.entries import AnyEntry
from server.errors import RateLimited
from server.live.chat import LINES_MAX, LINES_PER_WINDOW_MAX, WINDOW_US, require_patience

NOW = 10**15


def written(
    count: int, *, by: Side = Side.PATIENT, at: int = NOW
) -> list[tuple[int, AnyEntry]]:
    return [(at, ChatSaid(by=by.value, text="Hello.")) for _ in range(count)]


def test_a_minute_has_room_for_so_many_lines_and_the_next_one_for_more() -> None:
    full = written(LINES_PER_WINDOW_MAX)
    require_patience(Side.PATIENT, full[1:], NOW)
    with pytest.raises(RateLimited):
        require_patience(Side.PATIENT, full, NOW + WINDOW_US - 1)
    require_patience(Side.PATIENT, full, NOW + WINDOW_US)


def test_what_one_side_wrote_does_not_keep_the_other_from_writing() -> None:
    require_patience(Side.PRACTITIONER, written(LINES_MAX), NOW)


def test_nobody_writes_for_ever() -> None:
    with pytest.raises(RateLimited):
        require_patience(Side.PATIENT, written(LINES_MAX, at=NOW - 2 * WINDOW_US), NOW)

"""Whoever waits or talks is noted before they could count as idle."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.live.sessions_in_use import EVERY_S, every_s
from server.sessions import OUTLIVE_S, TOUCH_S
from server.settings import Settings


def test_uses_are_noted_every_minute_unless_somebody_idles_sooner() -> None:
    assert every_s(Settings(data_dir=Path("nowhere"))) == EVERY_S


@pytest.mark.parametrize("field", ["session_idle_s", "patient_session_idle_s"])
def test_the_shortest_limit_leaves_time_for_a_use_that_is_not_written_yet(field: str) -> None:
    often_s = every_s(Settings(data_dir=Path("nowhere")).model_copy(update={field: 60}))
    assert often_s + TOUCH_S < 60


def test_a_session_is_made_to_last_before_it_would_end() -> None:
    assert 2 * EVERY_S < OUTLIVE_S

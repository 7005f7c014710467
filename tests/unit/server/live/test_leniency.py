"""Who may count as idle after the database was away."""

from __future__ import annotations

import pytest

from server.live.leniency import LENIENT_S, Leniency

EVERY_S = 60.0


def away(seconds: float) -> Leniency:
    """Return what is thought when the database answers again after a while."""
    leniency = Leniency(EVERY_S)
    for second in range(round(seconds) + 1):
        leniency.failed(float(second))
    return leniency


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_a_failure_in_which_hardly_a_use_was_missed_makes_nobody_lenient(seconds: int) -> None:
    assert not away(seconds).begun(float(seconds))


def test_after_a_longer_one_uses_have_time_to_be_noted() -> None:
    leniency = away(60)
    assert leniency.begun(60.0)
    leniency.answered()
    assert leniency.begun(60.0 + LENIENT_S - 1)
    assert not leniency.begun(60.0 + LENIENT_S)


def test_a_failure_that_is_over_is_not_added_to_the_next() -> None:
    leniency = away(40)
    assert not leniency.begun(40.0)
    leniency.answered()
    leniency.failed(50.0)
    assert not leniency.begun(90.0)
    assert leniency.begun(110.0)


def test_while_nothing_failed_whoever_idles_is_ended() -> None:
    assert not Leniency(EVERY_S).begun(1_000_000.0)

"""Hours and hours in which everything goes wrong, and nobody is lost, doubled or overtaken."""

from __future__ import annotations

import pytest

from signaling.policy import POLICIES
from signaling.visit import VisitState
from tests.simulation.faulty_day import FaultyDay

SHORT_HOURS = 20.0
LONG_HOURS = 2_500.0
LONG_TIMEOUT_S = 1_200


def survive(seed: int, policy: str, hours: float) -> FaultyDay:
    day = FaultyDay(seed, POLICIES[policy])
    day.play(hours)
    assert day.happened["restart"] > 0
    for state in ("accepted", "declined", "missed", "withdrawn"):
        assert day.happened[f"offer {state}"] > hours / 20, f"too few offers were {state}"
    for ending in (VisitState.SIGNED, VisitState.LEFT, VisitState.CANCELLED):
        assert day.ledger.ended[ending] > hours / 20
    return day


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_goes_wrong_loses_a_patient(seed: int, policy: str) -> None:
    survive(seed, policy, SHORT_HOURS)


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT_S)
@pytest.mark.parametrize("policy", POLICIES)
def test_ten_thousand_hours_of_faults_lose_nobody(policy: str) -> None:
    survive(100, policy, LONG_HOURS)

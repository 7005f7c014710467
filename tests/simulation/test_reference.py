"""The simulator does, patient for patient, what the reference does."""

from __future__ import annotations

import pytest

from server.simulation.observations import Ending
from server.simulation.scenario import Scenario
from tests.simulation.reference import waits
from tests.simulation.theory import ERLANG_A, ERLANG_C, GRAPHS, play

SCENARIOS = {
    **{str(row): row.scenario(4_000) for row in (*ERLANG_C[:-1], *ERLANG_A)},
    **{name: graph.scenario(6_000) for name, graph in GRAPHS.items()},
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_every_patient_waits_to_the_microsecond_as_in_the_reference(
    scenario: Scenario,
) -> None:
    expected = {one.arrived: (one.waited, one.served) for one in waits(scenario, seed=3)}
    seen = play(scenario, seed=3)
    settled = 0
    for arrived, waited, ending in zip(seen.arrived, seen.waited, seen.ending, strict=True):
        # The reference plays up to the last arrival, the simulator up to the horizon.
        if ending != Ending.STILL_WAITING and arrived in expected:
            assert expected[arrived] == (waited, ending == Ending.SERVED)
            settled += 1
    assert settled > 0.97 * len(seen.arrived)

"""A small scenario that every test varies."""

from __future__ import annotations

import json
from typing import Any, Final

from server.simulation.disciplines import DISCIPLINES
from server.simulation.observations import Observations
from server.simulation.replications import observe
from server.simulation.scenario import Scenario, read_scenario

SMALL: Final[dict[str, Any]] = {
    "practitioners": [["CA"], ["CA", "NY"]],
    "arrivals": {"CA": 0.002, "NY": 0.001},
    "service": {"distribution": "exponential", "mean_s": 400},
    "horizon_s": 40_000,
}


def text(**other: object) -> str:
    return json.dumps({**SMALL, **other})


def scenario(**other: object) -> Scenario:
    return read_scenario(text(**other))


def play(policy: str = "scarcest", seed: int = 1, **other: object) -> Observations:
    return observe(scenario(**other), DISCIPLINES[policy], seed=seed)

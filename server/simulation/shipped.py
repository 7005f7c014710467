"""The scenarios in `docs/scenarios`, and the schema beside them, as the text of their files.

`scripts/scenarios` writes them. The networks are drawn from fixed seeds: same program, same
files, so that a figure in the docs can be had again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from server.simulation.networks import FEASIBLE, Network, feasible_network
from server.simulation.population import POPULATION
from server.simulation.scenario import Scenario

SERVICE_S: Final = 480.0
SERVICE_CV: Final = 0.7
HOUR_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Shipped:
    """One scenario file: so many practitioners at such a load, for so many hours."""

    practitioners: int
    load: float
    hours: int
    warmup_hours: int

    @property
    def name(self) -> str:
        """Return the name of its file."""
        return f"{self.practitioners}-practitioners.json"


SHIPPED: Final = (
    Shipped(60, 0.8, hours=120, warmup_hours=12),
    Shipped(150, 0.9, hours=72, warmup_hours=8),
    Shipped(400, 0.9, hours=48, warmup_hours=8),
)


def files() -> Mapping[str, str]:
    """Return the text of every file, by name."""
    schema = json.dumps(Scenario.model_json_schema(), indent=2, sort_keys=True)
    return {**{one.name: _text(one) for one in SHIPPED}, "schema.json": f"{schema}\n"}


def _text(one: Shipped) -> str:
    # Not for secrets: the file has to come out the same every time.
    network = feasible_network(one.practitioners, Random(f"network {one.practitioners}"))  # noqa: S311
    return _lines(
        {
            "title": _quoted(
                f"{one.practitioners} practitioners at load {one.load}, licences skewed, "
                f"demand by population, possible up to load {FEASIBLE} at least"
            ),
            "practitioners": _practitioners(network),
            "arrivals": _arrivals(one),
            "service": json.dumps(
                {"distribution": "lognormal", "mean_s": SERVICE_S, "cv": SERVICE_CV}
            ),
            "offer": json.dumps({"accept_s": 5, "no_answer": 0}),
            "patience": "null",
            "horizon_s": json.dumps(one.hours * HOUR_S),
            "warmup_s": json.dumps(one.warmup_hours * HOUR_S),
        }
    )


def _practitioners(network: Network) -> str:
    return "[\n" + ",\n".join(f"    {json.dumps(one)}" for one in network) + "\n  ]"


def _arrivals(one: Shipped) -> str:
    total = one.load * one.practitioners / SERVICE_S
    people = sum(POPULATION.values())
    rates = {name: f"{total * count / people:.8f}" for name, count in POPULATION.items()}
    return "{\n" + ",\n".join(f'    "{name}": {rate}' for name, rate in rates.items()) + "\n  }"


def _quoted(text: str) -> str:
    return json.dumps(text)


def _lines(members: Mapping[str, str]) -> str:
    """Return a JSON object with a practitioner on a line, which `json` does not write."""
    return "{\n" + ",\n".join(f'  "{key}": {text}' for key, text in members.items()) + "\n}\n"

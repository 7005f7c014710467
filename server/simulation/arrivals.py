"""Patients, one after another: a Poisson process for each jurisdiction, merged and thinned.

With a daily profile the process is that of the busiest hour, of which only the share is kept
that the profile says (Lewis and Shedler, "Simulation of Nonhomogeneous Poisson Processes by
Thinning", 1979): exact, whatever the profile.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from server.simulation.demand import Demand
from server.simulation.scenario import Scenario
from server.simulation.streams import Streams
from signaling.identifiers import EncounterId


class Patient(NamedTuple):
    """Somebody who will come, and all that is decided about them before they do.

    Attributes:
        number: 0 for the first who comes; it is their place.
        encounter_id: made up from it.
        arrives_s: when.
        jurisdiction: index among the scenario's, in the order of the file.
        service_s: from accept to the end of the call.
        wrap_up_s: from there to the signature.
        patience_s: how long they wait at most; None: for ever.
        language: what they want to speak; empty: any will do.
    """

    number: int
    encounter_id: EncounterId
    arrives_s: float
    jurisdiction: int
    service_s: float
    wrap_up_s: float
    patience_s: float | None
    language: str


def patients(scenario: Scenario, streams: Streams) -> Iterator[Patient]:
    """Yield everybody who comes before the horizon, in the order in which they do."""
    service = scenario.service.draws(streams.service)
    wrap_up = scenario.wrap_up.draws(streams.service) if scenario.wrap_up else None
    patience = scenario.patience.draws(streams.patience) if scenario.patience else None
    speaks = _Languages(scenario.languages, streams) if scenario.languages else None
    for number, (arrives_s, jurisdiction) in enumerate(instants(scenario, streams)):
        yield Patient(
            number,
            EncounterId(f"e{number}"),
            arrives_s,
            jurisdiction,
            service(),
            wrap_up() if wrap_up else 0.0,
            patience() if patience else None,
            speaks.draw() if speaks else "",
        )


def instants(scenario: Scenario, streams: Streams) -> Iterator[tuple[float, int]]:
    """Yield when somebody comes, and to which jurisdiction."""
    demand = Demand(scenario)
    steps = list(accumulate(demand.peaks))
    total, horizon_s, random = steps[-1], scenario.horizon_s, streams.arrivals
    last = len(steps) - 1
    now = 0.0
    while (now := now + random.expovariate(total)) < horizon_s:
        # The sum of floats may fall short of the last step by a hair.
        which = min(bisect_right(steps, random.random() * total), last)
        if demand.is_flat or random.random() < demand.share(which, now):
            yield now, which


class _Languages:
    """Draws what a patient speaks."""

    def __init__(self, shares: dict[str, float], streams: Streams) -> None:
        self._names = list(shares)
        self._steps = list(accumulate(shares.values()))
        # Patience has no use for language: its stream keeps both the same for every policy.
        self._random = streams.patience

    def draw(self) -> str:
        at = bisect_right(self._steps, self._random.random())
        return self._names[at] if at < len(self._names) else ""

"""Queues whose waits are known exactly, as scenarios, and what theory says about them.

Erlang C and Erlang A: one class, exponential service, for A with exponential patience. Each
row is a published or rationally computed value (Garnett, Mandelbaum, Reiman 2002 for A).

FCFS-ALIS: several classes, servers that may serve some of them, first come first served and
the longest idle server (Adan and Weiss, "A skill based parallel service system under
FCFS-ALIS", Stochastic Systems 4, 2014): product form, mean waits per class in units of the mean
service time. Our `audit` policy with instant accepts is that system.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, sqrt
from statistics import fmean, linear_regression
from typing import Final

from server.simulation.disciplines import DISCIPLINES
from server.simulation.intervals import Estimate, student_t
from server.simulation.observations import Observations
from server.simulation.replications import observe
from server.simulation.scenario import Scenario
from tests.simulation.reference import MICROSECONDS, waits

SERVICE_S: Final = 100.0


@dataclass(frozen=True)
class ErlangC:
    load: float
    agents: int
    service_s: float
    p_wait: float
    mean_s: float

    def scenario(self, patients: int) -> Scenario:
        return one_class(self.load, self.agents, self.service_s, None, patients)


@dataclass(frozen=True)
class ErlangA:
    load: float
    agents: int
    service_s: float
    patience_s: float
    p_wait: float
    p_abandon: float
    mean_s: float

    def scenario(self, patients: int) -> Scenario:
        return one_class(self.load, self.agents, self.service_s, self.patience_s, patients)


@dataclass(frozen=True)
class Graph:
    """Servers by the classes that they serve; arrivals and waits per mean service time."""

    servers: tuple[str, ...]
    arrivals: Mapping[str, float]
    waits: Mapping[str, float]

    def scenario(self, patients: int) -> Scenario:
        return instant(
            [list(classes) for classes in self.servers],
            {name: rate / SERVICE_S for name, rate in self.arrivals.items()},
            SERVICE_S,
            None,
            patients,
        )


def shares(load: float, servers: int, **parts: float) -> dict[str, float]:
    return {name: load * servers * part for name, part in parts.items()}


ERLANG_C: Final = (
    ErlangC(10, 14, 180, 0.174132, 7.8359),
    ErlangC(10, 15, 180, 0.102042, 3.6735),
    ErlangC(48, 55, 240, 0.238701, 8.1840),
    ErlangC(50, 60, 480, 0.117302, 5.6305),
    ErlangC(10, 11, 180, 0.682118, 122.7813),
    ErlangC(18, 21, 180, 0.395872, 23.7523),
    ErlangC(48, 50, 60, 0.694456, 20.8337),
    ErlangC(135, 150, 480, 0.140309, 4.4899),
    ErlangC(360, 400, 480, 0.023287, 0.2794),
)
ERLANG_A: Final = (
    ErlangA(10, 14, 180, 300, 0.145260, 0.013984, 4.1951),
    ErlangA(48, 50, 60, 120, 0.467774, 0.030912, 3.7095),
    ErlangA(48, 45, 60, 120, 0.786867, 0.083602, 10.0323),
    ErlangA(10, 10, 180, 300, 0.599433, 0.109438, 32.8314),
    ErlangA(10, 12, 180, 300, 0.331802, 0.042711, 12.8133),
    ErlangA(54, 60, 480, 300, 0.202679, 0.020050, 6.0150),
    ErlangA(100, 100, 480, 300, 0.456497, 0.044513, 13.3539),
    ErlangA(6, 5, 100, 200, 0.802838, 0.226387, 45.277),
)
N_GRAPH: Final = Graph(("a", "ab"), {"a": 0.9, "b": 0.5}, {"a": 0.901840, "b": 2.104294})
N_GRAPH_ALL_BUSY: Final = 0.541104
M_GRAPH: Final = Graph(("a", "ab", "b"), {"a": 1.2, "b": 0.9}, {"a": 0.959431, "b": 0.694507})
G1: Final = Graph(
    ("a", "b", "ab", "bc", "abc"),
    shares(0.6, 5, a=0.5, b=0.3, c=0.2),
    {"a": 0.314786, "b": 0.111361, "c": 0.413610},
)
G2: Final = Graph(
    ("a", "a", "ab", "bc", "abc"),
    shares(0.75, 5, a=0.62, b=0.23, c=0.15),
    {"a": 0.439093, "b": 0.534471, "c": 0.728902},
)
GRAPHS: Final = {"N": N_GRAPH, "M": M_GRAPH, "G1": G1, "G2": G2}


def one_class(
    load: float, agents: int, service_s: float, patience_s: float | None, patients: int
) -> Scenario:
    rates = {"a": load / service_s}
    return instant([["a"]] * agents, rates, service_s, patience_s, patients)


def instant(
    practitioners: list[list[str]],
    arrivals: dict[str, float],
    service_s: float,
    patience_s: float | None,
    patients: int,
) -> Scenario:
    """Return a scenario without any delay of its own: who is rung accepts at once."""
    measured_s = patients / sum(arrivals.values())
    return Scenario.model_validate(
        {
            "practitioners": practitioners,
            "arrivals": arrivals,
            "service": {"distribution": "exponential", "mean_s": service_s},
            "offer": {"accept_s": 0},
            "patience": patience_s,
            "horizon_s": measured_s + 50 * service_s,
            "warmup_s": 50 * service_s,
        },
        strict=False,
    )


def play(scenario: Scenario, seed: int, policy: str = "audit") -> Observations:
    return observe(scenario, DISCIPLINES[policy], seed=seed)


@dataclass(frozen=True)
class Tally:
    """What one replication of the reference comes to.

    Attributes:
        waited: share who waited.
        abandonment: share who left.
        mean_s: mean wait.
        by_class_s: mean wait of each class.
        crowded: share who came while the crowd was as many as the servers, or more.
        excess: mean of the crowd beyond that, the patient who came included.
    """

    waited: float
    abandonment: float
    mean_s: float
    by_class_s: tuple[float, ...]
    crowded: float
    excess: float


def tally(scenario: Scenario, seed: int, replication: int) -> Tally:
    counts, totals = [0] * len(scenario.arrivals), [0] * len(scenario.arrivals)
    servers = len(scenario.practitioners)
    waited = left = crowded = excess = 0
    for one in waits(scenario, seed, replication):
        counts[one.jurisdiction] += 1
        totals[one.jurisdiction] += one.waited
        waited += one.waited > 0
        left += not one.served
        if one.crowd >= servers:
            crowded += 1
            excess += one.crowd - servers + 1
    number = sum(counts)
    by_class = zip(totals, counts, strict=True)
    return Tally(
        waited / number,
        left / number,
        sum(totals) / number / MICROSECONDS,
        tuple(total / count / MICROSECONDS for total, count in by_class),
        crowded / number,
        excess / number,
    )


def tallies(scenario: Scenario, seed: int, replications: int) -> list[Tally]:
    """Return replications of the reference, made on every core."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool:
        numbers = range(replications)
        return list(pool.map(tally, [scenario] * replications, [seed] * replications, numbers))


def crowded(load: float, servers: int) -> float:
    """Return the expected share of `Tally.crowded`, for so many erlangs."""
    return fsum(_poisson(load, number) for number in range(servers, 10 * servers + 100))


def excess(load: float, servers: int) -> float:
    """Return the expected mean of `Tally.excess`."""
    return fsum(
        (number - servers + 1) * _poisson(load, number)
        for number in range(servers, 10 * servers + 100)
    )


def _poisson(mean: float, number: int) -> float:
    return exp(number * log(mean) - mean - lgamma(number + 1))


def interval(
    values: Sequence[float], controls: Sequence[float], expected: float, checks: int
) -> Estimate:
    """Return an interval so wide that `checks` of them all hold with 95 % (Bonferroni).

    Most of what differs between runs is by how much more came than expected. What a regression
    on a control explains, of which the expectation is known, is taken out (control variates:
    Lavenberg and Welch, Management Science 27, 1981).
    """
    slope, _ = linear_regression(controls, values)
    centre, degrees = fmean(controls), len(values) - 2
    value = fmean(values) - slope * (centre - expected)
    rest = [y - slope * (x - expected) - value for x, y in zip(controls, values, strict=True)]
    spread = fsum(one * one for one in rest) / degrees
    leverage = (centre - expected) ** 2 / fsum((one - centre) ** 2 for one in controls)
    error = sqrt(spread * (1 / len(values) + leverage))
    return Estimate(value, student_t(1 - 0.05 / checks, degrees) * error)

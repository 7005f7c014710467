"""Queues whose waits are known exactly, as scenarios, and what theory says about them.

Erlang C and Erlang A: one class, exponential service, for A with exponential patience. Each
row is a published or rationally computed value (Garnett, Mandelbaum, Reiman 2002 for A).

FCFS-ALIS: several classes, servers that may serve some of them, first come first served and
the longest idle server (Adan and Weiss, "A skill based parallel service system under
FCFS-ALIS", Stochastic Systems 4, 2014): product form, mean waits per class in units of the mean
service time. Our `audit` policy with instant accepts is that system.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from server.clock import SystemClock
from server.simulation.disciplines import DISCIPLINES
from server.simulation.figures import Figures
from server.simulation.intervals import Estimate, half_width, student_t
from server.simulation.observations import Observations
from server.simulation.replications import Task, observe, replicate
from server.simulation.scenario import Scenario

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


def runs(scenario: Scenario, seed: int, replications: int) -> list[Figures]:
    """Return the figures of replications under the audit policy, on every core."""
    tasks = [Task(scenario, "audit", seed, number) for number in range(replications)]
    clock = SystemClock()
    made = replicate(tasks, processes=os.cpu_count() or 1, elapsed_s=clock.elapsed_s)
    return [one.whole for one in made]


def interval(
    figures: list[Figures], figure: Callable[[Figures], float], checks: int
) -> Estimate:
    """Return an interval so wide that `checks` of them all hold with 95 % (Bonferroni)."""
    values = [figure(one) for one in figures]
    width = half_width(values)
    assert width is not None
    degrees = len(values) - 1
    wider = student_t(1 - 0.05 / checks, degrees) / student_t(0.95, degrees)
    return Estimate(sum(values) / len(values), width * wider)

"""The pooled bound: what the same people would reach if everybody were licensed everywhere.

A lower bound of every wait with licences, and often a very loose one. Also how many would be
enough in that pool: exactly, and by the square-root rule of Halfin and Whitt (1981), load +
beta * sqrt(load).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from server.planning.assumptions import Assumptions, Targets
from server.planning.erlang import AGENTS_MAX, LOAD_MAX, erlang_a, erlang_c

NORMAL: Final = NormalDist()
BETA_MAX: Final = 8.0
HALVINGS: Final = 50


@dataclass(frozen=True, slots=True)
class Pooled:
    """The bound of one interval.

    Attributes:
        agents: practitioners that it reckons with: those on duty, rounded up.
        asa_s: mean wait from ready to accept; None: the line grows without end.
        service_level: share of all who come that is answered within the target.
        abandonment: share that leaves unanswered.
        occupancy: share of the time on duty that is taken up by patients.
    """

    agents: int
    asa_s: float | None
    service_level: float
    abandonment: float
    occupancy: float


def pooled(
    load: float, agents: int, assumptions: Assumptions, targets: Targets
) -> Pooled | None:
    """Return Erlang A's figures, or Erlang C's where nobody leaves; None with nobody there.

    The wait ends with the accept, so the time to accept is added to the wait and taken from
    the target.

    Raises:
        PlanRefused: the load is beyond what is planned for.
    """
    if agents < 1:
        return None
    accept_s, busy_s = assumptions.accept_s, assumptions.busy_s
    in_time = targets.within_s >= accept_s
    target_s = max(0.0, targets.within_s - accept_s)
    if assumptions.patience_s is None:
        lasting = erlang_c(load, agents, busy_s, target_s)
        asa_s = None if lasting.asa_s is None else lasting.asa_s + accept_s
        level = lasting.service_level if in_time else 0.0
        return Pooled(agents, asa_s, level, 0.0, lasting.occupancy)
    leaving = erlang_a(load, agents, busy_s, assumptions.patience_s, target_s)
    level = leaving.service_level if in_time else 0.0
    return Pooled(agents, leaving.asa_s + accept_s, level, leaving.p_abandon, leaving.occupancy)


def agents_needed(load: float, assumptions: Assumptions, targets: Targets) -> int | None:
    """Return how many would reach the targets in one pool; None: no number does.

    Raises:
        PlanRefused: the load is beyond what is planned for.
    """
    low, high = 0, min(AGENTS_MAX, max(1, math.ceil(load * 2.0 + 50.0)))
    if not _reached(load, high, assumptions, targets):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _reached(load, middle, assumptions, targets):
            high = middle
        else:
            low = middle
    return high


def _reached(load: float, agents: int, assumptions: Assumptions, targets: Targets) -> bool:
    figures = pooled(load, agents, assumptions, targets)
    if figures is None or figures.asa_s is None:
        return False
    return (
        figures.service_level >= targets.service_level
        and figures.asa_s <= targets.asa_s
        and figures.abandonment <= targets.abandonment_max
    )


def square_root_staffing(load: float, assumptions: Assumptions, targets: Targets) -> float:
    """Return load + beta * sqrt(load), beta chosen for the service level.

    With beta spare per root of the load, Halfin and Whitt give the share that waits, and those
    who wait do so for an exponential time.
    """
    load = min(load, LOAD_MAX)
    target = max(0.0, targets.within_s - assumptions.accept_s) / assumptions.busy_s
    low, high = 1e-6, BETA_MAX
    for _ in range(HALVINGS):
        beta = (low + high) / 2.0
        late = waiting_share(beta) * math.exp(-beta * math.sqrt(load) * target)
        if late > 1.0 - targets.service_level:
            low = beta
        else:
            high = beta
    return load + high * math.sqrt(load)


def waiting_share(beta: float) -> float:
    """Return the share that waits in a large pool with beta * sqrt(load) to spare."""
    return 1.0 / (1.0 + beta * NORMAL.cdf(beta) / NORMAL.pdf(beta))

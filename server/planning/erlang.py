"""Erlang B, C and A: one line, `agents` alike, no licences.

The figures of a pool in which everybody may serve everybody. With licences the truth is much
worse, so these are bounds to plan against and never a plan.

Erlang B by its recursion; Erlang C from it; Erlang A (patience exponential) by the sum over
the stationary queue, scaled so that it neither overflows nor cancels, and its service level by
the density of the virtual wait. Sources: Erlang 1917; Palm 1957; Baccelli and Hebuterne 1981;
Garnett, Mandelbaum and Reiman 2002.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from server.planning.gauss import integral
from server.planning.refusals import PlanRefused

AGENTS_MAX: Final = 10_000
LOAD_MAX: Final = 10_000.0
DURATION_S_MAX: Final = 604_800.0
WAITING_MAX: Final = 1e7  # mean number waiting when agents cannot keep up
SPREAD_MAX: Final = 1e10  # offered load times patience over handle time
SCALE: Final = 1e200  # weights beyond it are brought back before they overflow
NEGLIGIBLE: Final = 1e-17  # of a sum: below the last digit of a float
NATS: Final = 45.0  # exp(-45) of a density's peak is below the last digit of its integral


@dataclass(frozen=True, slots=True)
class ErlangC:
    """The figures of a line that nobody leaves.

    Attributes:
        p_wait: share of arrivals that wait at all.
        asa_s: mean wait over all arrivals; None when the line grows without end.
        service_level: share answered within the target.
        occupancy: share of the agents' time that is spent serving.
    """

    p_wait: float
    asa_s: float | None
    service_level: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class ErlangA:
    """The figures of a line that people leave.

    Attributes:
        p_wait: share of arrivals that wait at all.
        p_abandon: share of arrivals that leave unanswered.
        asa_s: mean time in line over all arrivals, those who leave included.
        service_level: share of all arrivals that is answered within the target.
        occupancy: share of the agents' time that is spent serving.
    """

    p_wait: float
    p_abandon: float
    asa_s: float
    service_level: float
    occupancy: float


def erlang_b(load: float, agents: int) -> float:
    """Return the share of arrivals that is lost when there is no line (load in erlangs).

    Raises:
        PlanRefused: a figure is out of bounds.
    """
    require_pool(load, agents)
    blocked = 1.0
    for served in range(1, agents + 1):
        blocked = load * blocked / (served + load * blocked)
    return blocked


def erlang_c(load: float, agents: int, aht_s: float, target_s: float) -> ErlangC:
    """Return the figures of a line that nobody leaves.

    Args:
        load: erlangs, that is arrivals per second times `aht_s`.
        agents: how many serve.
        aht_s: mean handle time.
        target_s: the wait that the service level is about.

    Raises:
        PlanRefused: a figure is out of bounds.
    """
    require_pool(load, agents)
    require_duration("The handle time", aht_s)
    require_target(target_s)
    if load >= agents:
        return ErlangC(p_wait=1.0, asa_s=None, service_level=0.0, occupancy=1.0)
    blocked = erlang_b(load, agents)
    p_wait = agents * blocked / (agents - load * (1.0 - blocked))
    spare = agents - load
    return ErlangC(
        p_wait=p_wait,
        asa_s=p_wait * aht_s / spare,
        service_level=1.0 - p_wait * math.exp(-spare * target_s / aht_s),
        occupancy=load / agents,
    )


def erlang_a(
    load: float, agents: int, aht_s: float, patience_s: float, target_s: float = 31.0
) -> ErlangA:
    """Return the figures of a line that people leave.

    Args:
        load: offered load in erlangs; may exceed `agents`.
        agents: how many serve.
        aht_s: mean handle time.
        patience_s: mean of the exponential time after which somebody leaves.
        target_s: the wait that the service level is about.

    Raises:
        PlanRefused: a figure is out of bounds.
    """
    require_pool(load, agents)
    require_duration("The handle time", aht_s)
    require_duration("The patience", patience_s)
    require_target(target_s)
    ratio = patience_s / aht_s
    if load * ratio > SPREAD_MAX or (load - agents) * ratio > WAITING_MAX:
        raise PlanRefused("The patience is so long that nobody leaves: ask Erlang C.")
    if load == 0.0:
        return ErlangA(0.0, 0.0, 0.0, 1.0, 0.0)
    line = _stationary(load, agents, ratio)
    p_abandon = line.waiting / (load * ratio)
    return ErlangA(
        p_wait=line.all_busy,
        p_abandon=p_abandon,
        asa_s=p_abandon * patience_s,
        service_level=min(
            1.0,
            1.0
            - line.all_busy
            + _served_late(line, load, agents, ratio, target_s / patience_s),
        ),
        occupancy=min(1.0, load * (1.0 - p_abandon) / agents),
    )


# ------------------------------------------------------------------ Erlang A


@dataclass(frozen=True, slots=True)
class _Line:
    """The stationary line: P(all busy), mean number waiting, log P(all busy, none waiting)."""

    all_busy: float
    waiting: float
    log_full: float


def _stationary(load: float, agents: int, ratio: float) -> _Line:
    """Sum the birth-death weights above `agents`, those below come from Erlang B.

    `departures` and `arrivals` are per unit of patience: the weight of j waiting is
    the product over k <= j of arrivals / (departures + k).
    """
    arrivals, departures = load * ratio, agents * ratio
    below = _below(load, agents)
    weight, total, moment, log_scale = 1.0, 1.0, 0.0, 0.0
    queued = 0
    while arrivals > departures + queued or weight > NEGLIGIBLE * total:
        queued += 1
        weight *= arrivals / (departures + queued)
        total += weight
        moment += queued * weight
        if total > SCALE:
            weight, total, moment = weight / SCALE, total / SCALE, moment / SCALE
            below /= SCALE
            log_scale += math.log(SCALE)
    everything = below + total
    if math.isinf(everything):
        return _Line(0.0, 0.0, -math.inf)
    return _Line(total / everything, moment / everything, -(math.log(everything) + log_scale))


def _below(load: float, agents: int) -> float:
    """Return the weight of the states with somebody free, in units of that of all busy."""
    inverse = 1.0
    for served in range(1, agents + 1):
        inverse = 1.0 + inverse * served / load
    return inverse - 1.0


def _served_late(line: _Line, load: float, agents: int, ratio: float, target: float) -> float:
    """Return the share of arrivals that waits and is answered within the target.

    Time is in units of patience. The virtual wait has density
    departures * P(full) * exp(arrivals * (1 - exp(-t)) - departures * t), and somebody who
    would wait t is still there with probability exp(-t).
    """
    arrivals, departures = load * ratio, agents * ratio

    def exponent(time: float) -> float:
        return line.log_full - arrivals * math.expm1(-time) - (departures + 1.0) * time

    if math.isinf(line.log_full):
        return 0.0
    peak = max(0.0, math.log(arrivals / (departures + 1.0)))
    low = _edge(exponent, peak, 0.0)
    high = _edge(exponent, peak, peak + max(target, 1.0) + 2.0 * NATS)
    return departures * integral(
        lambda time: math.exp(exponent(time)), low, min(high, max(low, target))
    )


def _edge(exponent: Callable[[float], float], peak: float, far: float) -> float:
    """Return where, between a concave exponent's peak and `far`, it has become negligible."""
    floor = exponent(peak) - NATS
    if exponent(far) >= floor:
        return far
    near = peak
    for _ in range(60):
        middle = (near + far) / 2.0
        if exponent(middle) < floor:
            far = middle
        else:
            near = middle
    return far


# ------------------------------------------------------------------ bounds


def require_pool(load: float, agents: int) -> None:
    """Refuse a load or a number of agents that no pool has.

    Raises:
        PlanRefused: naming the bound.
    """
    if not (math.isfinite(load) and 0.0 <= load <= LOAD_MAX):
        raise PlanRefused(f"The load must be between 0 and {LOAD_MAX:.0f} erlangs.")
    if not 1 <= agents <= AGENTS_MAX:
        raise PlanRefused(f"There must be between 1 and {AGENTS_MAX} agents.")


def require_duration(what: str, seconds: float) -> None:
    """Refuse a duration that is not above 0 and at most a week.

    Raises:
        PlanRefused: naming `what`.
    """
    if not (math.isfinite(seconds) and 0.0 < seconds <= DURATION_S_MAX):
        raise PlanRefused(f"{what} must be above 0 and at most {DURATION_S_MAX:.0f} seconds.")


def require_target(seconds: float) -> None:
    """Refuse a target that is negative or longer than a week.

    Raises:
        PlanRefused: it is.
    """
    if not (math.isfinite(seconds) and 0.0 <= seconds <= DURATION_S_MAX):
        raise PlanRefused(f"The target must be between 0 and {DURATION_S_MAX:.0f} seconds.")

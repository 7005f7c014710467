"""Replications: the same scenario with other dice, each in a process that has nothing to do.

A task is plain values, and a worker imports everything anew (`spawn`): it is the same on every
system, and nothing that the parent holds leaks into a run.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Final

from server.simulation.arrivals import patients
from server.simulation.behaviour import Behaviour
from server.simulation.demand import Demand
from server.simulation.disciplines import DISCIPLINES, Discipline
from server.simulation.engine import MICROSECONDS, Engine
from server.simulation.figures import Figures, figures, slices
from server.simulation.observations import Observations
from server.simulation.scenario import PRACTITIONERS_MAX, Scenario
from server.simulation.staff import staff
from server.simulation.streams import Streams
from signaling.identifiers import Instant, OfferId
from signaling.limits import Limits
from signaling.switchboard import Switchboard

# A simulated line may be longer than a server would let it become: that it grows is the answer.
WAITING_MAX: Final = 100_000_000
SETTLED_OFFERS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Task:
    """One run to be made."""

    scenario: Scenario
    discipline: str
    seed: int
    replication: int


@dataclass(frozen=True, slots=True)
class Replication:
    """One run that was made.

    Attributes:
        task: which.
        whole: its figures.
        slices: those of each slice of its window.
        patients: how many came, warm-up included.
        wall_s: seconds that it took.
    """

    task: Task
    whole: Figures
    slices: tuple[Figures, ...]
    patients: int
    wall_s: float


def observe(
    scenario: Scenario,
    discipline: Discipline,
    *,
    seed: int,
    replication: int = 0,
    switchboard: type[Switchboard] = Switchboard,
) -> Observations:
    """Play one run, and return what was seen of it; see `prepare`."""
    engine = prepare(
        scenario, discipline, seed=seed, replication=replication, switchboard=switchboard
    )
    return engine.run()


def prepare(
    scenario: Scenario,
    discipline: Discipline,
    *,
    seed: int,
    replication: int = 0,
    switchboard: type[Switchboard] = Switchboard,
    engine: type[Engine] = Engine,
) -> Engine:
    """Return an engine that is about to play one run.

    Args:
        scenario: what happens.
        discipline: the policy it is played with.
        seed: of everything random.
        replication: other numbers give other dice, from the same seed.
        switchboard: the switchboard to play it on, or one that also watches.
        engine: the engine to play it, or one that also watches.
    """
    everybody = staff(scenario)
    jurisdictions = tuple(scenario.arrivals)
    streams = Streams.seeded(seed, replication)
    numbers = count()
    board = switchboard(
        _limits(scenario), lambda: OfferId(f"o{next(numbers)}"), discipline.policy
    )
    return engine(
        board,
        everybody,
        patients(scenario, streams),
        discipline.routing(jurisdictions, everybody),
        Behaviour(scenario, streams),
        Demand(scenario),
        Observations(
            jurisdictions,
            Instant(round(scenario.warmup_s * MICROSECONDS)),
            Instant(round(scenario.horizon_s * MICROSECONDS)),
        ),
    )


def replicate(
    tasks: Iterable[Task], *, processes: int, elapsed_s: Callable[[], float]
) -> Iterator[Replication]:
    """Make runs, and yield each in the order of the tasks.

    Args:
        tasks: what to run.
        processes: how many at a time; with one, in this process.
        elapsed_s: a steady clock that can be sent to another process.
    """
    listed = list(tasks)
    if processes <= 1 or len(listed) <= 1:
        yield from (perform(task, elapsed_s) for task in listed)
        return
    context = multiprocessing.get_context("spawn")
    workers = min(processes, len(listed))
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(perform, listed, [elapsed_s] * len(listed))


def perform(task: Task, elapsed_s: Callable[[], float]) -> Replication:
    """Make one run."""
    began_s = elapsed_s()
    seen = observe(
        task.scenario,
        DISCIPLINES[task.discipline],
        seed=task.seed,
        replication=task.replication,
    )
    wall_s = elapsed_s() - began_s
    return Replication(task, figures(seen), tuple(slices(seen)), seen.patients, wall_s)


def _limits(scenario: Scenario) -> Limits:
    return Limits(
        ring_s=scenario.offer.ring_s,
        missed_offer_pause_s=scenario.offer.pause_s,
        waiting_max=WAITING_MAX,
        practitioners_max=PRACTITIONERS_MAX,
        settled_offers_max=SETTLED_OFFERS_MAX,
    )

"""One interval as numbers: the work that comes, who can do it, and how it could be shared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.planning.assumptions import Assumptions
from server.planning.demand import INTERVAL_S, Demand, Interval
from server.planning.feasibility import Capacity, Level, levels
from server.planning.roster import Roster

LEVELS_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Situation:
    """What an interval is made of.

    Attributes:
        interval: when, and who is expected.
        work: erlangs by jurisdiction, those that nobody can serve included.
        capacity: erlangs by licence set, after shrinkage.
        levels: jurisdictions that stand or fall together, the busiest first.
    """

    interval: Interval
    work: Mapping[str, float]
    capacity: Capacity
    levels: tuple[Level, ...]

    @property
    def load(self) -> float:
        """Return all work, in erlangs."""
        return sum(self.work.values())

    @property
    def on_duty(self) -> float:
        """Return how many practitioners there are on average, after shrinkage."""
        return sum(self.capacity.values())

    @property
    def agents(self) -> int:
        """Return the same as a whole number, rounded up: a bound stays one."""
        return math.ceil(self.on_duty - 1e-9)

    @property
    def scale(self) -> float | None:
        """Return by how much all work could grow before it cannot be done; None: no work."""
        return 1.0 / self.levels[0].load if self.levels else None

    @property
    def binding(self) -> tuple[str, ...]:
        """Return the jurisdictions that set this limit, in alphabetical order."""
        return tuple(sorted(self.levels[0].jurisdictions)) if self.levels else ()

    @property
    def uncovered(self) -> tuple[str, ...]:
        """Return whose patients nobody on shift may see, in alphabetical order."""
        return tuple(
            name for name in sorted(self.work) if not any(name in one for one in self.capacity)
        )


def situations(
    demand: Demand, roster: Roster, assumptions: Assumptions
) -> tuple[Situation, ...]:
    """Return every interval of a demand as this roster meets it."""
    return tuple(situation(one, roster, assumptions) for one in demand.intervals)


def situation(interval: Interval, roster: Roster, assumptions: Assumptions) -> Situation:
    """Return one interval as this roster meets it."""
    work = {
        name: patients * assumptions.busy_s / INTERVAL_S
        for name, patients in interval.arrivals.items()
    }
    capacity: dict[frozenset[str], float] = {}
    for one in roster:
        worked_s = one.worked_s(interval.starts_at, interval.ends_at)
        if worked_s:
            time = worked_s / INTERVAL_S * (1.0 - assumptions.shrinkage)
            capacity[one.licences] = capacity.get(one.licences, 0.0) + time
    return Situation(interval, work, capacity, tuple(levels(work, capacity, LEVELS_MAX)))

"""What a roster can serve at all, in the long run, and which licences bind it.

Patients of a jurisdiction bring work (erlangs), practitioners bring time, and work may go only
to somebody licensed. By the max-flow min-cut theorem all of it can be done exactly when no set
of jurisdictions brings more than those licensed in any of them can do; the set that brings
most of it, the binding one, is found by Dinkelbach's method (1967) on minimum cuts. Below it,
the rest of the network is measured the same way: the levels of the principal partition
(Fujishige 1980).

It says nothing about waiting: a load just below what can be served waits without end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.planning.flow import SINK, SOURCE, Network

TOLERANCE: Final = 1e-9
ROUNDS_MAX: Final = 64  # each one shrinks the set, so there are never more than jurisdictions

Capacity = Mapping[frozenset[str], float]
"""Practitioners' time in erlangs, by the set of jurisdictions they are licensed in."""


@dataclass(frozen=True, slots=True)
class Level:
    """Jurisdictions that stand or fall together.

    Attributes:
        jurisdictions: whose patients they are.
        licences: the licence sets that can serve them, and nobody busier.
        work: erlangs that they bring.
        capacity: erlangs that can be done.
    """

    jurisdictions: frozenset[str]
    licences: frozenset[frozenset[str]]
    work: float
    capacity: float

    @property
    def load(self) -> float:
        """Return how busy the best sharing keeps them; above 1 it cannot be done."""
        return self.work / self.capacity


def levels(work: Mapping[str, float], capacity: Capacity, levels_max: int = 1) -> list[Level]:
    """Return the busiest levels, the binding one first.

    Args:
        work: erlangs by jurisdiction. Those that nobody can serve are left out.
        capacity: erlangs by licence set.
        levels_max: after so many the rest is one level.
    """
    free = {licences: time for licences, time in capacity.items() if time > TOLERANCE}
    open_work = {
        name: erlangs
        for name, erlangs in work.items()
        if erlangs > TOLERANCE and any(name in licences for licences in free)
    }
    found: list[Level] = []
    while open_work:
        level = _rest(open_work, free)
        if len(found) < levels_max:
            level = _busiest(level, open_work, free)
        found.append(level)
        free = {one: time for one, time in free.items() if one not in level.licences}
        open_work = {
            n: erlangs for n, erlangs in open_work.items() if n not in level.jurisdictions
        }
    return found


def _rest(work: Mapping[str, float], capacity: Capacity) -> Level:
    return _level(frozenset(work), work, capacity)


def _busiest(level: Level, work: Mapping[str, float], capacity: Capacity) -> Level:
    """Return the set of jurisdictions with the most work for its capacity."""
    for _ in range(ROUNDS_MAX):
        cut = _cut(work, capacity, 1.0 / level.load)
        if cut is None:
            break
        busier = _level(cut, work, capacity)
        if busier.load <= level.load * (1.0 + TOLERANCE):
            break
        level = busier
    return level


def _level(names: frozenset[str], work: Mapping[str, float], capacity: Capacity) -> Level:
    """Return the level of some jurisdictions and of all that have nobody else to turn to."""
    able = frozenset(one for one in capacity if one & names)
    others = frozenset().union(*(capacity.keys() - able))
    bound = frozenset(work) - others
    return Level(
        bound, able, sum(work[name] for name in bound), sum(capacity[one] for one in able)
    )


def _cut(work: Mapping[str, float], capacity: Capacity, scale: float) -> frozenset[str] | None:
    """Return jurisdictions that bring too much when all work is scaled; None: all is served."""
    names, able = list(work), list(capacity)
    first = {name: 2 + at for at, name in enumerate(names)}
    network = Network(2 + len(names) + len(able))
    for name in names:
        network.edge(SOURCE, first[name], scale * work[name])
    for at, licences in enumerate(able):
        node = 2 + len(names) + at
        network.edge(node, SINK, capacity[licences])
        for name in licences & first.keys():
            network.edge(first[name], node, scale * work[name])
    wanted = scale * sum(work.values())
    if network.flow() >= wanted * (1.0 - TOLERANCE):
        return None
    reached = network.source_side()
    return frozenset(name for name in names if first[name] in reached) or None

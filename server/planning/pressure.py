"""Where a licence or a colleague would help most, by a quick approximation.

Each jurisdiction is looked at as a line of its own: its servers are all who are licensed there,
its work is its own and that share of everybody else's which falls on the same people (the share
of their servers that are servers here too). The wait of such a line is approximated by
Sakasegawa (1977), and no line is less loaded than the level of the flow that it belongs to.

It serves to choose what is worth simulating, and nothing of it is shown to anybody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.planning.feasibility import Capacity
from server.planning.roster import Roster
from server.planning.situation import Situation

LOAD_MAX: Final = 0.98  # beyond it every wait is long, and the next server as welcome
HARDEST: Final = 6  # intervals looked at: elsewhere nobody waits for a licence


@dataclass(frozen=True, slots=True)
class Licence:
    """One more licence: who, and where. `gain` is for comparing only."""

    practitioner: str
    jurisdiction: str
    gain: float


@dataclass(frozen=True, slots=True)
class Colleague:
    """One more practitioner, licensed like one on the roster. `gain` is for comparing only."""

    like: str
    licences: frozenset[str]
    gain: float


class Pressure:
    """The lines of one interval."""

    def __init__(self, situation: Situation) -> None:
        """Measure how the work of an interval falls on its practitioners."""
        self._work = {
            name: work
            for name, work in situation.work.items()
            if name not in situation.uncovered
        }
        self._servers = {
            name: sum(time for one, time in situation.capacity.items() if name in one)
            for name in self._work
        }
        self._shared = {
            name: _shared(name, self._work, situation.capacity) for name in self._work
        }
        self._levels = {
            name: level.load for level in situation.levels for name in level.jurisdictions
        }
        self._busy = {one: level.load for level in situation.levels for one in level.licences}
        self._lines = {name: self._line(name, self._servers[name]) for name in self._work}

    @property
    def total(self) -> float:
        """Return how much waiting there is, in patients."""
        return sum(work * self._lines[name] for name, work in self._work.items())

    def gain(self, licences: frozenset[str], jurisdiction: str) -> float:
        """Return what a licence more saves, less what it costs those served until now."""
        if jurisdiction in licences or jurisdiction not in self._work:
            return 0.0
        work = self._work[jurisdiction]
        servers = self._servers[jurisdiction]
        level = min(self._levels[jurisdiction], self._busy.get(licences, 0.0))
        wait = self._line(jurisdiction, servers + 1.0, joined=licences, level=level)
        saved = work * (self._lines[jurisdiction] - wait)
        return saved - sum(
            self._work[other] * (self._burdened(other, jurisdiction) - self._lines[other])
            for other in licences & self._work.keys()
        )

    def gain_of_colleague(self, licences: frozenset[str]) -> float:
        """Return what somebody more with these licences saves."""
        able = licences & self._work.keys()
        return sum(
            self._work[name]
            * (self._lines[name] - self._line(name, self._servers[name] + 1.0, level=0.0))
            for name in able
        )

    def _line(
        self,
        name: str,
        servers: float,
        *,
        joined: frozenset[str] = frozenset(),
        level: float | None = None,
    ) -> float:
        """Return the wait in one line, in handle times."""
        falling = self._work[name] + sum(
            self._work[other]
            * (self._shared[name][other] + (1.0 if other in joined else 0.0))
            / self._servers[other]
            for other in self._work
            if other != name
        )
        return sakasegawa(
            max(falling / servers, self._levels[name] if level is None else level), servers
        )

    def _burdened(self, name: str, newcomer: str) -> float:
        """Return the wait in a line one of whose servers also serves `newcomer`."""
        servers = self._servers[name]
        more = self._work[newcomer] / (self._servers[newcomer] + 1.0)
        falling = more + sum(
            self._work[other] * self._shared[name][other] / self._servers[other]
            for other in self._work
        )
        return sakasegawa(max(falling / servers, self._levels[name]), servers)


def licences_to_try(
    situations: Sequence[Situation], roster: Roster, count: int
) -> tuple[Licence, ...]:
    """Return the licences that promise most, the best first."""
    hardest = _hardest(situations)
    names = {name for situation, _ in hardest for name in situation.work}
    found = []
    for one in roster:
        there = [
            (pressure, share)
            for situation, pressure in hardest
            if (share := one.share_of(situation.interval.starts_at, situation.interval.ends_at))
        ]
        for name in names - one.licences:
            gain = sum(share * pressure.gain(one.licences, name) for pressure, share in there)
            found.append(Licence(one.name, name, gain))
    found.sort(key=lambda one: (-one.gain, one.practitioner, one.jurisdiction))
    return tuple(one for one in found[:count] if one.gain > 0.0)


def colleagues_to_try(
    situations: Sequence[Situation], roster: Roster, count: int
) -> tuple[Colleague, ...]:
    """Return whose licences a colleague should have, the best first, each set once."""
    hardest = _hardest(situations)
    named: dict[frozenset[str], str] = {}
    for one in roster:
        named.setdefault(one.licences, one.name)
    found = [
        Colleague(
            like,
            licences,
            sum(pressure.gain_of_colleague(licences) for _, pressure in hardest),
        )
        for licences, like in named.items()
    ]
    found.sort(key=lambda one: (-one.gain, one.like))
    return tuple(found[:count])


def sakasegawa(load: float, servers: float) -> float:
    """Return the mean wait in a line, in handle times (exponential ones).

    Approximation of Erlang C that also takes a number of servers that is not whole.
    """
    load = min(load, LOAD_MAX)
    if load <= 0.0:
        return 0.0
    wait: float = load ** (math.sqrt(2.0 * (servers + 1.0)) - 1.0) / (servers * (1.0 - load))
    return wait


def _hardest(situations: Sequence[Situation]) -> list[tuple[Situation, Pressure]]:
    found = [(situation, Pressure(situation)) for situation in situations]
    found.sort(key=lambda pair: -pair[1].total)
    return found[:HARDEST]


def _shared(name: str, work: Mapping[str, float], capacity: Capacity) -> dict[str, float]:
    """Return how many servers of `name` every other jurisdiction has too."""
    shared = dict.fromkeys(work, 0.0)
    for licences, time in capacity.items():
        if name in licences:
            for other in licences & work.keys():
                shared[other] += time
    return shared

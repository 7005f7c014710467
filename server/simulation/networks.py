"""Made-up networks of practitioners with a realistic skew of licences, kept when they can work.

A third are licensed in one jurisdiction, a twelfth in twenty and more. Such a network may be
unable to carry a load that its size would allow, because the wrong people are licensed: one
whose maximum flow of patients to practitioners falls short of `FEASIBLE` is drawn again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from random import Random
from typing import Final, TypeAlias

from server.simulation.population import POPULATION

Network: TypeAlias = list[list[str]]

# (share of practitioners, least licences, most licences)
BANDS: Final = ((0.35, 1, 1), (0.25, 2, 3), (0.20, 4, 8), (0.12, 9, 20), (0.08, 21, 40))
LICENSED_MIN: Final = 2
FEASIBLE: Final = 0.975
MANY: Final = 9
UNIT: Final = 1_000_000


def feasible_network(size: int, random: Random) -> Network:
    """Return the jurisdictions of `size` practitioners, drawn until they can work.

    Raises:
        ValueError: fewer practitioners than could cover everything twice.
    """
    if size < 20:  # noqa: PLR2004 - about where it takes forever to find one
        raise ValueError("a network has 20 practitioners or more")
    while True:
        network = _draw(size, random)
        if _repair(network, random) and carries(network, FEASIBLE):
            return [sorted(one) for one in network]


def carries(network: Sequence[Collection[str]], load: float) -> bool:
    """Tell whether patients can be given to practitioners so that nobody is overloaded.

    Args:
        network: jurisdictions of every practitioner.
        load: work that comes over work that all could do, if anybody could see anybody.
    """
    people = sum(POPULATION.values())
    names = list(POPULATION)
    demand = [round(UNIT * load * len(network) * POPULATION[one] / people) for one in names]
    licensed = [
        [at for at, jurisdictions in enumerate(network) if name in jurisdictions]
        for name in names
    ]
    flow = _Flow(licensed, [UNIT] * len(network))
    return all(flow.carry(at, amount) for at, amount in enumerate(demand))


def _draw(size: int, random: Random) -> list[set[str]]:
    names, weights = list(POPULATION), list(POPULATION.values())
    network: list[set[str]] = []
    shares = [share for share, _, _ in BANDS]
    for _ in range(size):
        _, least, most = random.choices(BANDS, shares)[0]
        wanted = random.randint(least, most)
        jurisdictions: set[str] = set()
        while len(jurisdictions) < wanted:
            jurisdictions.add(random.choices(names, weights)[0])
        network.append(jurisdictions)
    return network


def _repair(network: list[set[str]], random: Random) -> bool:
    """Swap licences of those who have many, until every jurisdiction has enough people."""
    many = [one for one in network if len(one) >= MANY]
    for name in POPULATION:
        while _licensed(network, name) < LICENSED_MIN:
            able = [one for one in many if name not in one]
            if not able:
                return False
            chosen = random.choice(able)
            spare = max(chosen, key=lambda other: (_licensed(network, other), other))
            chosen.remove(spare)
            chosen.add(name)
    return True


def _licensed(network: list[set[str]], name: str) -> int:
    return sum(name in one for one in network)


class _Flow:
    """A flow from jurisdictions to practitioners, grown along shortest augmenting paths.

    Edmonds and Karp, "Theoretical Improvements in Algorithmic Efficiency for Network Flow
    Problems", 1972.
    """

    def __init__(self, licensed: list[list[int]], capacity: list[int]) -> None:
        self._licensed = licensed
        self._spare = capacity
        self._carried: list[dict[int, int]] = [{} for _ in capacity]

    def carry(self, source: int, amount: int) -> bool:
        """Add the demand of a jurisdiction, moving others aside; tell whether it all fits."""
        while amount:
            path = self._path(source)
            if path is None:
                return False
            amount -= self._push(path, amount)
        return True

    def _path(self, source: int) -> list[tuple[int, int]] | None:
        """Return steps (jurisdiction, practitioner) back from somebody with time to spare.

        Between two steps, the jurisdiction of the first gives up work of the second's.
        """
        reached_by: dict[int, int] = {}
        moved_from: dict[int, int] = {}
        queue = deque([source])
        while queue:
            name = queue.popleft()
            for member in self._licensed[name]:
                if member in reached_by:
                    continue
                reached_by[member] = name
                if self._spare[member]:
                    return self._trace(source, member, reached_by, moved_from)
                for other in self._carried[member]:
                    if other != source and other not in moved_from:
                        moved_from[other] = member
                        queue.append(other)
        return None

    def _trace(
        self, source: int, member: int, reached_by: dict[int, int], moved_from: dict[int, int]
    ) -> list[tuple[int, int]]:
        steps = [(reached_by[member], member)]
        while (name := steps[-1][0]) != source:
            member = moved_from[name]
            steps.append((reached_by[member], member))
        return steps

    def _push(self, path: list[tuple[int, int]], amount: int) -> int:
        """Send as much as fits along a path, and return how much that was."""
        given_up = [(path[at][0], path[at + 1][1]) for at in range(len(path) - 1)]
        fits = min(
            amount,
            self._spare[path[0][1]],
            *(self._carried[member][name] for name, member in given_up),
        )
        for name, member in path:
            self._carried[member][name] = self._carried[member].get(name, 0) + fits
        for name, member in given_up:
            self._carried[member][name] -= fits
            if not self._carried[member][name]:
                del self._carried[member][name]
        self._spare[path[0][1]] -= fits
        return fits

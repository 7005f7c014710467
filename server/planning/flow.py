"""Maximum flow in a small network, by Dinic's algorithm (1970), and its minimum cut."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

SOURCE: Final = 0
SINK: Final = 1
TINY: Final = 1e-12


class Network:
    """Nodes are numbers, 0 the source and 1 the sink; every edge has one that leads back."""

    def __init__(self, nodes: int) -> None:
        """Start with `nodes` nodes and no edges."""
        self._edges: list[list[int]] = [[] for _ in range(nodes)]
        self._to: list[int] = []
        self._room: list[float] = []

    def edge(self, tail: int, head: int, capacity: float) -> None:
        """Let up to `capacity` flow from `tail` to `head`."""
        for here, there, room in ((tail, head, capacity), (head, tail, 0.0)):
            self._edges[here].append(len(self._to))
            self._to.append(there)
            self._room.append(room)

    def flow(self) -> float:
        """Send as much as possible from source to sink, and return how much that was."""
        total = 0.0
        while (levels := self._levels())[SINK] >= 0:
            pending = [iter(edges) for edges in self._edges]
            while pushed := self._push(levels, pending):
                total += pushed
        return total

    def source_side(self) -> set[int]:
        """Return the nodes before the minimum cut; call it after `flow`."""
        return {node for node, level in enumerate(self._levels()) if level >= 0}

    def _levels(self) -> list[int]:
        """Return how many edges with room each node is from the source; -1: out of reach."""
        levels = [-1] * len(self._edges)
        levels[SOURCE] = 0
        reached = deque([SOURCE])
        while reached:
            node = reached.popleft()
            for edge in self._edges[node]:
                head = self._to[edge]
                if levels[head] < 0 and self._room[edge] > TINY:
                    levels[head] = levels[node] + 1
                    reached.append(head)
        return levels

    def _push(self, levels: list[int], pending: list[Iterator[int]]) -> float:
        """Send along one shortest path; 0 when none is left at these levels."""
        path: list[int] = []
        node = SOURCE
        while node != SINK:
            edge = next(
                (
                    edge
                    for edge in pending[node]
                    if self._room[edge] > TINY and levels[self._to[edge]] == levels[node] + 1
                ),
                None,
            )
            if edge is not None:
                path.append(edge)
                node = self._to[edge]
            elif path:
                node = self._to[path.pop() ^ 1]
            else:
                return 0.0
        pushed = min(self._room[edge] for edge in path)
        for edge in path:
            self._room[edge] -= pushed
            self._room[edge ^ 1] += pushed
        return pushed

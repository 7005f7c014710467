"""Everything that goes wrong, drawn from the seed: begun at random moments, and ended again.

A trap springs at a step of the protocol, not at a moment: when a statement or a COMMIT is sent
by, or answered to, a node, it is killed or stopped right there.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Final

from tests.simulation.cluster.loop import Process

if TYPE_CHECKING:
    from tests.simulation.cluster.world import World

PAUSE_MAX_S: Final = 10.0
QUIETER_S: Final = 6.0


class Faults:
    """Plans the faults of one run, and performs them."""

    def __init__(self, world: World, random: Random, until_s: float) -> None:
        self._world = world
        self._random = random
        self._until_s = until_s
        self._traps: dict[Process, tuple[int, Callable[[], None]]] = {}
        self.over = False
        self.kinds: tuple[Callable[[], None], ...] = (
            self.kill,
            self.kill,
            self.pause,
            self.pause,
            self.trap,
            self.trap,
            self.trap,
            self.stop,
            self.database_away,
            self.database_cut,
            self.database_slow,
            self.commits_fail,
            self.commits_fail,
            self.bus_away,
            self.bus_faulty,
            self.bus_faulty,
            self.notices_lost,
            self.sockets_drop,
            self.sockets_drop,
            self.page_reloads,
            self.licence_changes,
            self.licence_changes,
        )

    def plan(self) -> None:
        """Draw what happens, and when."""
        for _ in range(self._random.randint(3, 14)):
            kind = self._random.choice(self.kinds)
            self._world.loop.later(self._random.uniform(1.5, self._until_s), self._begin, kind)

    def _begin(self, kind: Callable[[], None]) -> None:
        if not self.over:
            self._world.note(f"fault {kind.__name__}")
            kind()

    def _for(self, most_s: float, end: Callable[[], None]) -> None:
        """End something after a while."""
        self._world.loop.later(self._random.uniform(0.1, most_s), end)

    # ------------------------------------------------------------------ nodes

    def _victim(self) -> int:
        """Choose a node, the home more often than others."""
        nodes = self._world.nodes
        homes = [at for at, one in enumerate(nodes) if one.home is not None]
        if homes and self._random.random() < 0.6:
            return self._random.choice(homes)
        return self._random.randrange(len(nodes))

    def kill(self) -> None:
        """SIGKILL a node, and start it again later."""
        self._kill(self._victim())

    def _kill(self, at: int) -> None:
        self._world.kill(at)
        self._for(QUIETER_S, lambda: self._world.start(at))

    def pause(self) -> None:
        """SIGSTOP a node for a while."""
        self._pause(self._victim())

    def _pause(self, at: int) -> None:
        process = self._world.nodes[at].process
        self._world.pause(at)
        self._for(PAUSE_MAX_S, lambda: self._world.resume(process))

    def stop(self) -> None:
        """SIGTERM a node, and start another in its place."""
        at = self._victim()
        self._world.nodes[at].stop()
        self._world.loop.later(2.0, self._kill, at)

    def trap(self) -> None:
        """Kill or stop a node a few steps of its transactions from now."""
        at = self._victim()
        process = self._world.nodes[at].process
        act = self._kill if self._random.random() < 0.5 else self._pause

        def spring() -> None:
            if self._world.nodes[at].process is process:
                act(at)

        self._traps[process] = (self._random.randint(1, 12), spring)

    def step(self, process: Process) -> None:
        """A process takes a step of the protocol."""
        if process not in self._traps:
            return
        left, spring = self._traps[process]
        self._traps[process] = (left - 1, spring)
        if left <= 1:
            del self._traps[process]
            if not self.over:
                self._world.note(f"trap {process.name}")
                spring()

    # ------------------------------------------------------------------ the database

    def database_away(self) -> None:
        server = self._world.server
        server.go_down()
        self._for(QUIETER_S, lambda: setattr(server, "down", False))

    def database_cut(self) -> None:
        server, process = self._world.server, self._world.nodes[self._victim()].process
        server.cut[process] = None
        self._for(QUIETER_S, lambda: server.cut.pop(process, None))

    def database_slow(self) -> None:
        server = self._world.server
        server.slow_s = self._random.uniform(0.05, 0.8)
        self._for(QUIETER_S, lambda: setattr(server, "slow_s", 0.004))

    def commits_fail(self) -> None:
        server = self._world.server
        server.trouble = self._random.uniform(0.1, 0.9)
        self._for(QUIETER_S, lambda: setattr(server, "trouble", 0.0))

    def notices_lost(self) -> None:
        self._world.notices_lost = True
        self._for(QUIETER_S, lambda: setattr(self._world, "notices_lost", False))

    # ------------------------------------------------------------------ the bus

    def bus_away(self) -> None:
        bus = self._world.bus
        bus.down = True
        self._for(QUIETER_S, lambda: setattr(bus, "down", False))

    def bus_faulty(self) -> None:
        bus = self._world.bus
        bus.lost, bus.doubled, bus.late = (self._random.uniform(0, 0.5) for _ in range(3))

        def end() -> None:
            bus.lost = bus.doubled = bus.late = 0.0

        self._for(PAUSE_MAX_S, end)

    # ------------------------------------------------------------------ pages, licences

    def sockets_drop(self) -> None:
        for page in self._world.pages:
            if self._random.random() < 0.4:
                page.drop()

    def page_reloads(self) -> None:
        if self._world.pages:
            self._random.choice(self._world.pages).drop(forget=True)

    def licence_changes(self) -> None:
        self._world.change_licence()

    # ------------------------------------------------------------------ the end

    def end(self) -> None:
        """Everything works again."""
        self.over = True
        world, server, bus = self._world, self._world.server, self._world.bus
        server.down, server.trouble, server.slow_s, server.cut = False, 0.0, 0.004, {}
        bus.down, bus.lost, bus.doubled, bus.late = False, 0.0, 0.0, 0.0
        world.notices_lost = False
        for at, node in enumerate(world.nodes):
            world.resume(node.process)
            if not node.process.alive:
                world.start(at)

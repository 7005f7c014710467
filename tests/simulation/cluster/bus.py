"""The bus: hands messages to nodes, unless it is away, loses them, doubles them or dawdles."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from tests.simulation.cluster.loop import Process, VirtualLoop
from tests.simulation.cluster.words import Message

TIMEOUT_S: Final = 0.5


class Bus:
    """Carries messages between nodes.

    Attributes:
        down: nobody reaches it.
        lost, doubled, late: shares of messages.
    """

    def __init__(self, loop: VirtualLoop, random: Random) -> None:
        self._loop = loop
        self._random = random
        self._subscribers: dict[str, tuple[Process, Callable[[Message], None]]] = {}
        self.down = False
        self.lost = 0.0
        self.doubled = 0.0
        self.late = 0.0

    def subscribe(
        self, node: str, process: Process, receive: Callable[[Message], None]
    ) -> None:
        self._subscribers[node] = (process, receive)

    def publish(
        self, sender: Process, node: str, message: Message, failed: Callable[[], None]
    ) -> None:
        """Send a message; `failed` is called in the sender's process when nobody got it."""
        process, receive = self._subscribers[node]
        now = self._loop.time()
        if self.down:
            self._loop.deliver(sender, now + TIMEOUT_S, failed)
            return
        if not process.alive:
            self._loop.deliver(sender, now + 0.001, failed)
            return
        if self._random.random() < self.lost:
            return
        for _ in range(2 if self._random.random() < self.doubled else 1):
            late = self._random.random() < self.late
            takes = self._random.uniform(0.0005, 1.5 if late else 0.003)
            self._loop.deliver(process, now + takes, receive, message)

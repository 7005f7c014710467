"""A node's side of the bus: messages of one home in the order of their numbers.

A gap that is not filled in `GAP_S`, or a heartbeat that is ahead that long, is told; then it
goes on behind the gap. Pure but for the timer that it asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.simulation.cluster.words import Message

GAP_S: Final = 0.3


class Inbox:
    """What comes from one home."""

    def __init__(
        self,
        deliver: Callable[[Message], None],
        missing: Callable[[], None],
        later: Callable[[float, Callable[[int], None], int], None],
    ) -> None:
        self._deliver = deliver
        self._missing = missing
        self._later = later
        self._next = 1
        self._early: dict[int, Message] = {}
        self._ahead = 0

    def receive(self, message: Message) -> None:
        """Take a message: in order, early, or one that was there before."""
        if message.items:
            if message.seq < self._next:
                return
            self._early.setdefault(message.seq, message)
        self._ahead = max(self._ahead, message.seq)
        self._go_on()
        if self._ahead >= self._next:
            self._later(GAP_S, self._look, self._next)

    def _go_on(self) -> None:
        while self._next in self._early:
            message = self._early.pop(self._next)
            self._next += 1
            self._deliver(message)

    def _look(self, waited_for: int) -> None:
        if self._next != waited_for or self._ahead < self._next:
            return
        self._missing()
        self._next = min(self._early, default=self._ahead + 1)
        self._go_on()
        if self._ahead >= self._next:
            self._later(GAP_S, self._look, self._next)

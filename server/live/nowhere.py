"""The door of a network that has no home yet: the waiting room is being rebuilt.

Whoever opens a socket meanwhile is registered with the home when there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.errors import Starting
from server.live.doors import Notice, Visitor
from server.problems import problem
from signaling.events import Event
from signaling.messages import Ack, CommandBase


class Nowhere:
    """Implements `Door`: nobody is behind it."""

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        """Nothing: a home that opens asks for every socket."""

    def registering(self, node: str) -> Callable[[], None]:  # noqa: ARG002 - Door
        """Nothing: the same."""
        return lambda: None

    def closed(self, visitor: Visitor) -> None:
        """Nothing: nobody knew of it."""

    async def perform(self, visitor: Visitor, command: CommandBase) -> Ack:  # noqa: ARG002 - Door
        """Ask to try again."""
        return Ack(ok=False, id=command.id, error=problem(Starting()))

    async def submit(self, events: Sequence[Event]) -> None:  # noqa: ARG002 - Door
        """Ask to try again.

        Raises:
            Starting: always.
        """
        raise Starting

    def notice(self, notice: Notice) -> None:
        """Nothing: what is read later shows it."""

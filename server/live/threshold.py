"""What a home says while it closes: nothing that is final, but what it did.

Whoever was inside when it began to close finds no desk, no call, no lease any more, and would
be refused for that. Another home decides about the same command: it is asked for again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from server.errors import GoodfaithError, Retry
from server.problems import problem
from server.storage.errors import StorageError
from signaling.errors import SignalingError
from signaling.messages import Ack


class Threshold:
    """Where a home is entered.

    Attributes:
        closed: nobody is let in any more.
    """

    def __init__(self) -> None:
        self.closed = False

    async def perform(self, command_id: str, do: Callable[[], Awaitable[Ack]]) -> Ack:
        """Do a command, unless the home closes before it is done."""
        if not self.closed:
            ack = await do()
            if ack.ok or not self.closed:
                return ack
        return Ack(ok=False, id=command_id, error=problem(Retry()))

    async def submit(self, do: Callable[[], Awaitable[None]]) -> None:
        """Do something, unless the home closes before it is done.

        Raises:
            Retry: it closed.
            GoodfaithError, SignalingError, StorageError: as `do`.
        """
        if self.closed:
            raise Retry
        try:
            await do()
        except (GoodfaithError, SignalingError, StorageError):
            if self.closed:
                raise Retry from None
            raise

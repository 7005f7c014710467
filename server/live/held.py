"""A lease that this process holds, and how sure of that it may be.

Writes need not ask: the database checks the lease with each. What is done elsewhere (a relay
closes a leg) cannot be checked there, and a process that was stopped for a while may do it for
somebody else's network. So it asks here first:

    renewed less than `SURE` of its duration ago   ours: nobody can have taken it
    longer ago                                     wait for the next renewal
    the database does not answer                   ours: nobody can take it either
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from server.storage.leases import Lease

SURE: Final = 0.8  # the rest is the way to whom it is said
ANSWER_S: Final = 2.0  # longer than a renewal is away


class Held:
    """A lease, for as long as it is held.

    Attributes:
        lease: None once it is known to be lost.
        lost: set then.
    """

    def __init__(self, lease: Lease | None, elapsed_s: Callable[[], float]) -> None:
        """Begin with a lease that was just acquired.

        Args:
            lease: which.
            elapsed_s: seconds that go on while this process is stopped.
        """
        self.lease = lease
        self.lost = asyncio.Event()
        self.elapsed_s = elapsed_s
        self._sure_until_s = elapsed_s()
        self._answered = asyncio.Event()

    def current(self) -> Lease | None:
        """Return it, to write under it."""
        return self.lease

    def renewed(self, asked_s: float, ttl_s: float) -> None:
        """Note that it was renewed for `ttl_s`, which was asked for at `asked_s`."""
        self._sure_until_s = asked_s + SURE * ttl_s
        self._tell()

    def unanswered(self) -> None:
        """Note that the database does not say: whose it was goes on."""
        self._sure_until_s = self.elapsed_s() + ANSWER_S
        self._tell()

    def lose(self) -> None:
        """Note that it is somebody else's now."""
        self.lease = None
        self.lost.set()
        self._tell()

    async def is_ours(self) -> bool:
        """Tell whether it is still held; after a pause, once the database was asked again."""
        if self.lease is not None and self.elapsed_s() >= self._sure_until_s:
            with suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_S):
                    await self._answered.wait()
        return self.lease is not None

    def _tell(self) -> None:
        answered, self._answered = self._answered, asyncio.Event()
        answered.set()

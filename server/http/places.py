"""Places for what is slow or large, of which nobody has them all.

    free, and its owner has fewer than `each` --> held while the block goes on --> free again
         | not within `wait_s`
         v
      refused

Whoever sends a body decides how long that takes: without owners, a handful of slow senders of
one organization would be the only ones who are served.

What it is not: how often somebody may ask (`server.attempts`, `server.http.doorkeeper`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from server.errors import Conflict, GoodfaithError

AT_ONCE_MAX: Final = 2
WAIT_S: Final = 10.0
"""For a place. A page that was refused one sends by itself again."""


class Places:
    """So many places of one process, and how many of them each owner holds."""

    def __init__(
        self, total: int, *, each: int, wait_s: float, refusal: type[GoodfaithError]
    ) -> None:
        """Start with all of them free.

        Args:
            total: how many there are.
            each: how many of them one owner may hold.
            wait_s: seconds that somebody waits for one.
            refusal: what is raised then.
        """
        self._total = total
        self._each = each
        self._wait_s = wait_s
        self._refusal = refusal
        self._held: Counter[str] = Counter()
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def one_of(self, owner: str) -> AsyncIterator[None]:
        """Hold a place while the block goes on.

        Args:
            owner: id of the organization that it is for.

        Raises:
            GoodfaithError: the refusal; none was free for this owner in time.
        """
        try:
            async with asyncio.timeout(self._wait_s):
                while not self._is_free_for(owner):
                    await self._freed.wait()
                self._held[owner] += 1
        except TimeoutError:
            raise self._refusal from None
        try:
            yield
        finally:
            self._free(owner)

    def _is_free_for(self, owner: str) -> bool:
        return self._held.total() < self._total and self._held[owner] < self._each

    def _free(self, owner: str) -> None:
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        # All who wait look again, in the order they came: the first may have enough already.
        self._freed.set()
        self._freed = asyncio.Event()


def one_each(refusal: type[Conflict]) -> Places:
    """Return places for what takes seconds of a connection, a thread or a processor.

    A network has one, and two are at it in all. Who finds none is refused at once, and may ask
    again: a queue would only hold more.
    """
    return Places(AT_ONCE_MAX, each=1, wait_s=0.0, refusal=refusal)

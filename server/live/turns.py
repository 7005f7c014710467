"""Turns for a crowd: so many at once, and of those who wait the newest first.

After a take-over all pages are shown their state. Those that came last lost their node, and
know nothing; the others have not noticed anything yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count


class Turns:
    """Gives turns.

    Args:
        at_once_max: how many have one at a time.
    """

    def __init__(self, at_once_max: int) -> None:
        self._free = at_once_max
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @asynccontextmanager
    async def turn(self, since: int) -> AsyncIterator[None]:
        """Have a turn for the length of the block; `since` is when whoever has it came."""
        if self._free:
            self._free -= 1
        else:
            await self._its_turn(since)
        try:
            yield
        finally:
            self._give_back()

    async def _its_turn(self, since: int) -> None:
        mine = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (-since, next(self._numbers), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._give_back()  # it came at the same moment
            raise

    def _give_back(self) -> None:
        while self._waiting:
            _, _, next_one = heappop(self._waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        self._free += 1

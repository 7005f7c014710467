"""Turns for a crowd: so many at once, and of those who wait the highest rank first.

After a take-over all pages are shown their state, and cannot be rung before. Consoles and calls
wait for nobody; of patients in line those that came last lost their node, and know nothing,
while the others have not noticed anything yet.
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
    async def turn(self, rank: int) -> AsyncIterator[None]:
        """Have a turn for the length of the block."""
        if self._free:
            self._free -= 1
        else:
            await self._its_turn(rank)
        try:
            yield
        finally:
            self._give_back()

    async def _its_turn(self, rank: int) -> None:
        mine = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (-rank, next(self._numbers), mine))
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

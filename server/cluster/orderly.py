"""Jobs that keep the order of their keys, and run side by side otherwise.

A job with several keys waits for all that were put before it under any of them, and those put
after it under any of them wait for it. Bounded: so many run at once, the others wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from server.ending import end
from server.logging import get_logger

Job = Callable[[], Awaitable[None]]

log = get_logger("requests")


class Orderly:
    """All jobs of one owner.

    Args:
        at_once_max: how many run at once.
    """

    def __init__(self, at_once_max: int) -> None:
        self._room = asyncio.Semaphore(at_once_max)
        self._last: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, keys: Collection[str], job: Job) -> None:
        """Have a job done after those that were put under any of its keys."""
        earlier = {self._last[key] for key in keys if key in self._last}
        task = asyncio.get_running_loop().create_task(self._do(earlier, job))
        self._tasks.add(task)
        for key in keys:
            self._last[key] = task
        task.add_done_callback(lambda done: self._ended(done, keys))

    async def close(self) -> None:
        """Leave undone what is left."""
        await end(tuple(self._tasks))

    async def _do(self, earlier: set[asyncio.Task[None]], job: Job) -> None:
        if earlier:
            await asyncio.wait(earlier)
        async with self._room:
            try:
                await job()
            except Exception:  # the next one has to be done all the same
                log.exception("job_failed")

    def _ended(self, task: asyncio.Task[None], keys: Collection[str]) -> None:
        self._tasks.discard(task)
        for key in keys:
            if self._last.get(key) is task:
                del self._last[key]

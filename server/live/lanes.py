"""Work that must happen in order, without anybody else waiting for it.

A lane is whatever has a name: what is put on one is done one after the other, what is on others
at the same time. A lane ends when it is empty; what comes when it is full is dropped and said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

from server.ending import end
from server.logging import get_logger

LANE_MAX: Final = 256

Job = Callable[[], Awaitable[None]]

log = get_logger("lanes")


class Lanes:
    """All lanes of one owner."""

    def __init__(self) -> None:
        """Start with none."""
        self._jobs: dict[Hashable, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, lane: Hashable, job: Job) -> None:
        """Have a job done after those that are on its lane."""
        jobs = self._jobs.get(lane)
        if jobs is None:
            self._jobs[lane] = deque([job])
            task = asyncio.get_running_loop().create_task(self._run(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(jobs) < LANE_MAX:
            jobs.append(job)
        else:
            log.error("lane_full")

    def is_busy(self, lane: Hashable) -> bool:
        """Tell whether something is on a lane."""
        return lane in self._jobs

    async def idle(self) -> None:
        """Wait until every lane is empty."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _run(self, lane: Hashable) -> None:
        jobs = self._jobs[lane]
        try:
            while jobs:
                try:
                    await jobs[0]()
                except Exception as error:  # the next job has to be done all the same
                    log.error("job_failed", exc_info=error)  # noqa: TRY400 - by type and place
                jobs.popleft()
        finally:
            self._jobs.pop(lane, None)

    async def close(self) -> None:
        """Leave undone what is left: the process ends."""
        await end(self._tasks)
        self._jobs.clear()

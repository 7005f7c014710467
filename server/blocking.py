"""Heavy work off the loop: one argon2 hash on it would add 115 ms to everybody's packet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class BoundedPool:
    """Implements `server.services.Blocking` with a few threads (the work releases the GIL)."""

    def __init__(self, workers_max: int) -> None:
        """Start with no threads; there will be at most `workers_max`."""
        self._pool = ThreadPoolExecutor(workers_max, thread_name_prefix="blocking")

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """Run `work` in the pool and give its result."""
        return asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Let running work end, and begin no other."""
        self._pool.shutdown(wait=True, cancel_futures=True)

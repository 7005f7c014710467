"""Has the home of a network know of the sockets here, until it does.

A home that has just moved, or that could not be asked, is asked again; once at a time for each
network, and never for one that nobody here belongs to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from server.ending import end
from server.errors import GoodfaithError
from server.logging import get_logger
from server.storage.errors import StorageError

AGAIN_S: Final = 0.5

log = get_logger("registering")


class Registrar:
    """Registers networks when that is wanted.

    Args:
        register: says the sockets of a network to its home.
    """

    def __init__(self, register: Callable[[str], Awaitable[None]]) -> None:
        self._register = register
        self._wanted: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def want(self, network_id: str) -> None:
        """Have it done soon, and again if it is being done already."""
        self._wanted.add(network_id)
        if network_id not in self._tasks:
            task = asyncio.get_running_loop().create_task(self._work(network_id))
            self._tasks[network_id] = task

    async def _work(self, network_id: str) -> None:
        try:
            while network_id in self._wanted:
                self._wanted.discard(network_id)
                try:
                    await self._register(network_id)
                except (GoodfaithError, StorageError) as error:
                    log.info("not_registered", network_id=network_id, exc_info=error)
                    self._wanted.add(network_id)
                    await asyncio.sleep(AGAIN_S)
                except Exception:
                    log.exception("registering_failed", network_id=network_id)
        finally:
            self._tasks.pop(network_id, None)

    async def close(self) -> None:
        """Register nobody any more: the process ends."""
        await end(tuple(self._tasks.values()))

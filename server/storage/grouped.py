"""Small writes of many callers in one transaction: each waits for the COMMIT that has its own.

A COMMIT waits for the disk, whatever is in it. While one runs, those who come gather, and the
next takes them all: under load the cost of an entry falls, and alone it is one COMMIT.

What it is not: for writes that may fail on their own. If one does, all of its group fail.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from server.storage.database import Database, Tx

GROUP_MAX: Final = 200
WAITING_MAX: Final = 10_000
Work: TypeAlias = Callable[[Tx], Awaitable[object]]


class GroupFull(Exception):  # it is a state of the queue
    """More is waiting to be written than may."""


class Grouped:
    """The writes that wait for a turn; one of it for one database."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: deque[tuple[Work, asyncio.Future[None]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def write(self, database: Database, work: Work) -> None:
        """Have `work` done in a transaction, and return when it is committed.

        A caller that is cancelled does not take its work back.

        Raises:
            GroupFull: too much is waiting already.
            StorageError: nothing of the group was committed, or that is not known.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise GroupFull
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(database))
        await done

    async def _write(self, database: Database) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), GROUP_MAX)
                group = [self._waiting.popleft() for _ in range(count)]
                await _commit(database, group)
        finally:
            self._writing = None


async def _commit(database: Database, group: list[tuple[Work, asyncio.Future[None]]]) -> None:
    try:
        async with database.write() as tx:
            for work, _ in group:
                await work(tx)
    except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it is
        for _, done in group:
            if not done.done():
                done.set_exception(error)
    else:
        for _, done in group:
            if not done.done():
                done.set_result(None)

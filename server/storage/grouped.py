"""Small writes of many callers in one transaction: each waits for the COMMIT that has its own.

A COMMIT waits for the disk, whatever is in it. While one runs, those who come gather, and the
next takes them all: under load the cost of an entry falls, and alone it is one COMMIT.

If nothing of a group was committed, each is written alone: one that cannot be written fails for
itself and not for those who came beside it. If it is not known, all of the group fail.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Self, TypeAlias

from server.storage.database import Database, Tx
from server.storage.errors import CommitFailed

GROUP_MAX: Final = 200
WAITING_MAX: Final = 10_000
FAILED_IN_A_ROW_MAX: Final = 3  # it is the database then, not a row


class Joint(ABC):
    """Work that costs less when it is done with others of its kind."""

    @abstractmethod
    async def do(self, tx: Tx, works: Sequence[Self]) -> None:
        """Do all of these; this is the first of them."""


Work: TypeAlias = Callable[[Tx], Awaitable[object]] | Joint
Member: TypeAlias = tuple[Work, asyncio.Future[None]]


class GroupFull(Exception):  # it is a state of the queue
    """More is waiting to be written than may."""


class Grouped:
    """The writes that wait for a turn; one of it for one database."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: deque[Member] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def write(self, database: Database, work: Work) -> None:
        """Have `work` done in a transaction, and return when it is committed.

        A caller that is cancelled does not take its work back.

        Raises:
            GroupFull: too much is waiting already.
            StorageError: it was not committed, or that is not known.
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


async def _commit(database: Database, group: list[Member]) -> None:
    error = await _tried(database, group)
    if isinstance(error, CommitFailed) and len(group) > 1:
        await _commit_singly(database, group)
    else:
        _settle(group, error)


async def _commit_singly(database: Database, group: list[Member]) -> None:
    """Write each alone; a database that takes nothing is not waited for once a member."""
    failed = 0
    for number, one in enumerate(group):
        error = await _tried(database, [one])
        failed = failed + 1 if error else 0
        if failed == FAILED_IN_A_ROW_MAX:
            _settle(group[number:], error)
            return
        _settle([one], error)


async def _tried(database: Database, group: list[Member]) -> Exception | None:
    try:
        async with database.write() as tx:
            joint: defaultdict[type[Joint], list[Joint]] = defaultdict(list)
            for work, _ in group:
                if isinstance(work, Joint):
                    joint[type(work)].append(work)
                else:
                    await work(tx)
            for works in joint.values():
                await works[0].do(tx, works)
    except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it is
        return error
    return None


def _settle(group: list[Member], error: Exception | None) -> None:
    for _, done in group:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

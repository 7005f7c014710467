"""Carries messages by rows of the database, while Redis is away: slower, and sure.

A node reads its rows when it is notified, and looks every half second in case it was not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from server.cluster.ending import end
from server.cluster.links import Told
from server.cluster.listening import Listening
from server.logging import get_logger
from server.storage import node_words
from server.storage.database import Database
from server.storage.errors import StorageError
from server.storage.notifying import WORDS

LOOK_S: Final = 0.5
ROWS_MAX: Final = 200

log = get_logger("words")


class RowsCarrier:
    """Leaves messages for nodes, and reads those for this one.

    Args:
        database: where.
        listening: hears that there is something.
        node_id: whose rows are read.
        receive: is handed what comes in.
    """

    def __init__(
        self,
        database: Database,
        listening: Listening,
        node_id: str,
        receive: Callable[[bytes], None],
    ) -> None:
        self._database = database
        self._node_id = node_id
        self._receive = receive
        self._stirred = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        listening.on(WORDS, self._notified)
        listening.on_reconnected(self._stirred.set)

    def start(self) -> None:
        """Begin to read."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            await end({self._task})

    async def publish(self, told: Sequence[Told]) -> None:
        """Leave messages.

        Raises:
            StorageError: they were not left, as far as is known.
        """
        async with self._database.write() as tx:
            await node_words.put(tx, told)

    def _notified(self, node_id: str) -> None:
        if node_id == self._node_id:
            self._stirred.set()

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stirred.wait()
            self._stirred.clear()
            try:
                await self._read()
            except StorageError as error:
                log.warning("words_unread", error_type=type(error).__name__)
                await asyncio.sleep(LOOK_S)
            except Exception:  # what comes later is read all the same
                log.exception("words_failed")
                await asyncio.sleep(LOOK_S)

    async def _read(self) -> None:
        while True:
            async with self._database.read() as tx:
                if not await node_words.waiting(tx, self._node_id):
                    return
            async with self._database.write() as tx:
                bodies = await node_words.take(tx, self._node_id, ROWS_MAX)
            for body in bodies:
                self._receive(body)

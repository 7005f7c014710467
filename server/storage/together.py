"""Rows by their key: all that are asked for at about the same time, in one query.

When a node or a home is gone, thousands of pages come back and ask for the same kinds of rows
within a second.

    sessions = Together(database, storage.sessions.with_ids)
    await sessions.get(id_hash)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from server.storage.database import Database
from server.storage.statements import Tx

AT_ONCE_MAX: Final = 500

Row = TypeVar("Row")
Fetch = Callable[[Tx, Sequence[str]], Awaitable[Mapping[str, Row]]]


class Together(Generic[Row]):
    """Reads rows, never as they were before they were asked for.

    Args:
        database: where they are.
        fetch: gives those that there are of these keys.
    """

    def __init__(self, database: Database, fetch: Fetch[Row]) -> None:
        self._database = database
        self._fetch = fetch
        self._wanted: dict[str, asyncio.Future[Row | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, key: str) -> Row | None:
        """Return a row, or None when there is none.

        Raises:
            StorageError: the database does not answer.
        """
        wanted = self._wanted.get(key)
        if wanted is None:
            loop = asyncio.get_running_loop()
            wanted = self._wanted[key] = loop.create_future()
            if self._task is None:
                self._task = loop.create_task(self._work())
        return await asyncio.shield(wanted)

    async def _work(self) -> None:
        try:
            while self._wanted:
                await asyncio.sleep(0)  # whoever asks in this turn is read for, too
                some = dict(list(self._wanted.items())[:AT_ONCE_MAX])
                for key in some:
                    del self._wanted[key]
                await self._read(some)
        finally:
            self._task = None

    async def _read(self, wanted: Mapping[str, asyncio.Future[Row | None]]) -> None:
        try:
            async with self._database.read() as tx:
                found = await self._fetch(tx, list(wanted))
        except asyncio.CancelledError:
            for one in wanted.values():
                one.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - everybody who asked is told
            for one in wanted.values():
                one.set_exception(error)
                one.exception()  # whoever asked may have gone
        else:
            for key, one in wanted.items():
                one.set_result(found.get(key))

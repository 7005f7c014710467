"""Encounters as they are shown: all that are asked for at about the same time, in one query.

When a node or a home is gone, thousands of pages ask for their state within a second.
"""

from __future__ import annotations

import asyncio
from typing import Final

from server.storage import encounters
from server.storage.database import Database
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing

AT_ONCE_MAX: Final = 500


class EncounterReads:
    """Reads encounters, never as they were before they were asked for.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: dict[str, asyncio.Future[Encounter]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, encounter_id: str) -> Encounter:
        """Return an encounter.

        Raises:
            RowMissing: there is none.
            StorageError: the database does not answer.
        """
        wanted = self._wanted.get(encounter_id)
        if wanted is None:
            loop = asyncio.get_running_loop()
            wanted = self._wanted[encounter_id] = loop.create_future()
            if self._task is None:
                self._task = loop.create_task(self._work())
        return await asyncio.shield(wanted)

    async def _work(self) -> None:
        try:
            while self._wanted:
                await asyncio.sleep(0)  # whoever asks in this turn is read for, too
                some = dict(list(self._wanted.items())[:AT_ONCE_MAX])
                for encounter_id in some:
                    del self._wanted[encounter_id]
                await self._read(some)
        finally:
            self._task = None

    async def _read(self, wanted: dict[str, asyncio.Future[Encounter]]) -> None:
        try:
            async with self._database.read() as tx:
                found = await encounters.with_ids(tx, list(wanted))
        except BaseException as error:
            for one in wanted.values():
                _refuse(one, error)
            if not isinstance(error, Exception):
                raise
            return
        for encounter_id, one in wanted.items():
            if encounter_id in found:
                one.set_result(found[encounter_id])
            else:
                _refuse(one, RowMissing("encounters", encounter_id))


def _refuse(asked: asyncio.Future[Encounter], error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError):
        asked.cancel()
        return
    asked.set_exception(error)
    asked.exception()  # whoever asked may have gone

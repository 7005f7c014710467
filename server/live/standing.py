"""What the server can do just now, looked at every second and told to every page.

    ok --does not answer for AWAY_S, or refuses--> away --answers--> ok

The database is asked for its time, one question at a time: one that never answers is not asked
again, it is waited for. The spool is told first: what happens in calls goes there at once then,
and starts to be written when the database is back.

It decides nothing, and needs no database to say that there is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from server.logging import get_logger
from server.spool.spool import Spool
from server.storage.database import Database
from server.storage.errors import StorageError
from signaling.messages import ServiceChanged

LOOK_S: Final = 1.0
AWAY_S: Final = 2.0
TELL_AGAIN_S: Final = 10.0  # in case one missed it

Bus = Literal["ok", "degraded"]

log = get_logger("standing")


class ServiceStanding:
    """See the module.

    Attributes:
        database: whether it answers.
        bus: whether processes hear each other quickly; whoever knows says so.
    """

    def __init__(
        self,
        database: Database,
        spool: Spool | None,
        tell: Callable[[ServiceChanged], None],
    ) -> None:
        """Begin with everything as it should be.

        Args:
            database: the one that is asked.
            spool: told before anybody.
            tell: sends to every page of this process; never waits.
        """
        self.database: Literal["ok", "away"] = "ok"
        self.bus: Bus = "ok"
        self._asked = database
        self._spool = spool
        self._tell = tell
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to look."""
        self._tasks = [
            asyncio.create_task(self._look()),
            asyncio.create_task(self._tell_again()),
        ]

    async def close(self) -> None:
        """Stop looking."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def now(self) -> ServiceChanged:
        """Return how things stand."""
        return ServiceChanged(database=self.database, bus=self.bus)

    def trouble(self) -> ServiceChanged | None:
        """Return what a page that just came has to know: it takes all for well otherwise."""
        return None if (self.database, self.bus) == ("ok", "ok") else self.now()

    def bus_is(self, bus: Bus) -> None:
        """The bus works, or does not; pages are told if that is news."""
        if bus != self.bus:
            self.bus = bus
            self._tell(self.now())

    def database_answers(self, *, answers: bool) -> None:
        """The database answers, or does not; pages are told if that is news."""
        if self._spool is not None:
            self._spool.database_answers(answers=answers)
        before, self.database = self.database, "ok" if answers else "away"
        if before != self.database:
            log.warning("database_standing", outcome=self.database)
            self._tell(self.now())

    async def _look(self) -> None:
        while True:
            asking = asyncio.ensure_future(self._ask())
            done, _ = await asyncio.wait({asking}, timeout=AWAY_S)
            if not done:
                self.database_answers(answers=False)
            self.database_answers(answers=await asking)
            await asyncio.sleep(LOOK_S)

    async def _ask(self) -> bool:
        try:
            async with self._asked.read() as tx:
                await self._asked.now_us(tx)
        except StorageError:
            return False
        except Exception:  # what is never looked at again stays as it was
            log.exception("standing_failed")
            return False
        return True

    async def _tell_again(self) -> None:
        while True:
            await asyncio.sleep(TELL_AGAIN_S)
            if (trouble := self.trouble()) is not None:
                self._tell(trouble)

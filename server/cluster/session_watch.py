"""Ends the sockets of sessions that are over, also where nobody here heard of it.

That a session ended is a notification, which may be lost, and a page that sends no command is
told things all the same. So the database is asked: now and then, and whenever this node may
have missed something.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from server.cluster.neighbours import end_reason
from server.live.edge import Edge
from server.logging import get_logger
from server.storage import sessions
from server.storage.database import Database
from server.storage.errors import StorageError

LOOK_S: Final = 30.0
AGAIN_S: Final = 1.0

log = get_logger("sessions")


class SessionWatch:
    """Watches the sessions of one node's sockets.

    Args:
        database: where sessions are.
        edge: the sockets.
    """

    def __init__(self, database: Database, edge: Edge) -> None:
        self._database = database
        self._edge = edge
        self._wanted = asyncio.Event()

    def look(self) -> None:
        """Look at once."""
        self._wanted.set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._look()
            except Exception as error:  # whose session is over must not be told things for good
                if not isinstance(error, StorageError):
                    log.exception("sessions_failed")
                self._wanted.set()
                await asyncio.sleep(AGAIN_S)

    async def _look(self) -> None:
        here = {one.principal.session for one in self._edge.all() if one.principal.session}
        if not here:
            return
        async with self._database.read() as tx:
            over = await sessions.over_among(tx, here)
        for id_hash, reason in over.items():
            log.info("session_over")
            self._edge.end_session(id_hash, end_reason(reason))

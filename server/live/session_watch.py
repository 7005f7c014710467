"""Ends the sockets of sessions that are over, also where nobody here heard of it.

A session may be ended by a command beside the server, or on another node whose word was lost;
it expires, or idles, and nobody says so. A page that sends nothing is told things all the same.
So the database is asked, every second: one statement for all sockets of this node.

Who waits or talks does not idle (`server.live.sessions_in_use` notes it); that it could not be
noted, while the database was away, is held against nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Final, Self

from server.live.edge import Edge
from server.live.leniency import Leniency
from server.live.sessions_in_use import every_s
from server.logging import get_logger
from server.services import REASONS, Core, EndReason
from server.session_times import idle_times
from server.signing_off import end_expired, end_idle
from server.storage import sessions
from server.storage.database import Database
from server.storage.errors import StorageError

LOOK_S: Final = 1.0
AGAIN_S: Final = 1.0
REPLACED: Final = "replaced"

Away = Callable[[], Mapping[str, frozenset[str]]]

log = get_logger("sessions")


def end_reason(word: str) -> EndReason:
    """Return why a session ended, as a row or another node says."""
    return next((one for one in REASONS if one == word), "revoked")


class SessionWatch:
    """Watches the sessions of one node's sockets.

    Args:
        database: where sessions are.
        edge: the sockets.
        now: microseconds UTC, by one clock for all nodes.
        idle_s: for how long a session may be unused, by audience.
        noted_every_s: how often those who wait or talk are noted as being there.
        away: gives the sessions of those in a call here who have no page just now, by network.
    """

    def __init__(
        self,
        database: Database,
        edge: Edge,
        *,
        now: Callable[[], int],
        idle_s: Mapping[str, float],
        noted_every_s: float,
        away: Away = dict,
    ) -> None:
        self._database = database
        self._edge = edge
        self._now = now
        self._idle_s = idle_s
        self._away = away
        self._wanted = asyncio.Event()
        self._leniency = Leniency(noted_every_s)
        self._replaced: frozenset[str] = frozenset()

    @classmethod
    def over(cls, core: Core, edge: Edge, *, now: Callable[[], int], away: Away) -> Self:
        """Return one that goes by the limits of the settings."""
        return cls(
            core.database,
            edge,
            now=now,
            idle_s=idle_times(core.settings),
            noted_every_s=every_s(core.settings),
            away=away,
        )

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
                self._leniency.failed(asyncio.get_running_loop().time())
                self._wanted.set()
                await asyncio.sleep(AGAIN_S)

    async def _look(self) -> None:
        here = {one.principal.session for one in self._edge.all() if one.principal.session}
        away = self._away()
        if not here and not away:
            return
        over = await self._over(here, frozenset[str]().union(*away.values()))
        # Whoever put another session in its place says so to its page a moment after.
        just_now = {one for one, reason in over.items() if reason == REPLACED} - self._replaced
        self._replaced = frozenset(just_now)
        for id_hash, reason in over.items():
            if id_hash not in just_now:
                log.info("session_over")
                self._edge.end_session(id_hash, end_reason(reason))
                if networks := frozenset(one for one in away if id_hash in away[one]):
                    self._edge.session_over(id_hash, end_reason(reason), networks)

    async def _over(self, here: Collection[str], away: Collection[str]) -> Mapping[str, str]:
        """Return those that are over, and why; whose time is over is ended, with its entry."""
        lenient = self._leniency.begun(asyncio.get_running_loop().time())
        idle_s = {} if lenient else self._idle_s
        now = self._now()
        async with self._database.read() as tx:
            over = await sessions.over_among(tx, {*here, *away}, now=now)
            idle = await sessions.idle_among(tx, here, now=now, idle_s=idle_s)
        ran_out = sorted(one for one, reason in over.items() if reason == sessions.EXPIRED)
        if ran_out:
            with suppress(StorageError):  # over they are in any case, and nothing is told there
                async with self._database.write() as tx:
                    await end_expired(tx, ran_out, now=now)
        if idle:
            async with self._database.write() as tx:
                ended = await end_idle(tx, idle, now=now, idle_s=idle_s)
            over = {**over, **dict.fromkeys(ended, sessions.EXPIRED)}
        self._leniency.answered()
        return over

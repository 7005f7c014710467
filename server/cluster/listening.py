"""One connection that hears what other processes NOTIFY, and comes back when it was lost.

    connecting --LISTEN--> hearing --lost--> waiting (0.1 to 2 s) --> connecting

What was notified meanwhile is lost: after each connection those who listen are told to look
once. They look now and then anyhow; a notification only makes it sooner.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from server.cluster.ending import end
from server.logging import get_logger
from server.storage import notifying
from server.storage.answers import BoundedConnection

CHANNELS: Final = (
    notifying.REQUESTS,
    notifying.ANSWERS,
    notifying.WORDS,
    notifying.HOMES,
    notifying.BROADCAST,
)
QUIET_S: Final = 5.0  # then it is asked whether the connection is still one, for 2 s
ANSWER_S: Final = 3.0
BACKOFF_MIN_S: Final = 0.1
BACKOFF_MAX_S: Final = 2.0

log = get_logger("listening")


class Listening:
    """Hears notifications on every channel of the cluster.

    Args:
        url: of PostgreSQL, as for `Database.open`.

    Attributes:
        is_hearing: there is a connection.
        heard: notifications so far.
        connections: how often it connected.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._callbacks: defaultdict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._reconnected: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self.is_hearing = False
        self.heard = 0
        self.connections = 0

    def on(self, channel: str, callback: Callable[[str], None]) -> Callable[[], None]:
        """Have somebody told the payloads of a channel; returns what ends that."""
        self._callbacks[channel].append(callback)
        return lambda: self._callbacks[channel].remove(callback)

    def on_reconnected(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have somebody told to look once; returns what ends that."""
        self._reconnected.append(callback)
        return lambda: self._reconnected.remove(callback)

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            await end({self._task})

    async def _run(self) -> None:
        pause_s = BACKOFF_MIN_S
        while True:
            try:
                async with asyncio.timeout(ANSWER_S):
                    connection = await self._connect()
                try:
                    await self._begin(connection)
                    pause_s = BACKOFF_MIN_S
                    await self._hear(connection)
                finally:
                    self.is_hearing = False
                    with suppress(psycopg.Error, OSError, TimeoutError):
                        async with asyncio.timeout(ANSWER_S):
                            await connection.close()
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.warning("listening_lost", error_type=type(error).__name__)
            except Exception:  # a node that hears nothing is slow for good
                log.exception("listening_failed")
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, BACKOFF_MAX_S)

    async def _connect(self) -> BoundedConnection:
        return await BoundedConnection.connect(
            self._url.render_as_string(hide_password=False),
            autocommit=True,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=2,
            application_name="goodfaith listening",
        )

    async def _begin(self, connection: BoundedConnection) -> None:
        for channel in CHANNELS:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        self.is_hearing = True
        self.connections += 1
        for callback in tuple(self._reconnected):
            self._call(callback)

    async def _hear(self, connection: BoundedConnection) -> None:
        while True:
            async for one in connection.notifies(timeout=QUIET_S):
                self.heard += 1
                for callback in tuple(self._callbacks[one.channel]):
                    self._call(callback, one.payload)
            await connection.execute("SELECT 1")

    def _call(self, callback: Callable[..., None], *payload: str) -> None:
        try:
            callback(*payload)
        except Exception:  # whoever is told must not end the telling of others
            log.exception("listener_failed")

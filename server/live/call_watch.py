"""The two limits of a call: connected within so long, and interrupted no longer than so long.

Nothing is decided here: when a limit passes the call is told, and what becomes of it is
written like everything else. Time in which the database is away counts for nobody: a call that
could not be written as connected has not failed to connect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from media.call import CallError, CallState, Event, TimedOut, connect_deadline
from server import charting
from server.errors import Unavailable
from server.live.live_call import LiveCall
from server.logging import get_logger
from server.services import Core
from server.storage.errors import StorageError

AGAIN_S: Final = 1.0
SAID_AGAIN_S: Final = 6.0  # within this a page says again what was not taken

log = get_logger("calls")


class CallWatch:
    """The timers of all calls."""

    def __init__(
        self,
        core: Core,
        apply: Callable[[LiveCall, Event, str], Awaitable[None]],
        lost: Callable[[LiveCall], Awaitable[None]],
    ) -> None:
        """Prepare.

        Args:
            core: the time and the limits.
            apply: steps a call, and writes it.
            lost: gives up a call that was interrupted for too long.
        """
        self._core = core
        self._apply = apply
        self._lost = lost

    def connecting(self, live: LiveCall) -> None:
        """Fail this attempt if it does not connect in time."""
        if live.timer is not None:
            live.timer.cancel()
        live.timer = asyncio.create_task(self._time_out(live, live.call.generation))

    def interrupted(self, live: LiveCall) -> None:
        """Give a call up if it stays interrupted; forget that when it is not any more."""
        if live.call.state is CallState.INTERRUPTED:
            if live.patience is None:
                live.patience = asyncio.create_task(self._lose(live))
        elif live.patience is not None and live.patience is not asyncio.current_task():
            live.patience.cancel()
            live.patience = None

    def stop(self, live: LiveCall) -> None:
        """Forget a call."""
        for task in (live.timer, live.patience):
            # A limit that passed may be what ends the call, and has to get to its end.
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        live.timer = live.patience = None

    async def _time_out(self, live: LiveCall, generation: int) -> None:
        """Fail an attempt that did not connect in time, however long the database takes."""
        limit_s = self._core.settings.connect_limit_s
        while (deadline := connect_deadline(live.call, limit_s)) is not None:
            if live.call.generation != generation:
                return
            late_s = (self._core.clock.now() - deadline) / 1_000_000
            if late_s < 0:
                await asyncio.sleep(-late_s)
                continue
            try:
                await self._apply(live, TimedOut(generation), charting.SYSTEM)
            except CallError:
                return
            except (StorageError, Unavailable) as error:
                log.warning("call_write_failed", exc_info=error)
                away = isinstance(error, Unavailable) or error.away
                await self._answered()
                await asyncio.sleep(SAID_AGAIN_S if away else 0)

    async def _lose(self, live: LiveCall) -> None:
        """Give the call up when the limit has passed and it is interrupted still."""
        limit_s = self._core.settings.interrupted_limit_s
        while (since := live.call.interrupted_at) is not None:
            late_s = (self._core.clock.now() - since) / 1_000_000 - limit_s
            if late_s < 0:
                await asyncio.sleep(-late_s)
                continue
            with suppress(Unavailable, StorageError):
                await self._lost(live)
                return
            await self._answered()
            await asyncio.sleep(AGAIN_S)

    async def _answered(self) -> None:
        """Wait until the database answers."""
        while True:
            await asyncio.sleep(AGAIN_S)
            with suppress(StorageError):
                async with self._core.database.read() as tx:
                    await self._core.database.now_us(tx)
                    return

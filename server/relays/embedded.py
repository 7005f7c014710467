"""The server's own relay: found if it lives, started if it does not, started again if it dies.

It is a process in a session of its own, so that neither a stop nor a restart of this one takes
the calls with it. Found again, it is known by the lock of its folder; its parent may be gone.

    start of the server --> lives there? --yes--> connect
                                         --no---> start it, wait until it says where it listens
    it died ------------------------------------> at once; after repeated deaths later each time
    it was set up otherwise --------------------> told to drain, used until it ends
    it cannot be commanded, or hangs -----------> told to end, or ended
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from server.clock import Clock
from server.logging import get_logger
from server.relays.backoff import Backoff
from server.relays.folder import Place, Plan, RelayFolder, RelayFolderBroken
from server.relays.home import Door, RelayAbsent
from server.settings import without_settings

PLACE: Final = "embedded"
MODULE: Final = "server.relays.child"
START_S: Final = 20.0
LOOK_S: Final = 0.02
DEATHS_S: Final = 0.5
DEATHS_MOST_S: Final = 30.0
STEADY_S: Final = 10.0  # a process that lived this long has not died of how it was set up

log = get_logger("relays")


class EmbeddedRelay:
    """Implements `server.relays.home.Home`.

    Args:
        folder: its own; nobody else writes there.
        plan: how it is set up.
        clock: tells how long a process has lived.
        entropy: n unpredictable bytes.
        chance: a number from 0 to 1.
    """

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        *,
        clock: Clock,
        entropy: Callable[[int], bytes],
        chance: Callable[[], float],
    ) -> None:
        self._folder = RelayFolder(folder)
        self._plan = plan
        self._clock = clock
        self._entropy = entropy
        self._deaths = Backoff(DEATHS_S, DEATHS_MOST_S, chance)
        self._child: int | None = None
        self._started_s = 0.0
        self._told_to_end: set[int] = set()

    @property
    def place(self) -> str:
        """The one name for whichever process it is."""
        return PLACE

    async def door(self, gone: Callable[[], None]) -> Door:
        """See `Home`."""
        try:
            secret = self._folder.prepare(self._entropy)
        except RelayFolderBroken:
            raise RelayAbsent("secret_unusable") from None
        if not self._lives():
            gone()
            await self._start()
        place = await self._found()
        if place.plan != self._plan.text():
            self._end(place.pid, "set_up_otherwise")
        return Door(place.control, secret)

    def refused(self) -> None:
        """Have it end when its calls are over: the next one will know us."""
        place = self._folder.place()
        if place is not None and self._lives():
            self._end(place.pid, "refused")

    def silent(self) -> None:
        """End it: it does nothing any more, and nobody else could take its port."""
        place = self._folder.place()
        if place is not None and self._folder.occupied():
            log.error("relay_killed", reason="silent")
            with suppress(ProcessLookupError):
                os.kill(place.pid, signal.SIGKILL)

    # --- parts --------------------------------------------------------------------------------

    def _lives(self) -> bool:
        if self._child is None:
            return self._folder.occupied()
        with suppress(ChildProcessError):
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended == 0:
                return True
            self._note_death(status)
        self._child = None
        return self._folder.occupied()

    def _note_death(self, status: int) -> None:
        lived_s = self._clock.elapsed_s() - self._started_s
        if lived_s >= STEADY_S:
            self._deaths.succeeded()
        code = os.waitstatus_to_exitcode(status)
        log.warning("relay_ended", status=code, duration_ms=round(lived_s * 1000))

    async def _start(self) -> None:
        """Start a process, later each time that the last one died young."""
        if self._started_s:
            await asyncio.sleep(self._deaths.failed())
        self._folder.forget_place()
        self._started_s = self._clock.elapsed_s()
        self._child = self._spawn()
        log.info("relay_started", attempts=self._deaths.failures + 1)

    def _spawn(self) -> int:
        said = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", MODULE, str(self._folder.path), self._plan.text()],
            without_settings(os.environ),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self._folder.log), said, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )

    async def _found(self) -> Place:
        """Wait until the process has said where it listens.

        Raises:
            RelayAbsent: it ended before, or took too long.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                while self._lives():
                    place = self._folder.place()
                    if place is not None and self._child in (None, place.pid):
                        return place
                    await asyncio.sleep(LOOK_S)
        raise RelayAbsent("not_started")

    def _end(self, pid: int, reason: str) -> None:
        """Ask it to drain, once: a second time would end its calls."""
        if pid not in self._told_to_end:
            self._told_to_end.add(pid)
            log.warning("relay_told_to_end", reason=reason)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

"""What changed, gathered for a moment and told once: bursts of changes are the usual case.

    changed --> [gathered] --GATHER_S--> round: networks, then some encounters --> again, while
                                         there is more

One round at a time, so that what was read later is told later. What could not be read is told
when it can be; when many change at once (a node is gone) the line is told in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Final

from server.ending import end
from server.errors import NotFound
from server.logging import get_logger
from server.storage.errors import ReadFailed
from signaling.errors import SignalingError

GATHER_S: Final = 0.2
AGAIN_S: Final = 1.0
ROUND_MAX: Final = 256  # encounters told in a row
PAUSES: Final = 4  # times as long as a round took: telling is not all that is done
PAUSE_MAX_S: Final = 2.0

log = get_logger("hub")


class Gathering:
    """Changes of encounters and networks that pages were not told yet."""

    def __init__(
        self,
        tell_encounter: Callable[[str], Awaitable[str]],
        tell_network: Callable[[str], Awaitable[None]],
    ) -> None:
        """Gather nothing yet.

        Args:
            tell_encounter: tells the pages of an encounter, and returns its network.
            tell_network: tells the pages of a network.
        """
        self._tell_encounter = tell_encounter
        self._tell_network = tell_network
        self._encounters: dict[str, None] = {}
        self._networks: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    def encounter(self, encounter_id: str) -> None:
        """An encounter changed."""
        self._encounters[encounter_id] = None
        self._begin()

    def network(self, network_id: str) -> None:
        """Something of a network changed."""
        self._networks[network_id] = None
        self._begin()

    def _begin(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        loop, pause_s = asyncio.get_running_loop(), 0.0
        try:
            while self._encounters or self._networks:
                await asyncio.sleep(max(GATHER_S, pause_s))
                began_s = loop.time()
                if not await self._round():
                    await asyncio.sleep(AGAIN_S)
                pause_s = min(PAUSE_MAX_S, PAUSES * (loop.time() - began_s))
        finally:
            self._task = None

    async def _round(self) -> bool:
        """Tell of the networks and of some encounters; False if the database did not answer."""
        networks, self._networks = self._networks, {}
        some = list(islice(self._encounters, ROUND_MAX))
        for encounter_id in some:
            del self._encounters[encounter_id]
        untold = [one for one in networks if not await self._told(self._tell_network, one)]
        self._networks |= dict.fromkeys(untold)
        # Side by side: what they read of the database is one query then.
        told = await asyncio.gather(*(self._told(self._encounter_told, one) for one in some))
        unread = [one for one, is_told in zip(some, told, strict=True) if not is_told]
        self._encounters |= dict.fromkeys(unread)
        return not untold and not unread

    async def _encounter_told(self, encounter_id: str) -> None:
        self._networks[await self._tell_encounter(encounter_id)] = None

    async def _told(self, tell: Callable[[str], Awaitable[None]], name: str) -> bool:
        try:
            await tell(name)
        except ReadFailed:
            return False
        except (SignalingError, NotFound):
            return True  # it is over, or not here any more
        except Exception as error:  # one encounter's trouble is not another's
            log.warning("tell_failed", exc_info=error)
        return True

    async def close(self) -> None:
        """Tell nothing more: the home ends."""
        if self._task is not None:
            await end({self._task})

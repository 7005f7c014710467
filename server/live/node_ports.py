"""What HTTP on any node asks of the live side: it goes through the door of the right home.

Which network an encounter is of does not change: it is looked up once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final

from server.ending import end
from server.errors import NotFound
from server.live.doors import Door, Notice
from server.live.homes import Homes
from server.logging import get_logger
from server.services import REASONS, Core, EndReason
from server.storage import encounters, sessions
from server.storage.errors import RowMissing, StorageError
from signaling.events import Event

KNOWN_MAX: Final = 20_000

log = get_logger("hub")


def session_over(id_hash: str, reason: EndReason) -> Notice:
    """Return what a home is told of a session that was ended."""
    return Notice("session_over", "", number=REASONS.index(reason), name=id_hash)


class NodeDesk:
    """Implements `server.services.Desk`."""

    def __init__(self, homes: Homes) -> None:
        self._homes = homes

    async def submit(self, network_id: str, events: Sequence[Event]) -> None:
        """See `server.services.Desk`."""
        await self._homes.door(network_id).submit(events)

    async def ready(self, timeout_s: float) -> None:
        """Wait until patients can be taken in.

        Raises:
            Starting: they cannot, after `timeout_s`.
        """
        await self._homes.ready(timeout_s)


class NodeHub:
    """Implements `server.services.Hub`.

    Args:
        core: what everything stands on.
        door: leads to the home of a network.
        end_session: closes the sockets of a session, on every node.
    """

    def __init__(
        self,
        core: Core,
        door: Callable[[str], Door],
        end_session: Callable[[str, EndReason], Awaitable[None]],
    ) -> None:
        self._core = core
        self._door = door
        self._end_session = end_session
        self._networks: OrderedDict[str, str] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def encounter_changed(self, encounter_id: str) -> None:
        """See `Hub`."""
        self._soon(Notice("encounter", encounter_id))

    def chart_changed(self, encounter_id: str, entries: int) -> None:
        """See `Hub`."""
        self._soon(Notice("chart", encounter_id, number=entries))

    def given_back(self, encounter_id: str, practitioner_id: str) -> None:
        """See `Hub`."""
        self._soon(Notice("given_back", encounter_id, name=practitioner_id))

    async def end_session(self, id_hash: str, reason: EndReason) -> None:
        """See `Hub`. Whose page is away just now has media all the same."""
        await self._end_session(id_hash, reason)
        try:
            async with self._core.database.read() as tx:
                network_id = await sessions.network_of(tx, id_hash)
        except StorageError as error:
            log.warning("notice_lost", kind="session_over", exc_info=error)
            return
        if network_id is not None:
            self._door(network_id).notice(session_over(id_hash, reason))

    async def replace_device(self, encounter_id: str, kept_id_hash: str) -> None:
        """See `Hub`."""
        await self._tell(Notice("device", encounter_id, name=kept_id_hash))

    def _soon(self, notice: Notice) -> None:
        network_id = self._networks.get(notice.encounter_id)
        if network_id is not None:
            self._door(network_id).notice(notice)
        else:
            self._spawn(self._tell(notice))

    async def _tell(self, notice: Notice) -> None:
        try:
            network_id = await self._network_of(notice.encounter_id)
        except NotFound:
            return
        except StorageError as error:
            log.warning("notice_lost", kind=notice.kind, exc_info=error)
            return
        self._door(network_id).notice(notice)

    async def _network_of(self, encounter_id: str) -> str:
        known = self._networks.get(encounter_id)
        if known is not None:
            return known
        try:
            async with self._core.database.read() as tx:
                network_id = (await encounters.get(tx, encounter_id)).network_id
        except RowMissing:
            raise NotFound from None
        self._networks[encounter_id] = network_id
        if len(self._networks) > KNOWN_MAX:
            self._networks.popitem(last=False)
        return network_id

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Tell nothing more: the process ends."""
        await end(self._tasks)

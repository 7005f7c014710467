"""All networks of this process, watched; their metrics, and time on duty stored every minute.

What a stop between two savings loses is at most the last minute of time on duty, if the process
is killed; stopped as it should be, it saves what there is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Final

from server.logging import get_logger
from server.metrics.instruments import Instruments, Now
from server.metrics.licences import Licences
from server.metrics.lookout import Lookout
from server.services import Core
from server.storage import figures
from server.storage.errors import CommitOutcomeUnknown, StorageError
from server.waiting.desks import Desks
from signaling.identifiers import EncounterId, Instant

SAVE_S: Final = 60.0

log = get_logger("observatory")


class Observatory:
    """Gives every desk its watcher, and remembers what they saw."""

    def __init__(self, core: Core) -> None:
        """Prepare; `desks` is set before the first scrape."""
        self._core = core
        self.desks: Desks | None = None
        self.instruments = Instruments()
        self.instruments.show(self._look)
        self._lookouts: dict[str, Lookout] = {}

    def of(self, network_id: str) -> Lookout:
        """Return the lookout of a network."""
        lookout = self._lookouts.get(network_id)
        if lookout is None:
            lookout = Lookout(
                Licences(self._core, network_id),
                self.instruments.record,
                self.instruments.decided,
                lambda _switchboard, who: self._expected_s(network_id, who),
                self._core.clock.now(),
            )
            self._lookouts[network_id] = lookout
        return lookout

    @property
    def by_network(self) -> Mapping[str, Lookout]:
        """Every lookout."""
        return self._lookouts

    def connected(self, network_id: str, encounter_id: str, at: int) -> None:
        """Media of an encounter flowed both ways, and that is committed."""
        self.of(network_id).observer.connected(encounter_id, Instant(at))

    async def exposition(self) -> bytes:
        """Return `/metrics` as it is now."""
        for lookout in self._lookouts.values():
            await lookout.licences.refresh()
        return self.instruments.exposition()

    def _look(self) -> tuple[Instant, list[Now]]:
        now = self._core.clock.now()
        found = []
        for network_id, lookout in self._lookouts.items():
            desk = self.desks.by_network.get(network_id) if self.desks else None
            if desk is not None and desk.switchboard is not None:
                found.append(lookout.now(desk.switchboard, now))
        return now, found

    def _expected_s(self, network_id: str, who: EncounterId) -> float | None:
        line = self.desks.line(network_id) if self.desks else None
        return line.expected_s(who) if line else None

    # -------------------------------------------------------------- time on duty

    async def keep_saving(self) -> None:
        """Store time on duty every `SAVE_S` until cancelled."""
        while True:
            await asyncio.sleep(SAVE_S)
            try:
                await self.save()
            except StorageError as error:
                log.warning("staffing_not_saved", exc_info=error)

    async def save(self) -> None:
        """Store the time on duty that is not stored yet.

        Raises:
            StorageError: it was not, and is kept for the next time. When nobody knows whether
                it was (a commit without an answer), it is not stored again: it may be missing,
                but it never counts twice.
        """
        now = self._core.clock.now()
        for network_id, lookout in self._lookouts.items():
            lookout.staff.advance(now)
            unsaved = lookout.staff.unsaved()
            if not unsaved:
                continue
            values = {at: asdict(time) for at, time in unsaved.items()}
            try:
                async with self._core.database.write() as tx:
                    await figures.add_staffing(tx, network_id, values)
            except CommitOutcomeUnknown:
                lookout.staff.saved(unsaved)
                raise
            lookout.staff.saved(unsaved)

    async def close(self) -> None:
        """Store what there is: the process ends."""
        with suppress(StorageError):
            await self.save()

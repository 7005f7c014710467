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
from server.metrics.mismatches import Mismatches
from server.services import Core
from server.storage import figures
from server.storage.database import Database
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
        self.mismatches = Mismatches(self.instruments.registry)
        self._lookouts: dict[str, Lookout] = {}
        self._databases: dict[str, Database] = {}
        self._gone = Now(None, online_s=0.0, busy_s=0.0)

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

    def opened(self, network_id: str, database: Database) -> None:
        """A network is at home here: time on duty is stored by `database`, under its lease."""
        self._databases[network_id] = database

    async def left(self, network_id: str) -> None:
        """A network is not at home here any more: store what there is, and forget it.

        Whoever is home to it next counts on. What may not be stored, as its lease is
        another's, is at most the time since the last saving, and counts nowhere twice.
        """
        lookout = self._lookouts.get(network_id)
        if lookout is not None:
            with suppress(StorageError):
                await self._save(network_id, lookout)
            online_s, busy_s = lookout.staff.seconds()
            gone = self._gone
            self._gone = Now(None, gone.online_s + online_s, gone.busy_s + busy_s)
        self._lookouts.pop(network_id, None)
        self._databases.pop(network_id, None)

    @property
    def by_network(self) -> Mapping[str, Lookout]:
        """Every lookout."""
        return self._lookouts

    def connected(self, network_id: str, encounter_id: str, at: int) -> None:
        """Media of an encounter flowed both ways, and that is committed."""
        self.of(network_id).observer.connected(encounter_id, Instant(at))

    async def exposition(self) -> bytes:
        """Return `/metrics` as it is now."""
        for lookout in tuple(self._lookouts.values()):
            await lookout.licences.refresh()
        return self.instruments.exposition()

    def _look(self) -> tuple[Instant, list[Now]]:
        now = self._core.clock.now()
        found = [self._gone]
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
        failure: StorageError | None = None
        for network_id, lookout in tuple(self._lookouts.items()):
            try:
                await self._save(network_id, lookout)
            except StorageError as error:  # one that moved away keeps no other from it
                failure = error
        if failure is not None:
            raise failure

    async def _save(self, network_id: str, lookout: Lookout) -> None:
        lookout.staff.advance(self._core.clock.now())
        unsaved = lookout.staff.unsaved()
        if not unsaved:
            return
        values = {at: asdict(time) for at, time in unsaved.items()}
        database = self._databases.get(network_id, self._core.database)
        try:
            async with database.write() as tx:
                await figures.add_staffing(tx, network_id, values)
        except CommitOutcomeUnknown:
            lookout.staff.saved(unsaved)
            raise
        lookout.staff.saved(unsaved)

    async def close(self) -> None:
        """Store what there is: the process ends."""
        with suppress(StorageError):
            await self.save()

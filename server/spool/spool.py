"""The spool: what charts are to have waits here while the database is away, and gets there.

    keep --> [sealed file, memory] --database answers--> written, in order of each encounter
                                                    `--> over, full, refused: counted and said

Bounded in records and bytes. What was kept survives a crash: the next start finds the file. A
disk that takes no more costs only that: what is in memory is written all the same when the
database answers, if the process lives so long.

Nothing is decided here; what may wait, `server.live.afterwards` knows.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from server.clock import Clock
from server.ending import end
from server.keyring import Keyring
from server.logging import get_logger
from server.spool.folder import SpoolFolder
from server.spool.record import Record
from server.spool.sealed_file import SealedFile
from server.spool.writing import Fate, write
from server.storage.database import Database
from server.storage.errors import (
    ConstraintBroken,
    KeyringError,
    KeyShredded,
    RowMissing,
    StorageError,
)

AGAIN_S: Final = 0.5
NEVER: Final = (ConstraintBroken, KeyShredded, RowMissing)
REFUSED: Final = "refused"
LOST: Final = "lost"

log = get_logger("spool")


class SpoolFull(StorageError):
    """More waits for the database than may."""


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """Bounds of the spool.

    Attributes:
        records_max: how many may wait.
        bytes_max: size of the file.
    """

    records_max: int = 20_000
    bytes_max: int = 32 << 20


class Spool:
    """See the module.

    Attributes:
        away: the database does not answer just now, as far as anybody knows.
        fates: how many records became what, since the start.
        unsaved: records that wait in memory only: the disk did not take them.
    """

    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, limits: SpoolLimits
    ) -> None:
        """Begin with nothing, in memory only."""
        self.away = False
        self.fates: Counter[str] = Counter()
        self.unsaved = 0
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._limits = limits
        self._waiting: dict[str, deque[Record]] = {}
        self._folder: SpoolFolder | None = None
        self._file: SealedFile | None = None
        self._empty_size = 0
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # ---------------------------------------------------------------- life

    async def open(self, folder: SpoolFolder) -> None:
        """Take up what was left in a folder, and keep there from now on.

        A folder that cannot be used is said, and costs the survival of a crash alone.
        """
        try:
            await folder.open()
            self._begin(folder.begin())
            self._folder = folder
            for left in await folder.left():
                for record in left.records:
                    await self._put(record)
                left.done()
        except (OSError, KeyringError) as error:
            log.error("spool_not_on_disk", exc_info=error)  # noqa: TRY400 - by type and place

    def start(self) -> None:
        """Begin to write what waits, whenever something does."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; what waits is in the file, and one without anything is deleted."""
        if self._task is not None:
            await end({self._task})
        if self._file is not None:
            if self._waiting:
                self._file.close()
            else:
                self._file.remove()
            self._file = None

    # ---------------------------------------------------------------- what waits

    def __len__(self) -> int:
        """Return how many records wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def oldest_at(self) -> int | None:
        """Return when that happened which waits longest; None when nothing waits."""
        return min((records[0].at for records in self._waiting.values()), default=None)

    def holds(self, encounter_id: str) -> bool:
        """Tell whether something of an encounter waits: what comes next belongs behind it."""
        return encounter_id in self._waiting

    async def keep(self, record: Record) -> None:
        """Have a record wait for the database.

        Raises:
            SpoolFull: too much waits already; it is counted as lost.
        """
        size = self._file.size if self._file is not None else 0
        if len(self) >= self._limits.records_max or size >= self._limits.bytes_max:
            self.fates[LOST] += 1
            log.error("spool_full", count=len(self))
            raise SpoolFull
        await self._put(record)

    async def settled(self, encounter_id: str, within_s: float) -> bool:
        """Wait until nothing of an encounter waits; False when something still does."""
        try:
            async with asyncio.timeout(within_s):
                while self.holds(encounter_id):
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    def database_answers(self, *, answers: bool) -> None:
        """Whoever watches the database says how it is."""
        self.away = not answers
        if answers and self._waiting:
            self._wake.set()

    async def _put(self, record: Record) -> None:
        async with self._turn:
            if not await self._saved(record):
                self.unsaved += 1
                log.error("spool_not_on_disk", count=self.unsaved)
            self._waiting.setdefault(record.encounter_id, deque()).append(record)
        self._wake.set()

    async def _saved(self, record: Record) -> bool:
        if self._file is None:
            return False
        try:
            await asyncio.to_thread(self._file.append, record.text())
        except OSError:
            return False
        return True

    # ---------------------------------------------------------------- getting there

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._waiting and (self.away or not await self._drain()):
                await asyncio.sleep(AGAIN_S)
                self._wake.set()

    async def _drain(self) -> bool:
        """Write what waits; False when the database did not take something."""
        whole = True
        for encounter_id in list(self._waiting):
            if not await self._drain_one(encounter_id):
                whole = False
                if self.away:
                    break
        await self._tidy()
        return whole

    async def _drain_one(self, encounter_id: str) -> bool:
        waiting = self._waiting[encounter_id]
        while waiting:
            fate = await self._try(waiting[0])
            if fate is None:
                return False
            waiting.popleft()
            self.fates[fate] += 1
        del self._waiting[encounter_id]
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        return True

    async def _try(self, record: Record) -> str | None:
        """Write one; None when it is to be tried again."""
        try:
            async with self._database.write() as tx:
                now = self._clock.now()
                fate = await write(tx, self._keyring, record, now=now, again=True)
        except NEVER as error:
            log.warning("spooled_refused", exc_info=error, encounter_id=record.encounter_id)
            return REFUSED
        except Exception as error:
            log.info("spooled_not_written", exc_info=error)
            return None
        if fate in (Fate.OVER, Fate.FULL):
            about = record.encounter_id
            log.warning("spooled_too_late", outcome=fate.value, encounter_id=about)
        return fate.value

    async def _tidy(self) -> None:
        """Begin a new file when all of this one, or most of it, is written."""
        async with self._turn:
            file, folder = self._file, self._folder
            if file is None or folder is None or file.size == self._empty_size:
                return
            if self._waiting and file.size < self._limits.bytes_max // 2:
                return
            renewing = asyncio.ensure_future(asyncio.to_thread(self._renew, file, folder))
            try:
                await asyncio.shield(renewing)
            except asyncio.CancelledError:
                await asyncio.wait({renewing})  # a thread cannot be called back
                raise
            except OSError as error:
                log.warning("spool_not_renewed", exc_info=error)

    def _renew(self, file: SealedFile, folder: SpoolFolder) -> None:
        new = folder.begin()
        try:
            for record in self._records():
                new.append(record.text())
        except OSError:
            new.remove()
            raise
        self._begin(new)
        file.remove()
        self.unsaved = 0

    def _begin(self, file: SealedFile) -> None:
        self._file = file
        if not self._waiting:
            self._empty_size = file.size

    def _records(self) -> Iterator[Record]:
        for waiting in list(self._waiting.values()):
            yield from list(waiting)

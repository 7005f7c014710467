"""Records that wait for a database, and spools as processes that follow one another have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from server.chart import entries as chart
from server.chart.entries import encode
from server.clock import SystemClock
from server.keyring import Keyring
from server.keystore.roots import RootKeys
from server.spool.folder import SpoolFolder
from server.spool.record import CallRow, Record
from server.spool.spool import Spool, SpoolLimits
from server.storage.database import Database
from tests.contract.storage import rows
from tests.contract.storage.rows import Clinic

ROOT = bytes(range(32))
IN_CALL = ("waiting", "in_progress", "wrap_up")
NUMBERS = count(1)
ROW = CallRow(1, "relay", 10, None, None, None, None, "connecting")
RESERVE = 16_384


def record(clinic: Clinic, leg: int, **changes: object) -> Record:
    entry = chart.LegConnected(side="patient", leg=leg, relay="relay-1")
    one = Record(
        record_id=f"record-{next(NUMBERS)}",
        encounter_id=clinic.encounter_id,
        at=SystemClock().now(),
        written_in=IN_CALL,
        entries=((entry.kind, "system", encode(entry).decode()),),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


class Spools:
    """Spools of one folder, as processes that follow each other have them."""

    def __init__(self, database: Database, keyring: Keyring, folder: Path) -> None:
        self.database = database
        self.keyring = keyring
        self.data_dir = folder
        self.limits = SpoolLimits()

    def folder(self, root: bytes = ROOT) -> SpoolFolder:
        return SpoolFolder(
            self.data_dir, RootKeys.of(root), rows.seeded_bytes(next(NUMBERS)), RESERVE
        )

    def spool(self) -> Spool:
        return Spool(self.database, self.keyring, SystemClock(), self.limits)

    @asynccontextmanager
    async def running(self, root: bytes = ROOT) -> AsyncIterator[Spool]:
        spool = self.spool()
        await spool.open(self.folder(root))
        spool.start()
        try:
            yield spool
        finally:
            await spool.close()

    async def crashed(self, *records: Record) -> None:
        """A process that kept these while the database was away, and then ended."""
        async with self.running() as spool:
            spool.database_answers(answers=False)
            for one in records:
                await spool.keep(one)

    def files(self, suffix: str = ".spool") -> list[Path]:
        return sorted(self.data_dir.glob(f"spool/*{suffix}"))

"""A database with an encounter, on SQLite, and what the sequencer needs of the server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.keyring import Keyring
from server.services import Core
from server.settings import Settings
from server.storage import chart_log, schema
from server.storage.database import Database
from server.storage.faults import ScriptedFaults
from tests.contract.storage import rows
from tests.fakes import InPlace


@dataclass(frozen=True)
class Clinic:
    """Where entries come from."""

    core: Core
    faults: ScriptedFaults
    encounter_id: str

    async def write(self, count: int) -> None:
        entries = [("note.delta", "practitioner:ana", b"%d" % one) for one in range(count)]
        async with self.core.database.write() as tx:
            await chart_log.append(
                tx,
                self.encounter_id,
                entries,
                keyring=self.core.keyring,
                now=self.core.clock.now(),
            )


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    settings = Settings(
        data_dir=tmp_path, log_every_s=0.05, witness_every_s=0.05, log_batch_max=10
    )
    await asyncio.to_thread(schema.upgrade, settings.database)
    faults = ScriptedFaults()
    database = await Database.open(settings.database, faults=faults)
    core = Core(
        settings=settings,
        clock=ManualClock(),
        database=database,
        keyring=Keyring(bytes(range(32))),
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    async with database.write() as tx:
        made = await rows.open_clinic(tx, core.keyring)
    yield Clinic(core, faults, made.encounter_id)
    await database.close()

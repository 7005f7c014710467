"""Evidence, on the databases of all contracts."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.keyring import Keyring
from server.live.evidence import EvidenceBook
from server.services import Core
from server.settings import Settings
from server.storage.database import Database
from tests.contract.evidence.scene import ANA, QUICK, Scene
from tests.contract.storage import rows
from tests.fakes import InPlace
from tests.witnessing_relays import WitnessingPool


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def scene(
    database: Database,
    keyring: Keyring,
    clinic: rows.Clinic,
    clock: ManualClock,
    tmp_path: Path,
) -> AsyncIterator[Scene]:
    assert clinic.encounter_id == ANA
    core = Core(
        settings=Settings(data_dir=tmp_path),
        clock=clock,
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=random.Random(7).randbytes,
    )
    pool = WitnessingPool(clock=clock)
    relay = pool.add("r1")
    made = Scene(core, pool, EvidenceBook(core, pool, QUICK), clock, relay)
    yield made
    await made.book.close()

"""Records, on the databases of all contracts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.keyring import Keyring
from server.services import Core
from server.settings import Settings
from server.storage.database import Database
from tests.contract.records.charts import Charts, signed_charts
from tests.contract.storage.rows import NOW, Clinic
from tests.fakes import InPlace


@pytest.fixture
async def charts(
    database: Database,
    keyring: Keyring,
    clinic: Clinic,
    random_bytes: Callable[[int], bytes],
    tmp_path: Path,
) -> Charts:
    """Two signed exams, all of them in the log."""
    del clinic
    core = Core(
        settings=Settings(data_dir=tmp_path / "data"),
        clock=ManualClock(NOW),
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=random_bytes,
    )
    return await signed_charts(core)

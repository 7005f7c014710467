"""The desk, on the databases of all contracts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.services import Core
from server.settings import Settings
from tests.contract.waiting.test_desk import Room, room  # noqa: F401 - the fixture
from tests.fakes import InPlace


@pytest.fixture
def core(room: Room, tmp_path: Path) -> Core:  # noqa: F811
    """What the desk's database stands on, with rulebooks that know nothing yet."""
    return Core(
        settings=Settings(data_dir=tmp_path),
        clock=room.clock,
        database=room.database,
        keyring=room.ledger.keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )

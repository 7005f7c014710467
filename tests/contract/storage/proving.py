"""A server's core over a database of a contract, for those who prove who they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from server.clock import ManualClock
from server.keyring import Keyring
from server.proofs.challenges import Asking, Purpose
from server.services import Core
from server.settings import Settings
from server.storage.database import Database
from tests.contract.storage.rows import NOW
from tests.fakes import InPlace

SIGN_IN: Final = Asking(Purpose.SIGN_IN, "spa")
SESSION: Final = "5" * 64


def core_of(database: Database, keyring: Keyring, folder: Path) -> Core:
    """Return a core whose clock stands still until `advance`."""
    return Core(
        settings=Settings(_env_file=None, data_dir=folder),
        clock=ManualClock(NOW),
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )


def advance(core: Core, seconds: float) -> None:
    assert isinstance(core.clock, ManualClock)
    core.clock.advance(seconds)

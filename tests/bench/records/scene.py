"""A database with encounters whose charts grow, and a sequencer beside them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.blocking import BoundedPool
from server.clock import SystemClock
from server.keyring import Keyring
from server.services import Core
from server.settings import Settings
from server.storage import encounters
from server.storage.database import Database
from server.storage.schema import upgrade
from tests.contract.storage import rows

CHARTS: Final = 16


@dataclass(frozen=True)
class Scene:
    """What a measurement is made on."""

    core: Core
    charts: Sequence[str]


@asynccontextmanager
async def scene(url: str, folder: Path, **changed: float) -> AsyncIterator[Scene]:
    """Open an empty database as the server does, with a few encounters in it."""
    upgrade(url)
    settings = Settings(data_dir=folder, demo=False, **changed)  # type: ignore[arg-type]
    database = await Database.open(url)
    core = Core(
        settings=settings,
        clock=SystemClock(),
        database=database,
        keyring=Keyring(bytes(range(32))),
        blocking=BoundedPool(1),
        random_bytes=os.urandom,
    )
    async with database.write() as tx:
        first = await rows.open_clinic(tx, core.keyring)
        others = [
            await encounters.create(tx, rows.encounter(number))
            for number in range(2, CHARTS + 1)
        ]
    try:
        yield Scene(core, [first.encounter_id, *(one.encounter_id for one in others)])
    finally:
        await database.close()


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return percentile(values, 0.5)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of them are at most."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

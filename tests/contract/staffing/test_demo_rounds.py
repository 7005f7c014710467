"""A demo network that several processes keep at once has every shift and protocol once."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from server import demo
from server.clock import ManualClock
from server.housekeeping import one_round
from server.keyring import Keyring
from server.services import Core
from server.settings import Settings
from server.storage.database import Database
from server.storage.tables import medical_directors, shifts
from tests.contract.storage.rows import NOW
from tests.fakes import InPlace, RecordingHub

DAY_S = 24 * 3_600


async def test_two_processes_plan_a_shift_once(
    database: Database, neighbour: Database, keyring: Keyring, tmp_path: Path
) -> None:
    clock = ManualClock(NOW)
    one = Core(
        settings=Settings(data_dir=tmp_path),
        clock=clock,
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    other = replace(one, database=neighbour)
    assert await demo.seed(one)
    for _ in range(3):
        clock.advance(DAY_S)
        await asyncio.gather(*(one_round(core, RecordingHub()) for core in (one, other)))
    async with database.read() as tx:
        planned = [
            (who, start)
            for who, start in await tx.execute(
                select(shifts.c.practitioner_id, shifts.c.starts_at)
            )
        ]
        sites = select(medical_directors.c.site_id, func.count()).group_by(
            medical_directors.c.site_id
        )
        directors = {count for _, count in await tx.execute(sites)}
    assert set(Counter(planned).values()) == {1}
    assert directors == {1}

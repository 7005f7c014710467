"""Two old charts of one patient, whose time is over, and the core that keeps them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update

from server.ages import day_of
from server.clock import ManualClock
from server.keyring import Keyring
from server.keystore.shredding import Shred
from server.retention.expiring import let_go, standings
from server.services import Core
from server.settings import Settings
from server.storage import chart_log, documents, encounters
from server.storage import uploads as stored_uploads
from server.storage.database import Database
from server.storage.tables import encounters as encounters_table
from signaling.identifiers import Instant
from tests.contract.storage.rows import DAY, NOW, Clinic, encounter
from tests.contract.storage.test_uploads import PHOTO, PICTURE
from tests.fakes import InPlace

TEXT = b"the findings"
PDF = b"%PDF-1.7 the exam"
YEAR = 366 * DAY
LATER = Instant(NOW + 8 * YEAR)  # TX: seven years
ACTOR = "compliance:Robin"


@dataclass(frozen=True)
class Kept:
    """A clinic with two old charts of one patient, and the core that keeps them."""

    core: Core
    clock: ManualClock
    clinic: Clinic

    @property
    def database(self) -> Database:
        return self.core.database

    async def standing(self) -> Mapping[str, tuple[bool, str]]:
        found: dict[str, tuple[bool, str]] = {}
        async for one in standings(self.core, day_of(self.clock.now())):
            for it in one.records:
                found[it.encounter_id] = (it.goes, it.held.ground if it.held else "open")
        return found

    async def expire(self) -> list[Shred]:
        done = []
        async for one in standings(self.core, day_of(self.clock.now())):
            done += await let_go(self.core, one, actor=ACTOR)
        return done


async def keep(database: Database, keyring: Keyring, clinic: Clinic, folder: Path) -> Kept:
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
        for number in (1, 2):
            one = f"encounter-{number}"
            entries = [(f"kind.{name}", "practitioner:ana", TEXT) for name in "abc"]
            await chart_log.append(tx, one, entries, keyring=keyring, now=NOW)
            await documents.put(tx, one, "exam", PDF, keyring=keyring, now=NOW)
        await stored_uploads.add(tx, PHOTO, PICTURE, keyring=keyring)
        await tx.execute(
            update(encounters_table).values(visit="signed", signed_at=NOW, changed_at=NOW)
        )
    clock = ManualClock(LATER)
    core = Core(
        settings=Settings(data_dir=folder, demo=False),
        clock=clock,
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=os.urandom,
    )
    return Kept(core, clock, clinic)

"""The row of a call, written late: it follows, and goes nowhere back."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from sqlalchemy import select

from server.clock import SystemClock
from server.keyring import Keyring
from server.spool.record import CallRow
from server.spool.writing import write
from server.storage.database import Database
from server.storage.tables import calls
from tests.contract.storage.rows import Clinic
from tests.contract.storage.test_spool import (
    ROW,
    Spools,
    legs,
    record,
    settled,
    spools,
)

__all__ = ["spools"]

CONNECTED = replace(
    ROW, patient_first_frame_at=11, practitioner_first_frame_at=12, connected_at=13
)


@pytest.mark.parametrize(
    ("known", "late"),
    [
        (replace(CONNECTED, outcome="connected"), ROW),
        (replace(CONNECTED, outcome="connected"), replace(ROW, outcome="interrupted")),
        (replace(CONNECTED, outcome="interrupted"), replace(CONNECTED, outcome="connecting")),
        (replace(CONNECTED, outcome="connected"), replace(ROW, ended_at=20, outcome="failed")),
        (
            replace(ROW, ended_at=20, outcome="ice_failed"),
            replace(CONNECTED, ended_at=20, outcome="connected"),
        ),
        (
            replace(ROW, patient_first_frame_at=11),
            replace(ROW, practitioner_first_frame_at=12),
        ),
    ],
)
async def test_what_an_older_home_kept_does_not_take_a_call_back(
    spools: Spools,
    database: Database,
    keyring: Keyring,
    clinic: Clinic,
    known: CallRow,
    late: CallRow,
) -> None:
    async with database.write() as tx:
        at_once = record(clinic, 1, call=known)
        await write(tx, keyring, at_once, now=SystemClock().now(), again=False)
    async with spools.running() as spool:
        await spool.keep(record(clinic, 2, call=late))
        await settled(spool, clinic)
    assert await stored_row(database) == known
    assert await legs(database, keyring, clinic) == [1, 2], "it happened, whatever came after"


async def test_a_call_is_interrupted_recovers_and_ends(
    database: Database, keyring: Keyring, spools: Spools, clinic: Clinic
) -> None:
    del spools
    for outcome in ("connecting", "connected", "interrupted", "connected", "ended"):
        row = replace(CONNECTED, outcome=outcome, ended_at=30 if outcome == "ended" else None)
        async with database.write() as tx:
            one = record(clinic, 1, call=row)
            await write(tx, keyring, one, now=SystemClock().now(), again=False)
        assert await stored_row(database) == row


async def stored_row(database: Database) -> CallRow:
    names = [one.name for one in fields(CallRow)]
    async with database.read() as tx:
        found = (await tx.execute(select(*(calls.c[one] for one in names)))).mappings().one()
    return CallRow(**found)

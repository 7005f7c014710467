"""What charts are to have, waiting for a database that is away, and getting there."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.chart import entries as chart
from server.clock import SystemClock
from server.errors import ChartFull
from server.keyring import Keyring
from server.spool.record import CallRow
from server.spool.spool import Spool, SpoolFull, SpoolLimits
from server.spool.writing import write
from server.storage import chart_log
from server.storage.database import Database
from server.storage.errors import CommitOutcomeUnknown
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.tables import calls, commands, encounters
from tests.contract.storage.rows import Clinic
from tests.contract.storage.spooled import (
    RESERVE,
    ROW,
    Spools,
    record,
)


@pytest.fixture
async def spools(
    database: Database, keyring: Keyring, clinic: Clinic, tmp_path: Path
) -> Spools:
    await set_visit(database, clinic, "in_progress")
    return Spools(database, keyring, tmp_path)


async def set_visit(database: Database, clinic: Clinic, visit: str) -> None:
    async with database.write() as tx:
        mine = encounters.c.id == clinic.encounter_id
        await tx.execute(update(encounters).where(mine).values(visit=visit))


async def legs(database: Database, keyring: Keyring, clinic: Clinic) -> list[int]:
    async with database.read() as tx:
        stored = await chart_log.load(tx, clinic.encounter_id, keyring=keyring)
    decoded = [chart.decode(one.plaintext) for one in stored]
    return [one.leg for one in decoded if isinstance(one, chart.LegConnected)]


async def settled(spool: Spool, clinic: Clinic) -> None:
    assert await spool.settled(clinic.encounter_id, 5.0)


async def test_what_waited_is_written_in_order_when_the_database_answers(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    async with spools.running() as spool:
        spool.database_answers(answers=False)
        told = [record(clinic, leg) for leg in (1, 2, 3)]
        for one in told:
            await spool.keep(one)
        assert spool.holds(clinic.encounter_id)
        assert (len(spool), spool.oldest_at) == (3, told[0].at)
        assert await legs(database, keyring, clinic) == []
        spool.database_answers(answers=True)
        await settled(spool, clinic)
        assert await legs(database, keyring, clinic) == [1, 2, 3]
        assert spool.fates == {"written": 3}
    assert spools.files() == []


async def test_an_entry_has_the_instant_at_which_it_happened(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    one = record(clinic, 1, at=1_700_000_000_000_000)
    async with spools.running() as spool:
        await spool.keep(one)
        await settled(spool, clinic)
    async with database.read() as tx:
        stored = await chart_log.load(tx, clinic.encounter_id, keyring=keyring)
    assert stored[-1].at == one.at


async def test_what_waited_survives_a_crash_and_its_file_is_sealed(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    await spools.crashed(record(clinic, 1), record(clinic, 2))
    [left] = spools.files()
    content = left.read_bytes()
    assert clinic.encounter_id.encode() not in content
    assert b"leg_connected" not in content
    assert left.stat().st_mode & 0o777 == 0o600
    async with spools.running() as spool:
        await settled(spool, clinic)
        assert left not in spools.files()
    assert await legs(database, keyring, clinic) == [1, 2]


async def test_a_file_of_a_living_process_is_left_alone(spools: Spools, clinic: Clinic) -> None:
    async with spools.running() as living:
        living.database_answers(answers=False)
        await living.keep(record(clinic, 1))
        async with spools.running() as other:
            assert len(other) == 0
        assert len(spools.files()) == 1


@pytest.mark.parametrize("point", [FaultPoint.AFTER_COMMIT, FaultPoint.COMMIT_LOST])
async def test_a_commit_of_unknown_outcome_writes_nothing_twice(
    spools: Spools,
    faults: ScriptedFaults,
    database: Database,
    keyring: Keyring,
    clinic: Clinic,
    point: FaultPoint,
) -> None:
    one = record(clinic, 1)

    async def direct() -> None:
        async with database.write() as tx:
            await write(tx, keyring, one, now=one.at, again=False)

    with faults.failing(point), pytest.raises(CommitOutcomeUnknown):
        await direct()
    async with spools.running() as spool:
        with faults.failing(point):
            await spool.keep(one)
            await settled(spool, clinic)
        await spool.keep(record(clinic, 2))
        await settled(spool, clinic)
    assert await legs(database, keyring, clinic) == [1, 2]


async def test_a_file_that_was_written_and_not_deleted_writes_nothing_twice(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    old = record(clinic, 1, at=SystemClock().now() - 3 * 86_400 * 1_000_000)
    await spools.crashed(old, record(clinic, 2))
    kept = {one.name: one.read_bytes() for one in spools.files()}
    async with spools.running() as spool:
        await settled(spool, clinic)
    async with database.write() as tx:
        await tx.execute(commands.delete().where(commands.c.id == old.record_id))
    for name, content in kept.items():
        (spools.data_dir / "spool" / name).write_bytes(content)
    async with spools.running() as spool:
        await settled(spool, clinic)
        assert spool.fates == {"known": 2}
    assert await legs(database, keyring, clinic) == [1, 2]


@pytest.mark.parametrize("visit", ["signed", "left", "expired"])
async def test_what_comes_after_the_end_of_a_visit_is_counted_and_not_written(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic, visit: str
) -> None:
    async with spools.running() as spool:
        spool.database_answers(answers=False)
        await spool.keep(record(clinic, 1, call=ROW))
        await set_visit(database, clinic, visit)
        spool.database_answers(answers=True)
        await settled(spool, clinic)
        assert spool.fates == {"over": 1}
    assert await legs(database, keyring, clinic) == []
    async with database.read() as tx:
        found = (await tx.execute(select(calls.c.generation))).all()
    assert bool(found) == (visit != "signed")


async def test_a_full_chart_and_an_unknown_encounter_stop_nobody_else(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    async with spools.running() as spool:
        spool.database_answers(answers=False)
        await spool.keep(record(clinic, 9, encounter_id="nobody"))
        await spool.keep(record(clinic, 1, entries_max=0))
        await spool.keep(record(clinic, 2))
        spool.database_answers(answers=True)
        await settled(spool, clinic)
        assert spool.fates == {"refused": 1, "full": 1, "written": 1}
    assert await legs(database, keyring, clinic) == [2]


async def test_the_rows_of_a_call_follow_and_an_ended_one_stays_ended(
    spools: Spools, database: Database, clinic: Clinic
) -> None:
    async def rows_now() -> list[tuple[int, str, int | None]]:
        query = select(calls.c.generation, calls.c.outcome, calls.c.ended_at)
        async with database.read() as tx:
            found = await tx.execute(query.order_by(calls.c.generation))
        return [(generation, outcome, ended) for generation, outcome, ended in found]

    ended = replace(ROW, ended_at=20, outcome="failed")
    second = replace(ROW, generation=2, started_at=30)
    async with spools.running() as spool:
        for row in (ROW, ended, second, ROW, replace(second, started_at=31, outcome="ended")):
            await spool.keep(record(clinic, 1, call=row, entries=()))
        await settled(spool, clinic)
    assert await rows_now() == [(1, "failed", 20), (2, "connecting", None)]


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


async def test_more_than_may_wait_is_refused_and_counted(
    spools: Spools, clinic: Clinic
) -> None:
    spools.limits = SpoolLimits(records_max=2)
    async with spools.running() as spool:
        spool.database_answers(answers=False)
        for leg in (1, 2):
            await spool.keep(record(clinic, leg))
        with pytest.raises(SpoolFull):
            await spool.keep(record(clinic, 3))
        assert (len(spool), spool.fates) == (2, {"lost": 1})
    spools.limits = SpoolLimits(bytes_max=10)
    async with spools.running() as spool:
        with pytest.raises(SpoolFull):
            await spool.keep(record(clinic, 4))


async def test_a_torn_last_record_costs_that_record(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    await spools.crashed(record(clinic, 1), record(clinic, 2))
    [left] = spools.files()
    used = left.read_bytes().rstrip(b"\0")
    left.write_bytes(used[:-30].ljust(RESERVE, b"\0"))
    async with spools.running() as spool:
        await settled(spool, clinic)
    assert await legs(database, keyring, clinic) == [1]
    assert spools.files(".refused") == []


async def test_a_tampered_file_is_put_aside_and_what_came_before_is_written(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    await spools.crashed(*(record(clinic, leg) for leg in (1, 2, 3)))
    [left] = spools.files()
    content = bytearray(left.read_bytes())
    middle = len(content.rstrip(b"\0")) * 3 // 5
    content[middle] ^= 1
    left.write_bytes(content)
    async with spools.running() as spool:
        await settled(spool, clinic)
    assert await legs(database, keyring, clinic) == [1]
    assert len(spools.files(".refused")) == 1


async def test_a_file_of_another_root_key_waits_for_that_key(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    await spools.crashed(record(clinic, 1))
    async with spools.running(root=bytes(32)) as spool:
        assert len(spool) == 0
    assert len(spools.files()) == 1
    async with spools.running() as spool:
        await settled(spool, clinic)
    assert await legs(database, keyring, clinic) == [1]


async def test_without_a_disk_it_waits_in_memory(
    spools: Spools, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    (spools.data_dir / "spool").write_text("no folder can be made here")
    spool = spools.spool()
    await spool.open(spools.folder())
    spool.start()
    await spool.keep(record(clinic, 1))
    assert spool.unsaved == 1
    await settled(spool, clinic)
    await spool.close()
    assert await legs(database, keyring, clinic) == [1]


async def test_a_failed_commit_is_tried_again_and_the_order_stays(
    spools: Spools, faults: ScriptedFaults, database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    async with spools.running() as spool:
        with faults.failing(FaultPoint.BEFORE_COMMIT, times=2) as plan:
            await asyncio.gather(*(spool.keep(record(clinic, leg)) for leg in (1, 2)))
            await settled(spool, clinic)
        assert plan.struck == 2
    assert await legs(database, keyring, clinic) == [1, 2]


async def test_a_record_that_is_written_at_once_is_refused_by_a_full_chart(
    spools: Spools, keyring: Keyring, clinic: Clinic
) -> None:
    async def direct() -> None:
        async with spools.database.write() as tx:
            await write(tx, keyring, record(clinic, 1, entries_max=0), now=1, again=False)

    with pytest.raises(ChartFull):
        await direct()

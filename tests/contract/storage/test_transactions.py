"""What a transaction promises, on both databases."""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from server.storage.database import Database, Limits
from server.storage.engines import build
from server.storage.errors import (
    CommitFailed,
    CommitOutcomeUnknown,
    ConstraintBroken,
    DatabaseUrlRefused,
    FolderInUse,
    ReadFailed,
    SchemaMismatch,
)
from server.storage.faults import FaultPoint, ScriptedFaults
from server.storage.schema import upgrade
from server.storage.statements import Tx
from server.storage.tables import counters

T = TypeVar("T")


class Refused(Exception):
    """A decision of the domain."""


async def put(tx: Tx, name: str, value: int = 1) -> None:
    await tx.execute(insert(counters).values(name=name, value=value))


async def names(database: Database) -> list[str]:
    async with database.read() as tx:
        found = await tx.execute(select(counters.c.name).order_by(counters.c.name))
        return list(found.scalars())


async def test_what_is_written_is_there(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "a")
    assert await names(database) == ["a"]


async def test_a_refusal_passes_through_and_leaves_nothing(database: Database) -> None:
    with pytest.raises(Refused):
        async with database.write() as tx:
            await put(tx, "a")
            raise Refused
    assert await names(database) == []


async def test_a_broken_constraint_commits_nothing(database: Database) -> None:
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await put(tx, "a")
            await put(tx, "a")
    assert await names(database) == []


async def test_a_failed_statement_that_was_caught_still_commits_nothing(
    database: Database,
) -> None:
    with pytest.raises(CommitFailed):
        async with database.write() as tx:
            await put(tx, "a")
            with pytest.raises(DBAPIError):
                await tx.execute(text("SELECT * FROM no_such_table"))
    assert await names(database) == []


async def test_a_connection_serves_again_after_a_failure(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(CommitFailed):
            async with database.write() as tx:
                await tx.execute(text("SELECT * FROM no_such_table"))
    async with database.write() as tx:
        await put(tx, "a")
    assert await names(database) == ["a"]


async def test_a_savepoint_takes_back_its_part_only(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "kept")
        with pytest.raises(Refused):
            async with tx.begin_nested():
                await put(tx, "taken back")
                raise Refused
        await put(tx, "kept too")
    assert await names(database) == ["kept", "kept too"]


async def test_a_read_sees_one_snapshot(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "before")
    count = select(counters.c.name)
    async with database.read() as tx:
        first = (await tx.execute(count)).scalars().all()
        async with database.write() as other:
            await put(other, "meanwhile")
        second = (await tx.execute(count)).scalars().all()
    assert first == second == ["before"]
    assert await names(database) == ["before", "meanwhile"]


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(ReadFailed):
        async with database.read() as tx:
            await put(tx, "a")
    assert await names(database) == []


async def test_writers_of_one_process_do_not_lose_updates(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "n", 0)

    async def increment() -> None:
        async with database.write() as tx:
            query = select(counters.c.value).where(counters.c.name == "n")
            value = (await tx.execute(query.with_for_update())).scalar_one()
            await asyncio.sleep(0)
            await tx.execute(counters.update().values(value=value + 1))

    await asyncio.gather(*(increment() for _ in range(20)))
    async with database.read() as tx:
        assert (await tx.execute(select(counters.c.value))).scalar_one() == 20


async def test_a_cancelled_write_leaves_nothing_and_frees_its_turn(
    database: Database,
) -> None:
    inside = asyncio.Event()

    async def write_for_ever() -> None:
        async with database.write() as tx:
            await put(tx, "a")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as tx:
        await put(tx, "b")
    assert await names(database) == ["b"]


async def test_a_write_cancelled_during_commit_is_whole_or_nothing(
    database: Database,
) -> None:
    async def write(name: str) -> None:
        async with database.write() as tx:
            await put(tx, f"{name} 1")
            await put(tx, f"{name} 2")

    for number in range(30):
        task = asyncio.create_task(write(f"{number:02}"))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    found = await names(database)
    assert all(found.count(f"{name[:2]} {half}") == 1 for name in found for half in (1, 2))


async def test_the_database_has_a_clock(database: Database) -> None:
    async with database.write() as tx:
        first = await database.now_us(tx)
        second = await database.now_us(tx)
    assert 1_700_000_000_000_000 < first <= second < first + 60_000_000


# ------------------------------------------------------------------ faults


async def test_a_failed_commit_is_known_and_nothing_is_there(
    database: Database, faults: ScriptedFaults
) -> None:
    with faults.failing(FaultPoint.BEFORE_COMMIT) as fault, pytest.raises(CommitFailed):
        async with database.write() as tx:
            await put(tx, "a")
    assert fault.struck == 1
    assert await names(database) == []


async def test_an_answer_lost_after_commit_is_unknown_and_it_is_there(
    database: Database, faults: ScriptedFaults
) -> None:
    with faults.failing(FaultPoint.AFTER_COMMIT), pytest.raises(CommitOutcomeUnknown):
        async with database.write() as tx:
            await put(tx, "a")
    assert await names(database) == ["a"]


async def test_a_commit_lost_on_its_way_is_unknown_and_nothing_is_there(
    database: Database, faults: ScriptedFaults
) -> None:
    with faults.failing(FaultPoint.COMMIT_LOST), pytest.raises(CommitOutcomeUnknown):
        async with database.write() as tx:
            await put(tx, "a")
    assert await names(database) == []


async def test_a_fault_strikes_the_chosen_commit_only(
    database: Database, faults: ScriptedFaults
) -> None:
    with faults.failing(FaultPoint.BEFORE_COMMIT, spared=1):
        async with database.write() as tx:
            await put(tx, "first")
        with pytest.raises(CommitFailed):
            async with database.write() as tx:
                await put(tx, "second")
        async with database.write() as tx:
            await put(tx, "third")
    assert await names(database) == ["first", "third"]


async def test_a_commit_that_the_server_refuses_is_unknown(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_self: object) -> None:
        raise DBAPIError("COMMIT", None, Exception("the connection was lost"))

    monkeypatch.setattr("sqlalchemy.ext.asyncio.AsyncTransaction.commit", refuse)
    with pytest.raises(CommitOutcomeUnknown):
        async with database.write() as tx:
            await put(tx, "a")
    monkeypatch.undo()
    assert await names(database) == []


# ------------------------------------------------------------------ one of the two


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_write_on_sqlite_locks_out_other_processes_from_its_beginning(
    database: Database, url: str
) -> None:
    hasty = await Database.open(url, limits=Limits(busy_s=0.05), exclusive=False)
    async with database.write():  # not one statement yet
        with pytest.raises(CommitFailed, match="BUSY"):
            async with hasty.write():
                pytest.fail("two writers at once")
        async with hasty.read() as tx:
            assert (await tx.execute(select(counters))).all() == []
    async with hasty.write() as tx:
        await put(tx, "a")
    await hasty.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_writer_that_waits_too_long_for_its_turn_is_told(url: str) -> None:
    database = await Database.open(url, limits=Limits(write_wait_s=0.02))
    async with database.write():
        with pytest.raises(CommitFailed, match="queue"):
            async with database.write():
                pytest.fail("two writers at once")
    await database.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_sqlite_is_durable_and_strict_on_every_connection(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    for transaction in (database.read, database.write):
        async with transaction() as tx:
            for name, value in wanted.items():
                assert (await tx.execute(text(f"PRAGMA {name}"))).scalar() == value


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_what_sqlite_erases_is_overwritten_and_not_only_forgotten(
    database: Database,
) -> None:
    async with database.write() as tx:
        assert (await tx.execute(text("PRAGMA secure_delete"))).scalar() == 1


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_second_process_is_told_who_has_the_data_folder(
    database: Database, url: str
) -> None:
    with pytest.raises(FolderInUse, match=r"process \d+ on "):
        await Database.open(url)
    await database.close()
    await (await Database.open(url)).close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_statement_on_postgresql_has_a_limit(url: str) -> None:
    database = await Database.open(url, limits=Limits(statement_s=0.05))
    with pytest.raises(CommitFailed, match="QueryCanceled"):
        async with database.write() as tx:
            await tx.execute(text("SELECT pg_sleep(10)"))
    await database.close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_connection_that_died_is_replaced(database: Database) -> None:
    killed = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(CommitFailed):
        async with database.write() as tx:
            await tx.execute(killed)
    async with database.write() as tx:
        await put(tx, "a")
    assert await names(database) == ["a"]


# ------------------------------------------------------------------ opening, and silence


async def test_a_database_without_its_schema_is_not_opened(empty_url: str) -> None:
    with pytest.raises(SchemaMismatch):
        await Database.open(empty_url)


async def test_a_database_of_another_version_is_not_opened(empty_url: str) -> None:
    upgrade(empty_url)
    engines = build(empty_url, Limits())
    async with engines.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'x'"))
    await engines.dispose()
    with pytest.raises(SchemaMismatch, match="version x"):
        await Database.open(empty_url)


@pytest.mark.parametrize("wrong", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "x"])
async def test_other_databases_are_refused(wrong: str) -> None:
    with pytest.raises(DatabaseUrlRefused):
        await Database.open(wrong)


async def test_neither_errors_nor_logs_show_values(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # Not in the source lines of a traceback, and nobody whom test_secrecy looks for: this one
    # goes into a column in the clear, and stays in the write-ahead log of the whole server.
    surname = "marigold".capitalize()
    with pytest.raises(CommitFailed) as caught:
        async with database.write() as tx:
            await put(tx, surname)
            await put(tx, surname)
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "ConstraintBroken" in shown
    assert surname not in shown


class LettingGoLate(ThreadPoolExecutor):
    """Holds on to what it ran, as a thread does that is not given the processor."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[object] = []

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401
        self.held.append(fn)
        return super().submit(fn, *args, **kwargs)


async def test_who_writes_after_the_journal_was_emptied_can_commit(database: Database) -> None:
    async with database.write() as tx:
        await put(tx, "a")
    executor = LettingGoLate()
    asyncio.get_running_loop().set_default_executor(executor)
    await database.truncate_journal()
    async with database.write() as tx:
        await put(tx, "b")
    assert await names(database) == ["a", "b"]

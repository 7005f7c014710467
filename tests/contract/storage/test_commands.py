"""Commands have one effect; attempts are counted."""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio

import pytest

from server.storage import attempts, commands
from server.storage.database import Database
from server.storage.errors import (
    CommandAlreadyRecorded,
    CommitFailed,
    CommitOutcomeUnknown,
)
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.contract.storage.rows import NOW, SECOND

ACTOR = "practitioner:ana"


async def recorded(database: Database, command_id: str) -> str | None:
    async with database.read() as tx:
        return await commands.recorded(tx, ACTOR, command_id)


async def test_a_command_is_remembered_with_its_outcome(database: Database) -> None:
    assert await recorded(database, "c1") is None
    async with database.write() as tx:
        await commands.record(tx, ACTOR, "c1", '{"ok": true}', NOW)
        assert await commands.recorded(tx, ACTOR, "c1") == '{"ok": true}'
    assert await recorded(database, "c1") == '{"ok": true}'


async def test_actors_do_not_share_ids(database: Database) -> None:
    async with database.write() as tx:
        await commands.record(tx, ACTOR, "c1", "1", NOW)
        await commands.record(tx, "patient:x", "c1", "2", NOW)
    assert await recorded(database, "c1") == "1"


async def test_a_second_record_is_refused_and_its_effects_with_it(database: Database) -> None:
    async with database.write() as tx:
        await commands.record(tx, ACTOR, "c1", "first", NOW)
    with pytest.raises(CommandAlreadyRecorded):
        async with database.write() as tx:
            await commands.record(tx, ACTOR, "c2", "an effect", NOW)
            await commands.record(tx, ACTOR, "c1", "second", NOW)
    assert await recorded(database, "c1") == "first"
    assert await recorded(database, "c2") is None


async def test_the_same_command_twice_at_once_has_one_effect(
    database: Database, neighbour: Database
) -> None:
    async def command(home: Database, outcome: str) -> str:
        try:
            async with home.write() as tx:
                done = await commands.recorded(tx, ACTOR, "c1")
                if done is not None:
                    return done
                await commands.record(tx, ACTOR, "c1", outcome, NOW)
                return outcome
        except CommandAlreadyRecorded:
            return await recorded(home, "c1") or "lost"

    outcomes = await asyncio.gather(
        *(command(home, str(n)) for n, home in enumerate([database, neighbour] * 3))
    )
    assert set(outcomes) == {await recorded(database, "c1")}


@pytest.mark.parametrize(
    ("point", "happened"),
    [
        (FaultPoint.BEFORE_COMMIT, False),
        (FaultPoint.COMMIT_LOST, False),
        (FaultPoint.AFTER_COMMIT, True),
    ],
)
async def test_the_record_tells_what_became_of_a_commit(
    database: Database, faults: ScriptedFaults, point: FaultPoint, *, happened: bool
) -> None:
    with faults.failing(point), pytest.raises((CommitFailed, CommitOutcomeUnknown)):
        async with database.write() as tx:
            await commands.record(tx, ACTOR, "c1", "{}", NOW)
    assert (await recorded(database, "c1") is not None) is happened


async def test_old_commands_are_forgotten_a_few_at_a_time(database: Database) -> None:
    async with database.write() as tx:
        for number in range(5):
            await commands.record(tx, ACTOR, f"c{number}", "{}", NOW + number)
        assert await commands.forget_before(tx, NOW + 4, limit=3) == 3
        assert await commands.forget_before(tx, NOW + 4, limit=3) == 1
        assert await commands.forget_before(tx, NOW + 4, limit=3) == 0
    assert await recorded(database, "c4") == "{}"


# ------------------------------------------------------------------ attempts


async def test_attempts_are_counted_in_a_window(database: Database) -> None:
    async with database.write() as tx:
        counts = [
            await attempts.count(tx, "b", window_s=60, now=NOW + second * SECOND)
            for second in (0, 1, 59)
        ]
        assert counts == [(1, NOW), (2, NOW), (3, NOW)]
        late = NOW + 59 * SECOND
        assert await attempts.peek(tx, "b", window_s=60, now=late) == (3, NOW)
        assert await attempts.peek(tx, "other", window_s=60, now=late) == (0, late)


async def test_a_window_that_is_over_begins_anew(database: Database) -> None:
    async with database.write() as tx:
        await attempts.count(tx, "b", window_s=60, now=NOW)
        await attempts.count(tx, "b", window_s=60, now=NOW)
        later = NOW + 60 * SECOND
        assert await attempts.peek(tx, "b", window_s=60, now=later) == (0, later)
        assert await attempts.count(tx, "b", window_s=60, now=later) == (1, later)
        again = await attempts.count(tx, "b", window_s=60, now=later + SECOND)
        assert again == (2, later)


async def test_a_cleared_bucket_is_empty(database: Database) -> None:
    async with database.write() as tx:
        await attempts.count(tx, "b", window_s=60, now=NOW)
        await attempts.clear(tx, "b")
        assert await attempts.count(tx, "b", window_s=60, now=NOW) == (1, NOW)


async def test_attempts_at_once_are_all_counted(
    database: Database, neighbour: Database
) -> None:
    async def attempt(home: Database) -> int:
        async with home.write() as tx:
            return (await attempts.count(tx, "b", window_s=60, now=NOW)).made

    counts = await asyncio.gather(*(attempt(home) for home in [database, neighbour] * 5))
    assert sorted(counts) == list(range(1, 11))


async def test_old_buckets_are_forgotten(database: Database) -> None:
    async with database.write() as tx:
        await attempts.count(tx, "old", window_s=60, now=NOW)
        await attempts.count(tx, "new", window_s=60, now=NOW + SECOND)
        assert await attempts.forget_before(tx, NOW + SECOND, limit=10) == 1
        kept = await attempts.peek(tx, "new", window_s=60, now=NOW + SECOND)
        assert kept == (1, NOW + SECOND)

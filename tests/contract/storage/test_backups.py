"""A backup comes back as it was, on either database and from one to the other."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import insert

from server.backups import making, restoring
from server.backups.files import Facts, write
from server.backups.header import Holding
from server.backups.making import KEY_TABLES, backup, no_stand
from server.backups.refusals import (
    BackupTruncated,
    ContentBroken,
    FileExists,
    NotEmpty,
    NothingThere,
    RestoreFailed,
    SchemaNewer,
)
from server.backups.rows import End, Head, Row, encoded, encoded_head
from server.storage.database import Database
from server.storage.schema import latest_revision, upgrade
from server.storage.tables import METADATA, attempts, commands
from tests.contract.storage.filled import ROWS, everything, fill
from tests.contract.storage.rows import NOW
from tests.postgres import PostgresServer

ROOT_KEY = bytes(range(32))
TARGETS = count(1)
OLD = "0004"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database to restore into, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored' / 'goodfaith.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"restored_{next(TARGETS)}"
    yield server.create(name)
    server.drop(name)


async def backed_up(url: str, path: Path, holding: Holding = "records") -> making.Made:
    return await backup(url, path, holding, root_key=ROOT_KEY, stand_of=no_stand)


async def restored(path: Path, target: str) -> None:
    def work() -> None:
        with restoring.reading(path, ROOT_KEY) as file:
            restoring.restore(target, file)

    await asyncio.to_thread(work)


ORGANIZATIONS = Head(
    table="organizations",
    columns=(
        ("id", "text"),
        ("kind", "text"),
        ("name", "text"),
        ("network_id", "text"),
        ("demo", "bool"),
        ("created_at", "int"),
    ),
)


def written(path: Path, organizations: Sequence[Row], schema: str) -> None:
    """Write a backup with nothing but organizations."""
    lines = [
        encoded_head(ORGANIZATIONS),
        *(encoded(ORGANIZATIONS, one) for one in organizations),
        encoded_head(End(end={"organizations": len(organizations)})),
    ]
    facts = Facts(holding="records", database_schema=schema, made_at=NOW)
    write(path, facts, lines, root_key=ROOT_KEY, random_bytes=os.urandom)


async def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = await Database.open(url)
    try:
        return await everything(database)
    finally:
        await database.close()


async def test_every_row_of_every_table_comes_back(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    before = await everything(database)
    made = await backed_up(url, tmp_path / "records")
    await backed_up(url, tmp_path / "keys", "keys")
    await restored(tmp_path / "records", target)
    await restored(tmp_path / "keys", target)
    after = await contents(target)
    ended = METADATA.tables["sessions"].c.keys().index("ended_at")
    assert all(row[ended] is not None for row in after.pop("sessions"))
    before.pop("sessions")
    assert after == before
    assert made.counts.rows == ROWS * (len(METADATA.tables) - len(KEY_TABLES))
    assert stat.S_IMODE((tmp_path / "records").stat().st_mode) == 0o600


async def test_a_backup_of_records_has_no_key(
    database: Database, url: str, tmp_path: Path
) -> None:
    await fill(database)
    made = await backed_up(url, tmp_path / "records")
    assert set(KEY_TABLES).isdisjoint(made.counts.by_table)
    keys = await backed_up(url, tmp_path / "keys", "keys")
    assert set(keys.counts.by_table) == set(KEY_TABLES)


async def write_pairs(database: Database, stopped: asyncio.Event) -> int:
    """Write a row into each of two tables in one transaction, again and again."""
    for number in count():
        async with database.write() as tx:
            await tx.execute(
                insert(attempts).values(bucket=f"b{number}", window_started_at=1, count=1)
            )
            await tx.execute(
                insert(commands).values(actor="a", id=f"{number}", outcome="x", created_at=1)
            )
        if stopped.is_set():
            return number
    raise AssertionError("unreachable")


async def test_a_backup_is_one_moment_while_others_write(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    """Two tables that always change together have equally many rows in every backup."""
    stopped = asyncio.Event()
    writing = asyncio.create_task(write_pairs(database, stopped))
    try:
        found = [
            (await asyncio.to_thread(asyncio.run, backed_up(url, tmp_path / name))).counts
            for name in ("first", "second", "last")
        ]
    finally:
        stopped.set()
        written = await writing
    for counts in found:
        assert counts.by_table["attempts"] == counts.by_table["commands"]
    assert 0 < found[-1].by_table["attempts"] <= written + 1
    await restored(tmp_path / "last", target)
    assert len((await contents(target))["attempts"]) == found[-1].by_table["attempts"]


async def test_a_damaged_backup_leaves_nothing(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    await backed_up(url, tmp_path / "records")
    whole = (tmp_path / "records").read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-1])
    with pytest.raises(BackupTruncated):
        await restored(tmp_path / "cut", target)
    await restored(tmp_path / "records", target)
    assert len((await contents(target))["encounters"]) == ROWS


async def test_a_database_with_rows_is_left_as_it_is(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    await backed_up(url, tmp_path / "records")
    await restored(tmp_path / "records", target)
    before = await contents(target)
    with pytest.raises(NotEmpty):
        await restored(tmp_path / "records", target)
    assert await contents(target) == before


async def test_a_database_that_was_only_begun_counts_as_empty(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    await backed_up(url, tmp_path / "records")
    upgrade(target)
    await restored(tmp_path / "records", target)
    assert len((await contents(target))["encounters"]) == ROWS


async def test_keys_are_added_once_and_to_a_database_that_is_there(
    database: Database, url: str, target: str, tmp_path: Path
) -> None:
    await fill(database)
    await backed_up(url, tmp_path / "keys", "keys")
    if target.startswith("sqlite"):
        with pytest.raises(NothingThere):
            await restored(tmp_path / "keys", target)
    upgrade(target)
    await restored(tmp_path / "keys", target)
    with pytest.raises(NotEmpty):
        await restored(tmp_path / "keys", target)


def test_a_backup_of_an_older_schema_is_brought_to_this_one(
    target: str, tmp_path: Path
) -> None:
    spa: Row = ["spa-1", "spa", "Glow", "network-1", False, NOW]
    network: Row = ["network-1", "network", "Bluebird", None, True, NOW]
    written(tmp_path / "records", [spa, network], OLD)
    asyncio.run(restored(tmp_path / "records", target))
    after = asyncio.run(contents(target))
    assert [row[:5] for row in after["organizations"]] == [
        ("network-1", "network", "Bluebird", None, True),
        ("spa-1", "spa", "Glow", "network-1", False),
    ]


def test_a_backup_of_a_newer_schema_is_refused(target: str, tmp_path: Path) -> None:
    written(tmp_path / "records", [], "9999")
    with pytest.raises(SchemaNewer):
        asyncio.run(restored(tmp_path / "records", target))


def test_a_row_that_names_a_missing_row_is_refused(target: str, tmp_path: Path) -> None:
    orphan: Row = ["spa-1", "spa", "Glow", "network-1", False, NOW]
    written(tmp_path / "records", [orphan], latest_revision())
    with pytest.raises((ContentBroken, RestoreFailed)):
        asyncio.run(restored(tmp_path / "records", target))
    written(tmp_path / "again", [], latest_revision())
    asyncio.run(restored(tmp_path / "again", target))
    assert asyncio.run(contents(target))["organizations"] == []


@pytest.mark.usefixtures("database")
async def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    (tmp_path / "records").write_text("kept")
    with pytest.raises(FileExists):
        await backed_up(url, tmp_path / "records")
    assert (tmp_path / "records").read_text() == "kept"


async def test_a_checked_backup_tells_its_rows_and_changes_nothing(
    database: Database, url: str, tmp_path: Path
) -> None:
    await fill(database)
    made = await backed_up(url, tmp_path / "records")
    with restoring.reading(tmp_path / "records", ROOT_KEY) as file:
        restoring.check(file)
    assert file.counts == made.counts
    assert file.header == made.header


def test_no_table_counts_its_own_keys() -> None:
    """A restore would have to set such counters too, and does not."""
    counting = [
        column
        for table in METADATA.sorted_tables
        for column in table.c
        if column.identity or column is table.autoincrement_column
    ]
    assert counting == []

"""An older program on a newer schema, and migrations beside nodes that are at work."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from sqlalchemy import NullPool, create_engine, select, text

from server.storage import schema
from server.storage.alone import alone
from server.storage.database import Database
from server.storage.engines import parse_url
from server.storage.errors import SchemaMismatch, UpgradeFailed
from server.storage.revisions import BASELINE, WORDS, known, oldest_of
from server.storage.schema import upgrade
from server.storage.tables import counters

NEWER = "9999"
COMMENT = "SELECT obj_description('alembic_version'::regclass)"


def change(url: str, *statements: str) -> None:
    """Run statements as somebody else would, beside every program."""
    parsed = parse_url(url)[1]
    if url.startswith("sqlite"):
        parsed = parsed.set(drivername="sqlite+pysqlite")
    engine = create_engine(parsed, poolclass=NullPool)
    with engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))
    engine.dispose()


def set_version(url: str, version: str) -> None:
    change(url, f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - our own


def migrate_by_newer(url: str, since: str) -> None:
    """Leave a PostgreSQL database as a program of the future would."""
    set_version(url, NEWER)
    change(url, f"COMMENT ON TABLE alembic_version IS '{WORDS.format(since)}'")


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_program_runs_on_a_newer_schema_that_leaves_it_in_peace(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    migrate_by_newer(empty_url, BASELINE)
    await asyncio.to_thread(upgrade, empty_url)
    database = await Database.open(empty_url)
    async with database.read() as tx:
        found = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    await database.close()
    assert found == NEWER, "and it stays the newer one's"


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_whoever_needs_the_schema_exactly_is_refused(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    migrate_by_newer(empty_url, BASELINE)
    with pytest.raises(SchemaMismatch):
        await Database.open(empty_url, exact=True)


async def refuse(url: str) -> None:
    with pytest.raises(SchemaMismatch):
        await asyncio.to_thread(upgrade, url)
    with pytest.raises(SchemaMismatch):
        await Database.open(url)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("since", [NEWER, "anything"])
async def test_a_newer_schema_that_breaks_older_programs_is_refused(
    empty_url: str, since: str
) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    migrate_by_newer(empty_url, since)
    await refuse(empty_url)


async def test_a_newer_schema_that_says_nothing_is_refused(empty_url: str, kind: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    set_version(empty_url, NEWER)
    if kind == "postgresql":
        change(empty_url, "COMMENT ON TABLE alembic_version IS NULL")
    await refuse(empty_url)


async def test_an_older_schema_is_refused(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    set_version(empty_url, "0020")
    with pytest.raises(SchemaMismatch):
        await Database.open(empty_url)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_whoever_migrates_says_since_when_programs_may_run(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    database = await Database.open(empty_url)
    async with database.read() as tx:
        said = (await tx.execute(text(COMMENT))).scalar()
    await database.close()
    assert said in {WORDS.format(one) for one in known()}


def test_the_newest_migration_that_breaks_programs_is_what_counts() -> None:
    def script(revision: str, **said: bool) -> SimpleNamespace:
        return SimpleNamespace(revision=revision, module=SimpleNamespace(**said))

    scripts = [script("0020"), script(BASELINE), script("0022"), script("0023")]
    assert oldest_of(scripts) == BASELINE  # type: ignore[arg-type]
    scripts[2] = script("0022", breaks_older_programs=True)
    assert oldest_of(scripts) == "0022"  # type: ignore[arg-type]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_migration_gives_way_to_a_node_at_work_and_tries_again(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_LOCK_MS", 50)
    monkeypatch.setattr(schema, "_PAUSE_S", 0.02)
    await asyncio.to_thread(upgrade, empty_url)
    tried = asyncio.Event()
    loop = asyncio.get_running_loop()

    def needs_the_table(config: object, _revision: str) -> None:
        loop.call_soon_threadsafe(tried.set)
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("ALTER TABLE counters ADD COLUMN more TEXT"))

    monkeypatch.setattr("alembic.command.upgrade", needs_the_table)
    database = await Database.open(empty_url)
    async with database.read() as held:
        await held.execute(select(counters.c.name))
        migrating = asyncio.create_task(asyncio.to_thread(upgrade, empty_url))
        for _ in range(3):
            tried.clear()
            await tried.wait()
        async with asyncio.timeout(2), database.read() as other:  # nobody queues behind it
            await other.execute(select(counters.c.name))
    await migrating
    async with database.read() as tx:
        await tx.execute(text("SELECT more FROM counters"))
    await database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_migration_that_never_gets_its_turn_gives_up(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_LOCK_MS", 10)
    monkeypatch.setattr(schema, "_PAUSE_S", 0.001)
    monkeypatch.setattr(schema, "_TRIES", 2)
    await asyncio.to_thread(upgrade, empty_url)

    def needs_the_table(config: object, _revision: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.execute(text("ALTER TABLE counters ADD COLUMN more TEXT"))

    monkeypatch.setattr("alembic.command.upgrade", needs_the_table)
    database = await Database.open(empty_url)
    async with database.read() as held:
        await held.execute(select(counters.c.name))
        with pytest.raises(UpgradeFailed):
            await asyncio.to_thread(upgrade, empty_url)
    await database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"])
async def test_what_one_process_does_at_a_time_the_others_wait_for(
    database: Database, neighbour: Database
) -> None:
    order: list[str] = []

    async def second() -> None:
        async with neighbour.write() as tx:
            await alone(tx, 7)
            order.append("second")

    async with database.write() as tx:
        await alone(tx, 7)
        waiting = asyncio.create_task(second())
        await asyncio.wait({waiting}, timeout=0.1)
        order.append("first")
    await waiting
    assert order == ["first", "second"]

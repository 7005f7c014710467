"""Migrations lead to the schema that the program speaks of, once, from any number of starts."""

from __future__ import annotations

import asyncio
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from server.keystore.tables import KEYSTORE
from server.storage.database import Database, Limits
from server.storage.engines import build
from server.storage.errors import (
    DatabaseUrlRefused,
    FolderInUse,
    SchemaMismatch,
    UpgradeFailed,
)
from server.storage.folder_lock import FolderLock
from server.storage.schema import latest_revision, lock_file, upgrade
from server.storage.tables import METADATA

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "plaintext-columns.md"
OPENED = frozenset({"network_id", "jurisdiction", "profession", "treatment_class"})


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, METADATA))


def uniques(connection: Connection) -> set[tuple[str, frozenset[str | None]]]:
    """Name every unique index, partial ones included, which Alembic compares loosely."""
    seen = inspect(connection)
    return {
        (table, frozenset(index["column_names"]))
        for table in METADATA.tables
        for index in seen.get_indexes(table)
        if index["unique"] and "duplicates_constraint" not in index
    }


async def test_migrations_lead_to_the_schema(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    engines = build(empty_url, Limits())
    async with engines.reader.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(uniques) == {
            ("chart_entries", frozenset({"log_index"})),
            ("audit_entries", frozenset({"log_index"})),
            ("chart_entries", frozenset({"log_index"})),
            ("offers", frozenset({"practitioner_id"})),
            ("offers", frozenset({"encounter_id", "parallel"})),
            ("compliance_changes", frozenset({"network_id", "number"})),
            ("compliance_openings", OPENED),
            ("compliance_sign_offs", frozenset({"network_id", "jurisdiction", "what"})),
            ("operator_policies", frozenset({"network_id", "layer"})),
            (
                "questionnaire_sign_offs",
                frozenset({"network_id", "set_name", "sha256"}),
            ),
            ("rules_publications", frozenset({"network_id", "number"})),
            ("requests", frozenset({"id"})),
        }
    await engines.dispose()


async def test_upgrading_again_changes_nothing(url: str) -> None:
    await asyncio.to_thread(upgrade, url)
    await (await Database.open(url)).close()


async def test_processes_that_start_at_once_upgrade_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: upgrade(empty_url, exclusive=False), range(4)))
    database = await Database.open(empty_url)
    async with database.read() as tx:
        found = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalars()
        assert found.all() == [latest_revision()]
    await database.close()


async def test_a_migration_that_fails_leaves_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the last statement of the migration")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
    with pytest.raises(RuntimeError):
        upgrade(empty_url)
    engines = build(empty_url, Limits())
    async with engines.reader.connect() as connection:
        assert await connection.run_sync(lambda it: inspect(it).get_table_names()) == []
    await engines.dispose()


def test_a_database_that_refuses_a_migration_says_so(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(config: Config, _revision: str) -> None:
        config.attributes["connection"].execute(text("CREATE TABLE x (y no such syntax("))

    monkeypatch.setattr("alembic.command.upgrade", refuse)
    with pytest.raises(UpgradeFailed):
        upgrade(empty_url)


def test_the_database_of_a_first_run_is_private(tmp_path: Path) -> None:
    file = tmp_path / "data" / "goodfaith.db"
    upgrade(f"sqlite:///{file}")
    made = [file.parent, *file.parent.iterdir()]
    assert [stat.S_IMODE(one.stat().st_mode) & 0o077 for one in made] == [0] * len(made)


def test_a_folder_in_use_is_not_upgraded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'goodfaith.db'}"
    lock = FolderLock.hold(lock_file(url))
    with pytest.raises(FolderInUse):
        upgrade(url)
    lock.release()
    lock.release()
    upgrade(url)


def test_only_our_databases_are_upgraded() -> None:
    with pytest.raises(DatabaseUrlRefused):
        upgrade("sqlite:///:memory:")


# ------------------------------------------------------------------ the page about plaintext


def listed() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| .+? \|$", PAGE.read_text(), flags=re.MULTILINE)
    return [
        (table, column) for table, names in rows for column in re.findall(r"`(\w+)`", names)
    ]


def test_every_plaintext_column_is_listed_once_with_its_reason() -> None:
    plaintext = {
        (table.name, column.name)
        for table in [*METADATA.sorted_tables, *KEYSTORE.sorted_tables]
        for column in table.columns
        if not column.name.startswith("sealed_")
    }
    assert set(listed()) == plaintext
    assert len(listed()) == len(plaintext)


async def test_a_schema_of_a_newer_program_is_refused_in_words(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    engines = build(empty_url, Limits())
    async with engines.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    await engines.dispose()
    with pytest.raises(SchemaMismatch, match=r"newer, .* does not know .* start the version"):
        await asyncio.to_thread(upgrade, empty_url)

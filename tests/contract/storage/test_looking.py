"""A look at a database sees what was committed, and leaves nothing behind, not even a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import delete

from server.storage import directory
from server.storage.database import Database, Limits
from server.storage.errors import DatabaseUrlRefused, ReadFailed
from server.storage.looking import Look, is_there, journal_of
from server.storage.revisions import found_in, latest_revision
from server.storage.tables import organizations
from tests.contract.storage import rows


def there(folder: Path) -> Mapping[str, tuple[int, int]]:
    """Return every file with its size and when it was written."""
    return {
        str(one.relative_to(folder)): (one.stat().st_size, one.stat().st_mtime_ns)
        for one in folder.rglob("*")
    }


async def seen(url: str) -> tuple[str | None, set[str]]:
    """Return the version of a database, and whom it has enrolled."""
    look = Look.at(url, Limits())
    try:
        async with look.read() as tx:
            version = await tx.run_sync(found_in)
            every = await directory.all_organizations(tx) if version else []
            return version, {one.organization_id for one in every}
    finally:
        await look.close()


async def test_it_sees_what_a_running_server_committed(
    url: str, database: Database, clinic: rows.Clinic
) -> None:
    del database
    version, enrolled = await seen(url)
    assert version == latest_revision()
    assert clinic.encounter.network_id in enrolled


async def test_it_sees_all_when_nobody_has_it_open_and_leaves_nothing_there(
    url: str, tmp_path: Path
) -> None:
    before = there(tmp_path)
    assert (await seen(url))[0] == latest_revision()
    assert there(tmp_path) == before


async def test_a_database_that_nobody_made_anything_in_has_no_version(
    empty_url: str, kind: str, tmp_path: Path
) -> None:
    assert is_there(empty_url) is (kind == "postgresql")
    if kind == "sqlite":
        (tmp_path / "goodfaith.db").touch()
    assert await seen(empty_url) == (None, set())


async def test_it_writes_nothing(url: str, database: Database, clinic: rows.Clinic) -> None:
    del clinic
    look = Look.at(url, Limits())
    with pytest.raises(ReadFailed):
        async with look.read() as tx:
            await tx.execute(delete(organizations))
    await look.close()
    async with database.read() as tx:
        assert await directory.all_organizations(tx)


async def test_what_died_with_a_journal_is_read_with_it(
    kind: str, url: str, database: Database, clinic: rows.Clinic, tmp_path: Path
) -> None:
    """As a crash leaves it: what was committed last is in the journal."""
    if kind == "sqlite":
        file = tmp_path / "goodfaith.db"
        died = tmp_path / "died" / file.name
        died.parent.mkdir()
        for one in (file, journal_of(file)):
            died.with_name(one.name).write_bytes(one.read_bytes())
        url = f"sqlite:///{died}"
    del database
    assert clinic.encounter.network_id in (await seen(url))[1]


def test_what_is_no_database_of_ours_is_refused() -> None:
    with pytest.raises(DatabaseUrlRefused):
        Look.at("mysql://h/d", Limits())

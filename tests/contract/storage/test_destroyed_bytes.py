"""The bytes of a destroyed key are in no file of the keystore (the WAL of PostgreSQL apart)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server.keystore.opening import SCHEMA
from server.keystore.store import KeyStore
from server.keystore.tables import keys
from server.storage.database import Database
from tests.contract.conftest import MIGRATED
from tests.contract.storage.retained import Kept
from tests.postgres import PostgresServer

STRANGER = "stranger"


@pytest.fixture
def files(kind: str, kept: Kept, request: pytest.FixtureRequest) -> Path:
    """The folder of the keystore's files."""
    if kind == "sqlite":
        return Path(kept.database.keystore.url.removeprefix("sqlite:///")).parent
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.data / "base"


@pytest.fixture
def stranger(postgres: PostgresServer) -> Iterator[str]:
    """Somebody who may read and write the keystore's tables, and owns none."""
    postgres.execute(
        MIGRATED,
        f"CREATE ROLE {STRANGER} LOGIN",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {STRANGER}",
        f"GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA {SCHEMA} TO {STRANGER}",
    )
    yield postgres.url(MIGRATED).replace("//goodfaith@", f"//{STRANGER}@")
    postgres.execute(MIGRATED, f"DROP OWNED BY {STRANGER}", f"DROP ROLE {STRANGER}")


async def sealed_key(database: Database) -> bytes:
    async with database.keystore.read() as tx:
        query = select(keys.c.sealed_key).where(keys.c.subject == "encounter-1")
        return bytes((await tx.execute(query)).scalar_one())


async def holding(kept: Kept, kind: str, folder: Path, sought: bytes) -> list[str]:
    """Return the files in which bytes are, once everything is written to them."""
    if kind == "postgresql":
        async with kept.database.write() as tx:
            await tx.execute(text("CHECKPOINT"))
    return await asyncio.to_thread(
        lambda: [
            one.name
            for one in folder.rglob("*")
            if one.is_file() and sought in one.read_bytes()
        ]
    )


@pytest.mark.safeguard("164.312(a)(2)(iv)")
async def test_the_bytes_of_a_destroyed_key_are_in_no_file(
    kept: Kept, kind: str, files: Path
) -> None:
    sealed = await sealed_key(kept.database)
    assert await holding(kept, kind, files, sealed)
    await kept.expire()
    assert await kept.database.keystore.rewrite()
    assert await holding(kept, kind, files, sealed) == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("target", [0, -1], ids=["made-now", "older"])
async def test_the_servers_own_samples_have_nothing_of_a_destroyed_key(
    kept: Kept, kind: str, files: Path, postgres: PostgresServer, target: int
) -> None:
    sealed = await sealed_key(kept.database)
    await kept.database.keystore.rewrite()
    table = f"{SCHEMA}.{keys.name}"
    sampled = f"ALTER TABLE {table} ALTER COLUMN sealed_key SET STATISTICS {target}"
    postgres.execute(MIGRATED, *([sampled] if target else []), f"ANALYZE {table}")
    await kept.expire()
    assert await kept.database.keystore.rewrite()
    postgres.execute(MIGRATED, f"ANALYZE {table}")
    assert await holding(kept, kind, files, sealed) == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_that_an_older_transaction_may_see_the_bytes_is_noticed(
    kept: Kept, kind: str, files: Path, neighbour: Database
) -> None:
    sealed = await sealed_key(kept.database)
    async with neighbour.read() as tx:
        await tx.execute(text("SELECT count(*) FROM encounters"))
        await kept.expire()
        assert not await kept.database.keystore.rewrite()
        assert await holding(kept, kind, files, sealed)
    assert await kept.database.keystore.rewrite()
    assert await holding(kept, kind, files, sealed) == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_that_the_table_is_somebody_elses_is_noticed(kept: Kept, stranger: str) -> None:
    await kept.expire()
    store = KeyStore(stranger)
    assert not await store.rewrite()
    await store.close()

"""Every test here runs against SQLite and against a real PostgreSQL: one for all folders."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from server.keyring import Keyring
from server.keystore.opening import SCHEMA
from server.storage.database import Database
from server.storage.faults import ScriptedFaults
from server.storage.schema import upgrade
from server.storage.tables import METADATA
from tests.contract.storage import rows
from tests.contract.storage.retained import Kept, keep
from tests.postgres import PostgresServer, running_postgres

MIGRATED = "goodfaith"
ONLY_GROWS = "audit_entries"  # refuses DELETE and TRUNCATE
TABLES = [one.name for one in METADATA.sorted_tables if one.name != ONLY_GROWS]
NUMBERS = count(1)
FORGET_KEYS = f"""DO $$ BEGIN IF to_regclass('{SCHEMA}.keys') IS NOT NULL THEN
    DELETE FROM {SCHEMA}.keys; DELETE FROM {SCHEMA}.shreds; END IF; END $$"""  # noqa: S608 - our own
# Sent as one: what costs most of emptying eighty tables is to ask eighty times.
FORGET = ";\n".join(
    [
        "SET session_replication_role = replica",
        f"TRUNCATE {ONLY_GROWS}",
        "SET session_replication_role = DEFAULT",
        *(f"DELETE FROM {name}" for name in reversed(TABLES)),  # noqa: S608 - our own names
        FORGET_KEYS,
    ]
)
KINDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        upgrade(server.create(MIGRATED))
        yield server


@pytest.fixture(scope="session")
def sweeper(postgres: PostgresServer) -> Iterator[psycopg.Connection]:
    """Who empties the migrated database after each test: one connection, for all of them."""
    with psycopg.connect(postgres.url(MIGRATED), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "goodfaith.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that no migration has seen."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'goodfaith.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"goodfaith_{next(NUMBERS)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database."""
    if kind == "sqlite":
        file = tmp_path / "goodfaith.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgres")
    sweeper: psycopg.Connection = request.getfixturevalue("sweeper")
    yield server.url(MIGRATED)
    sweeper.execute(FORGET.encode())


@pytest.fixture
def faults() -> ScriptedFaults:
    return ScriptedFaults()


@pytest.fixture
async def database(url: str, faults: ScriptedFaults) -> AsyncIterator[Database]:
    opened = await Database.open(url, faults=faults)
    yield opened
    await opened.close()


@pytest.fixture
async def neighbour(url: str) -> AsyncIterator[Database]:
    """The same database, opened by somebody else."""
    opened = await Database.open(url, exclusive=False)
    yield opened
    await opened.close()


@pytest.fixture
async def clinic(database: Database, keyring: Keyring) -> rows.Clinic:
    """A network, a spa, a practitioner and a patient with one encounter."""
    async with database.write() as tx:
        return await rows.open_clinic(tx, keyring)


@pytest.fixture
async def kept(
    database: Database, keyring: Keyring, clinic: rows.Clinic, tmp_path: Path
) -> Kept:
    """Two charts of one patient whose time is over."""
    return await keep(database, keyring, clinic, tmp_path)


@pytest.fixture
def random_bytes() -> Callable[[int], bytes]:
    return rows.seeded_bytes(20_240_607)


@pytest.fixture
def keyring(random_bytes: Callable[[int], bytes]) -> Keyring:
    return Keyring(bytes(range(32)), random_bytes=random_bytes)

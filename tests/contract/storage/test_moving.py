"""Keys of an older version move to the keystore: once, whole, and killed at any step."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    BigInteger,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)

from server.keyring import Keyring
from server.keystore.keeping import public_of
from server.keystore.key import LEGACY_ROOT, Purpose, place_of
from server.keystore.moving import take_over
from server.keystore.opening import SCHEMA
from server.keystore.store import KeyStore
from server.keystore.tables import keys
from server.sealing import wrap_key
from server.storage.database import Database
from server.storage.engines import Limits, build
from server.storage.errors import KeyShredded, UpgradeFailed
from server.storage.faults import NO_FAULTS
from server.storage.schema import configuration, latest_revision, upgrade
from server.storage.transactions import Transactions
from tests.postgres import PostgresServer

ROOT = bytes(range(32))
NUMBERS = count(1)
NETWORK = "network-1"
OLD = Table(
    "wrapped_keys",
    MetaData(),
    Column("id", String(64), primary_key=True),
    Column("purpose", String(32)),
    Column("subject", String(64)),
    Column("parent", String(64)),
    Column("sealed_key", LargeBinary),
    Column("public_key", LargeBinary),
    Column("created_at", BigInteger),
    Column("shredded_at", BigInteger),
)
SECRETS = {
    "tenant": b"t" * 32,
    "encounter": b"e" * 32,
    "patient": b"p" * 32,
    "signing": b"s" * 32,
}


class Killed(BaseException):
    """Nothing of the process is left."""


def old_row(purpose: Purpose, subject: str, parent: str, above: bytes) -> dict[str, Any]:
    secret = SECRETS[purpose]
    return {
        "id": f"key-of-{subject}",
        "purpose": purpose,
        "subject": subject,
        "parent": parent,
        "sealed_key": wrap_key(
            above, secret, place=place_of(purpose, subject, NETWORK), nonce=secret[:12]
        ),
        "public_key": public_of(secret) if purpose == "signing" else None,
        "created_at": 1,
        "shredded_at": None,
    }


CHILDREN: list[tuple[Purpose, str]] = [
    ("encounter", "e1"),
    ("patient", "p1"),
    ("signing", "ana"),
]
OLD_ROWS: list[dict[str, Any]] = [
    old_row("tenant", NETWORK, LEGACY_ROOT, ROOT),
    *(
        old_row(purpose, subject, f"key-of-{NETWORK}", SECRETS["tenant"])
        for purpose, subject in CHILDREN
    ),
    {**old_row("encounter", "e2", f"key-of-{NETWORK}", SECRETS["tenant"])}
    | {"sealed_key": b"", "shredded_at": 5},
]


def bring_up(url: str, rows: list[dict[str, Any]]) -> None:
    """Leave a database as an older version left it, and run this version's migrations."""
    asyncio.run(_old(url, rows))
    upgrade(url, exclusive=False)


async def _old(url: str, rows: list[dict[str, Any]]) -> None:
    engines = build(url, Limits())
    config = configuration()

    def migrate(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")

    async with engines.writer.begin() as tx:
        await tx.run_sync(migrate)
        for row in rows:
            await tx.execute(insert(OLD).values(row))
    await engines.dispose()


@pytest.fixture(scope="session")
def sqlite_left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("left") / "goodfaith.db"
    bring_up(f"sqlite:///{file}", OLD_ROWS)
    return file


@pytest.fixture(scope="session")
def postgres_left(postgres: PostgresServer) -> str:
    bring_up(postgres.create("left_template"), OLD_ROWS)
    return "left_template"


@pytest.fixture
def left_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database with the old table in it."""
    if kind == "sqlite":
        file = tmp_path / "goodfaith.db"
        shutil.copy(request.getfixturevalue("sqlite_left"), file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("postgres_left")
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"left_{next(NUMBERS)}"
    server.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def left(left_url: str) -> AsyncIterator[tuple[Transactions, KeyStore]]:
    """The same, and its keystore, not yet opened."""
    engines = build(left_url, Limits())
    store = KeyStore.beside(left_url)
    yield Transactions(engines, NO_FAULTS, Limits(), store), store
    await store.close()
    await engines.dispose()


async def is_there(database: Transactions) -> bool:
    async with database.read() as tx:
        try:
            await tx.execute(text("SELECT 1 FROM wrapped_keys"))
        except Exception:  # noqa: BLE001 - each database has its own
            return False
        return True


async def assert_moved(database: Transactions, keyring: Keyring) -> None:
    async with database.read() as tx:
        await keyring.check(tx)
        assert await keyring.encounter_key(tx, "e1", NETWORK) == SECRETS["encounter"]
        assert await keyring.patient_key(tx, "p1", NETWORK) == SECRETS["patient"]
        signing = await keyring.signing_key(tx, "ana", NETWORK)
        assert signing.private_bytes_raw() == SECRETS["signing"]
        with pytest.raises(KeyShredded):
            await keyring.encounter_key(tx, "e2", NETWORK)


async def test_opening_the_database_moves_its_keys_and_drops_the_table(
    left_url: str, kind: str
) -> None:
    database = await Database.open(left_url)
    await assert_moved(database, Keyring(ROOT))
    async with database.write() as tx:
        assert len(await Keyring(ROOT).encounter_key(tx, "e3", NETWORK)) == 32
    await database.close()
    again = await Database.open(left_url)
    await assert_moved(again, Keyring(ROOT))
    await again.close()
    if kind == "sqlite":
        folder = Path(left_url.removeprefix("sqlite:///")).parent
        sealed = [row["sealed_key"] for row in OLD_ROWS if row["sealed_key"]]
        for file in folder.glob("goodfaith.db*"):
            assert not [one for one in sealed if one in file.read_bytes()], file.name


@pytest.mark.parametrize("where", ["copy", "verify", "drop", "commit"])
async def test_killed_at_any_step_the_next_start_finishes(
    left: tuple[Transactions, KeyStore], where: str
) -> None:
    database, store = left

    def kill(step: str) -> None:
        if step == where:
            raise Killed

    with pytest.raises(Killed):
        await take_over(database, store, kill)
    assert await take_over(database, store) == len(OLD_ROWS)
    assert await take_over(database, store) == 0
    await assert_moved(database, Keyring(ROOT))


async def test_two_that_start_at_once_move_once(left: tuple[Transactions, KeyStore]) -> None:
    database, store = left
    assert sorted(await asyncio.gather(*(take_over(database, store) for _ in range(3)))) == [
        0,
        0,
        len(OLD_ROWS),
    ]
    await assert_moved(database, Keyring(ROOT))


async def test_a_keystore_of_another_database_is_not_mixed_in(
    left: tuple[Transactions, KeyStore],
) -> None:
    database, store = left
    async with database.write() as tx:
        await Keyring(bytes(32)).tenant_key(tx, NETWORK)
    with pytest.raises(UpgradeFailed, match="another tenant key"):
        await take_over(database, store)
    assert await is_there(database)


async def test_a_key_that_was_destroyed_meanwhile_stays_destroyed(
    left: tuple[Transactions, KeyStore],
) -> None:
    """An old backup is restored beside a keystore that is newer."""
    database, store = left

    def kill(step: str) -> None:
        if step == "drop":
            raise Killed

    with pytest.raises(Killed):
        await take_over(database, store, kill)
    async with store.write() as tx:
        await tx.execute(
            update(keys).where(keys.c.subject == "e1").values(sealed_key=b"", shredded_at=7)
        )
    await take_over(database, store)
    async with database.read() as tx:
        with pytest.raises(KeyShredded):
            await Keyring(ROOT).encounter_key(tx, "e1", NETWORK)


async def test_a_row_under_nothing_stops_the_move(
    left: tuple[Transactions, KeyStore],
) -> None:
    database, store = left
    async with database.write() as tx:
        await tx.execute(delete(OLD).where(OLD.c.purpose == "tenant"))
    with pytest.raises(UpgradeFailed, match="hangs under nothing"):
        await take_over(database, store)
    assert await is_there(database)


async def test_a_new_database_never_has_the_table(url: str) -> None:
    database = await Database.open(url)
    async with database.read() as tx:
        found = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalars()
        assert found.all() == [latest_revision()]
    assert not await is_there(database)
    async with database.keystore.read() as tx:
        assert (await tx.execute(select(keys))).all() == []
    await database.close()


async def test_on_postgresql_the_keys_are_in_a_schema_of_their_own(
    database: Database, kind: str
) -> None:
    async with database.write() as tx:
        await Keyring(ROOT).tenant_key(tx, NETWORK)
    if kind == "postgresql":
        async with database.read() as tx:
            query = text(f"SELECT count(*) FROM {SCHEMA}.keys")  # noqa: S608 - our own name
            assert (await tx.execute(query)).scalar_one() == 2

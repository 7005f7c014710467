from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from server.storage.schema import upgrade
from tests.cluster.valkey import Valkey, running_valkey
from tests.integration.cluster.world import World
from tests.postgres import PostgresServer, running_postgres

MIGRATED = "goodfaith"
NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        upgrade(server.create(MIGRATED))
        yield server


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    """A migrated database of the test's own."""
    name = f"cluster_{next(NUMBERS)}"
    postgres.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {MIGRATED}")
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


@pytest.fixture
async def world(url: str, valkey: Valkey) -> AsyncIterator[World]:
    """Two nodes, `home` and `edge`, on one PostgreSQL and one Valkey."""
    made = World(url, valkey.url)
    await made.open()
    yield made
    await made.close()

"""A PostgreSQL that says nothing any more: frozen, or behind a wire that swallows everything.

Its connections stay open and no socket reports an error: only a limit of our own ends a wait.
"""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import func, insert, select, text

from server.cluster.listening import Listening
from server.storage.answers import answering_within
from server.storage.database import Database, Limits
from server.storage.errors import CommitFailed, CommitOutcomeUnknown, ReadFailed, StorageError
from server.storage.schema import upgrade
from server.storage.statements import Tx
from server.storage.tables import counters
from tests.cluster.postgres import StoppablePostgres, stoppable_postgres
from tests.cluster.wires import Unix, Wire, tcp_proxy

pytestmark = pytest.mark.postgres
LIMITS = Limits(
    connections_max=2,
    statement_s=0.5,
    answer_more_s=0.5,
    lock_s=0.5,
    checkout_s=1.5,
    connect_s=2,
)
SOON_S = 4.0  # far less than TCP or the server would take to notice

Silence = Callable[[], None]


@pytest.fixture(scope="module")
def server() -> Iterator[StoppablePostgres]:
    with stoppable_postgres() as one:
        upgrade(one.url)
        yield one


@pytest.fixture
def wire(server: StoppablePostgres) -> Iterator[Wire]:
    with tcp_proxy(Unix(str(server.socket))) as one:
        yield one


@pytest.fixture
async def database(server: StoppablePostgres, wire: Wire) -> AsyncIterator[Database]:
    one = await Database.open(server.url_by(wire.port), limits=LIMITS, keystore_url=server.url)
    yield one
    wire.dead = False
    await one.close()


@pytest.fixture
async def near(server: StoppablePostgres) -> AsyncIterator[Database]:
    """The same, by a Unix socket, for which no keepalive of TCP helps."""
    one = await Database.open(server.url, limits=LIMITS)
    yield one
    await one.close()


@contextmanager
def frozen(server: StoppablePostgres) -> Iterator[None]:
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


@contextmanager
def soon() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SOON_S


async def put(tx: Tx, name: str) -> None:
    await tx.execute(insert(counters).values(name=name, value=1))


async def count(database: Database, name: str) -> int:
    query = select(func.count()).where(counters.c.name == name)
    async with database.read() as tx:
        return int((await tx.execute(query)).scalar_one())


async def test_a_read_from_a_frozen_server_ends(
    server: StoppablePostgres, near: Database
) -> None:
    with soon(), pytest.raises(ReadFailed) as raised:
        async with near.read() as tx:
            with frozen(server):
                await tx.execute(text("SELECT 1"))
    assert raised.value.away
    assert await count(near, "nobody") == 0


async def test_a_read_that_nothing_answers_ends(wire: Wire, database: Database) -> None:
    with soon(), pytest.raises(ReadFailed) as raised:
        async with database.read() as tx:
            wire.dead = True
            await tx.execute(text("SELECT 1"))
    assert raised.value.away


async def test_a_statement_of_a_write_that_nothing_answers_commits_nothing(
    wire: Wire, database: Database, near: Database
) -> None:
    with soon(), pytest.raises(CommitFailed) as raised:
        async with database.write() as tx:
            await put(tx, "before")
            wire.dead = True
            await put(tx, "during")
    assert raised.value.away
    assert await count(near, "before") == 0


async def test_a_commit_to_a_frozen_server_may_have_happened_and_says_so(
    server: StoppablePostgres, near: Database
) -> None:
    with ExitStack() as stack, soon(), pytest.raises(CommitOutcomeUnknown) as raised:
        async with near.write() as tx:
            await put(tx, "unknown")
            stack.enter_context(frozen(server))
    assert raised.value.away
    assert await count(near, "unknown") == 1


async def test_a_silent_connection_goes_to_nobody_else(wire: Wire, database: Database) -> None:
    async with database.read() as tx:
        before = (await tx.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    wire.dead = True
    with pytest.raises(StorageError):
        await count(database, "nobody")
    wire.dead = False
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT pg_backend_pid()"))).scalar_one() != before


async def test_whoever_waits_for_a_silent_servers_connections_is_told_in_time(
    wire: Wire, database: Database
) -> None:
    async def look() -> float:
        begun = time.monotonic()
        with pytest.raises(ReadFailed):
            await count(database, "nobody")
        return time.monotonic() - begun

    wire.dead = True
    most_s = LIMITS.checkout_s + 2 * LIMITS.connect_s
    assert max(await asyncio.gather(*(look() for _ in range(8)))) < most_s
    wire.dead = False
    assert await count(database, "nobody") == 0


async def test_what_is_urgent_waits_less_than_the_rest(
    wire: Wire, server: StoppablePostgres
) -> None:
    patient = Limits(statement_s=60.0)
    slow = await Database.open(
        server.url_by(wire.port), limits=patient, keystore_url=server.url
    )
    with soon(), pytest.raises(CommitFailed), answering_within(0.5):
        async with slow.write() as tx:
            wire.dead = True
            await put(tx, "urgent")
    wire.dead = False
    await slow.close()


async def test_a_statement_that_takes_its_time_is_ended_by_the_server_first(
    near: Database,
) -> None:
    with pytest.raises(ReadFailed) as raised:
        async with near.read() as tx:
            await tx.execute(text("SELECT pg_sleep(30)"))
    assert "57014" in str(raised.value)  # query_canceled: the connection is kept


async def test_a_listener_that_hears_nothing_asks_and_comes_back(
    wire: Wire, server: StoppablePostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cluster.listening.QUIET_S", 0.2)
    monkeypatch.setattr("server.storage.answers.PING_S", 0.5)
    listening = Listening(server.url_by(wire.port))
    again = asyncio.Event()
    listening.on_reconnected(again.set)
    listening.start()
    async with asyncio.timeout(SOON_S):
        await again.wait()
    again.clear()
    wire.dead = True

    def alive() -> None:
        wire.dead = False

    asyncio.get_running_loop().call_later(2.0, alive)  # the old connection would live again
    async with asyncio.timeout(2 * SOON_S):
        await again.wait()
    assert listening.connections == 2
    await listening.close()

"""What runs for as long as a node goes on after what nobody expected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

import pytest

from server.clock import ManualClock
from server.cluster import courier, listening, membership, requests_desk, rows_carrier
from server.cluster.carrier import SwitchingCarrier
from server.cluster.cluster import Cluster
from server.cluster.courier import Courier
from server.cluster.links import Told
from server.cluster.listening import Listening
from server.cluster.membership import Membership
from server.cluster.neighbours import Neighbours
from server.cluster.redis_carrier import RedisCarrier
from server.cluster.requests_desk import RequestsDesk
from server.cluster.rows_carrier import RowsCarrier
from server.cluster.sealing import Sealer
from server.live.doors import Door
from server.live.edge import Edge
from server.live.homes import Homes
from server.live.registering import Registrar
from server.storage.database import Database, Tx
from server.storage.leases import Lease
from server.storage.nodes import Node
from server.storage.requests import Answer
from signaling.identifiers import Instant

URL = "postgresql://127.0.0.1/none"
LEASE = Lease("switchboard:network-1", "node-1", 3)


class Odd(Database):
    """A database that fails in a way of its own, every time."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[None] = asyncio.Queue()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        yield self._begun()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        yield self._begun()

    urgent_write = write

    def _begun(self) -> Tx:
        self.asked.put_nowait(None)
        raise LookupError

    async def was_asked(self, times: int) -> None:
        async with asyncio.timeout(5):
            for _ in range(times):
                await self.asked.get()


@asynccontextmanager
async def going(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    yield
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "BEAT_S", 0.001)
    monkeypatch.setattr(courier, "PAUSE_S", 0.001)
    monkeypatch.setattr(courier, "LOOK_S", 0.001)
    monkeypatch.setattr(rows_carrier, "LOOK_S", 0.001)
    monkeypatch.setattr(requests_desk, "PAUSE_S", 0.001)
    monkeypatch.setattr(listening, "BACKOFF_MAX_S", 0.001)


def sealer() -> Sealer:
    return Sealer(bytes(32), bytes)


async def test_a_node_goes_on_to_say_that_it_is_there() -> None:
    database = Odd()
    node = Membership(database, Node("node-1", "web-1", "web"), ManualClock(Instant(0)))
    async with going(node._run()):
        await database.was_asked(3)


async def test_requests_are_sent_again() -> None:
    database = Odd()
    made = Courier(database, Listening(URL), sealer(), "node-1", ManualClock(Instant(0)))
    made.tell("network-1", "closed", b"{}")
    async with going(made._send()):
        await database.was_asked(3)


async def test_answers_are_looked_for_again() -> None:
    database = Odd()
    made = Courier(database, Listening(URL), sealer(), "node-1", ManualClock(Instant(0)))
    asking = asyncio.ensure_future(made.ask("network-1", "command", b"{}", request_id="one"))
    await asyncio.sleep(0)
    made._awaited["one"].is_sent = True
    async with going(made._read()):
        await database.was_asked(3)
    asking.cancel()


async def test_words_for_this_node_are_looked_for_again() -> None:
    database = Odd()
    rows = RowsCarrier(database, Listening(URL), "node-1", lambda _body: None)
    async with going(rows._run()):
        await database.was_asked(3)


async def test_answers_of_a_home_are_sent_again() -> None:
    database = Odd()
    desk = RequestsDesk(
        database, Listening(URL), sealer(), "network-1", LEASE, cast("Door", None)
    )
    desk._answers.append(Answer("one", "node-1", b""))
    desk._done.set()
    async with going(desk._answer()):
        await database.was_asked(3)


async def test_a_node_that_cannot_hear_tries_again() -> None:
    tried: asyncio.Queue[None] = asyncio.Queue()

    class Deaf(Listening):
        async def _connect(self) -> object:  # type: ignore[override]
            tried.put_nowait(None)
            raise LookupError

    async with going(Deaf(URL)._run()), asyncio.timeout(5):
        for _ in range(3):
            await tried.get()


class OddRows:
    """Rows that are never left."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[int] = asyncio.Queue()

    async def publish(self, told: Sequence[Told]) -> None:
        self.asked.put_nowait(len(told))
        raise LookupError


class OddRedis:
    """A library that fails as it never said it would."""

    def __init__(self) -> None:
        self.probed: asyncio.Queue[None] = asyncio.Queue()

    async def publish(self, _told: Sequence[Told]) -> Sequence[int]:
        raise LookupError

    async def probe(self) -> bool:
        self.probed.put_nowait(None)
        raise LookupError


async def test_what_redis_cannot_carry_goes_by_rows_and_what_comes_later_too() -> None:
    redis, rows = OddRedis(), OddRows()
    switching = SwitchingCarrier(
        cast("RedisCarrier", redis),
        cast("RowsCarrier", rows),
        ManualClock(Instant(0)),
        again_s=0.001,
    )
    async with (
        going(switching._run()),
        going(switching._look_after(cast("RedisCarrier", redis))),
        asyncio.timeout(5),
    ):
        for _ in range(2):
            switching.publish(Told("node-2", b"sealed"))
            assert await rows.asked.get() == 1
            await redis.probed.get()
    assert switching.standing.by == "rows"
    assert switching.standing.dropped == 2


class DeafCluster:
    """A cluster that serves no home."""

    node_id = "node-1"

    async def serve(self, _network_id: str, _lease: Lease, _door: Door) -> None:
        raise LookupError

    async def announce_home(self, _network_id: str, _epoch: int) -> None:
        return

    def attach(self, _line: Edge) -> None:
        return

    def _on(self, _callback: Callable[..., None]) -> None:
        return

    on_home = on_missed = on_broadcast = on_reconnected = _on


class ToldHomes:
    """Homes that hear who is not one any more."""

    def __init__(self) -> None:
        self.over: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    def superseded(self, network_id: str, epoch: int) -> None:
        self.over.put_nowait((network_id, epoch))


async def test_a_home_that_others_cannot_ask_ends() -> None:
    homes = ToldHomes()
    made = Neighbours(cast("Cluster", DeafCluster()), cast("Edge", None))

    async def register(_network_id: str) -> None:
        return

    made.listen(cast("Homes", homes), Registrar(register))
    await made.opened("network-1", LEASE, cast("Door", None))
    async with asyncio.timeout(5):
        assert await homes.over.get() == ("network-1", LEASE.epoch + 1)
    await made.closed("network-1")

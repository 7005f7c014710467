"""Nodes in one process, that reach each other by a real PostgreSQL and a real Valkey only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from server.access import Principal, Role
from server.clock import Clock, SystemClock
from server.cluster.cluster import Cluster, Reach
from server.cluster.remote_line import HomeLine
from server.keyring import Keyring
from server.live.doors import Notice, Visitor, Wire
from server.storage import leases
from server.storage.database import Database
from server.storage.leases import Lease
from signaling.events import Event
from signaling.messages import Ack, CommandBase

NETWORK = "network-1"
LEASE = f"switchboard:{NETWORK}"
PATIENCE_S = 15.0


async def until(what: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(limit_s):
        while not what():  # noqa: ASYNC110 - nobody tells: it is what a stranger would see
            await asyncio.sleep(0.01)


@dataclass
class ToldDoor:
    """A home's door that remembers what was said at it."""

    opened_with: list[Visitor] = field(default_factory=list)
    closed_with: list[Visitor] = field(default_factory=list)
    performed: list[tuple[str, str]] = field(default_factory=list)
    submitted: list[Event] = field(default_factory=list)
    registered_nodes: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    refusal: Exception | None = None
    answer: Callable[[Visitor, CommandBase], Awaitable[Ack]] | None = None

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        self.opened_with += visitors

    def registering(self, node: str) -> Callable[[], None]:
        return lambda: self.registered_nodes.append(node)

    def closed(self, visitor: Visitor) -> None:
        self.closed_with.append(visitor)

    async def perform(self, visitor: Visitor, command: CommandBase) -> Ack:
        self.performed.append((visitor.sid, command.id))
        if self.answer is not None:
            return await self.answer(visitor, command)
        return Ack(ok=True, id=command.id, result={"count": len(self.performed)})

    async def submit(self, events: Sequence[Event]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.submitted += events

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)


@dataclass
class ToldLine:
    """An edge's line that remembers what it was to send."""

    events: list[tuple[str, Wire]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def deliver(self, node: str, sid: str, wire: Wire) -> None:  # noqa: ARG002 - its own node
        self.events.append((sid, wire))

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:  # noqa: ARG002 - the same
        self.events.append((sid, last_word))
        self.ended.append(sid)

    @property
    def numbers(self) -> list[object]:
        return [wire["n"] for _, wire in self.events]


@dataclass
class NodeOfOurs:
    """A node: its own database connections, its part in the cluster, its sockets' line."""

    database: Database
    cluster: Cluster
    line: ToldLine
    missed: list[str]

    @property
    def id(self) -> str:
        return self.cluster.node_id

    async def close(self) -> None:
        await self.cluster.close()
        await self.database.close()

    async def die(self) -> None:
        """End without leaving: its row stays."""
        membership = self.cluster._membership
        assert membership._task is not None
        membership._task.cancel()


class World:
    """Two nodes; the home of the network is in one of them."""

    def __init__(self, url: str, redis_url: str | None) -> None:
        self.url = url
        self.redis_url = redis_url
        self.door = ToldDoor()
        self._stack = AsyncExitStack()

    home: NodeOfOurs
    edge: NodeOfOurs
    lease: Lease
    line: HomeLine
    serving: asyncio.Task[None]

    async def node(self, name: str, clock: Clock | None = None) -> NodeOfOurs:
        database = await Database.open(self.url)
        cluster = await Cluster.open(
            database,
            Keyring(bytes(range(32))),
            Reach(self.url, self.redis_url, redis_again_s=0.3),
            clock=clock or SystemClock(),
            name=name,
        )
        line, missed = ToldLine(), list[str]()
        cluster.attach(line)
        cluster.on_missed(missed.append)
        made = NodeOfOurs(database, cluster, line, missed)
        self._stack.push_async_callback(made.close)
        return made

    async def open(self) -> None:
        self.home = await self.node("home")
        self.edge = await self.node("edge")
        await self.take_home(self.home)
        if self.redis_url is not None:
            for node in (self.home, self.edge):
                redis = node.cluster._carrier._redis
                assert redis is not None
                await until(lambda redis=redis: redis.is_subscribed)  # type: ignore[misc]

    async def take_home(self, node: NodeOfOurs, ttl_s: float = 60) -> None:
        """Make a node the network's home."""
        async with node.database.write() as tx:
            lease = await leases.acquire(tx, LEASE, node.id, ttl_s)
        assert lease is not None
        self.lease = lease
        self.line = node.cluster.line(NETWORK, lease, node.line)
        await self._stack.enter_async_context(self.line)
        self.serving = asyncio.create_task(node.cluster.serve(NETWORK, lease, self.door))
        self._stack.push_async_callback(self._stopped, self.serving)

    @staticmethod
    async def _stopped(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.wait({task})

    async def close(self) -> None:
        await self._stack.aclose()


def visitor(node: NodeOfOurs, sid: str = "socket-1", session: str = "a" * 64) -> Visitor:
    principal = Principal(
        audience="patient",
        role=Role.PATIENT,
        encounter_id="encounter-1",
        session=session,
        scopes=frozenset({"one"}),
    )
    return Visitor(
        sid=sid,
        node=node.id,
        namespace="/patient",
        principal=principal,
        recipient="patient:encounter-1",
        network_id=NETWORK,
        resume=("boot-1", 7),
        address="127.0.0.1",
    )

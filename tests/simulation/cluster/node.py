"""A web node: its sockets, its word to the others that it lives, and the home if it has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Final

from server.storage.errors import LeaseLost, StorageError
from server.storage.leases import Lease
from tests.simulation.cluster import database
from tests.simulation.cluster.bus import Bus
from tests.simulation.cluster.database import Database
from tests.simulation.cluster.desk import NodeClock, SimulatedDesk
from tests.simulation.cluster.edge import Edge
from tests.simulation.cluster.flaws import Flaws
from tests.simulation.cluster.home import Home, Place
from tests.simulation.cluster.loop import Process, Spawned, VirtualLoop
from tests.simulation.cluster.membership import Membership, Ports
from tests.simulation.cluster.rows import Word
from tests.simulation.cluster.server import Server
from tests.simulation.cluster.words import Message

LEASE_S: Final = 2.0
RENEW_S: Final = 0.6
TRY_S: Final = 0.3
BREAKER_S: Final = 2.0
POLL_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Around:
    """What all nodes share, and who looks at what they do."""

    loop: VirtualLoop
    server: Server
    bus: Bus
    flaws: Flaws
    new_id: Callable[[], str]
    failed: Callable[[BaseException], None]
    look: Callable[[SimulatedDesk, Lease], None]


class Node:
    """One process of the cluster.

    Attributes:
        home: of the network, if it is here.
        is_open: the database has heard of this node: it takes connections.
    """

    def __init__(self, name: str, around: Around, off_us: int) -> None:
        """Prepare; `open` starts it. Its clock is off by `off_us`."""
        loop, bus = around.loop, around.bus
        self.name = name
        self.process = Process(name)
        self.home: Home | None = None
        self.is_open = False
        self._loop = loop
        self._bus = bus
        self._database = Database(around.server, self.process)
        self._breaker_until = 0.0
        self._unsaid: list[Word] = []
        self._to_say = asyncio.Event()
        self._to_hear = asyncio.Event()
        self._stopping = False
        self.edge = Edge(name, self._database, around.flaws, self.spawn)
        self._place = Place(
            node=name,
            clock=NodeClock(loop, off_us),
            database=self._database,
            flaws=around.flaws,
            new_id=around.new_id,
            spawn=self.spawn,
            send=self._send,
            local=self.edge.deliver,
            failed=around.failed,
            look=around.look,
        )
        ports = Ports(
            self.edge.homes_changed, self.edge.forget_registrations, self._gone, self._looked
        )
        self._membership = Membership(name, self._database, loop.time, ports)
        bus.subscribe(name, self.process, self.edge.receive)

    def spawn(self, work: Coroutine[object, object, object]) -> Spawned:
        return self._loop.spawn(self.process, work)

    def open(self) -> None:
        """Begin; called outside of the process."""
        self.spawn(self._open())

    async def _open(self) -> None:
        await self._membership.start()
        self.is_open = True
        self.edge.open()
        self.spawn(self._membership.run())
        self.spawn(self._hold())
        self.spawn(self._say())
        self.spawn(self._hear())
        self.spawn(self._poll())

    def stop(self) -> None:
        """SIGTERM: give the lease back."""
        self._stopping = True

    # ------------------------------------------------------------------ the lease

    async def _hold(self) -> None:
        while not self._stopping:
            try:
                if self.home is None:
                    await self._try()
                else:
                    async with self._database.write() as tx:
                        await database.renew(tx, self.home.lease, LEASE_S)
            except LeaseLost:
                self._lose()
            except StorageError:
                await asyncio.sleep(LEASE_S if self.home is None else 0)
            await asyncio.sleep(TRY_S if self.home is None else RENEW_S)
        home = self.home
        if home is not None:
            self._lose()
            try:
                async with self._database.write() as tx:
                    await database.release(tx, home.lease)
            except StorageError:
                return

    async def _try(self) -> None:
        async with self._database.write() as tx:
            lease = await database.acquire(tx, self.name, LEASE_S)
        if lease is not None:
            self.home = self.edge.home = Home(self._place, lease)
            self.home.open()
            self.edge.homes_changed(lease.epoch)

    def _lose(self) -> None:
        assert self.home is not None
        self.home.close()
        self.home = self.edge.home = None
        self.edge.forget_registrations()

    # ------------------------------------------------------------------ being there

    async def _poll(self) -> None:
        """Look for what a lost notification would have told."""
        words = self._database.server.tables.words.rows
        while True:
            await asyncio.sleep(POLL_S)
            self.edge.look()
            if self.home is not None:
                self.home.asked()
            if any(word.node == self.name for word in words.values()):
                self._to_hear.set()

    def _gone(self, node: str) -> None:
        if self.home is not None:
            self.home.others.gone(node)

    def _looked(self, gone: frozenset[str]) -> None:
        if self.home is not None:
            self.home.others.looked(gone)

    # ------------------------------------------------------------------ the line

    def noticed(self, channel: str, payload: str) -> None:
        """The database notified this node."""
        match channel:
            case "homes":
                self.edge.homes_changed(int(payload))
            case "requests" if self.home is not None:
                self.home.asked()
            case "answers" if payload == self.name:
                self.edge.answered()
            case "words" if payload == self.name:
                self._to_hear.set()
            case _:
                pass

    def _send(self, node: str, message: Message) -> None:
        """Put a message on the bus; into rows, while that is away."""

        def failed() -> None:
            self._breaker_until = self._loop.time() + BREAKER_S
            self._by_row(node, message)

        if self._loop.time() < self._breaker_until:
            self._by_row(node, message)
        else:
            self._bus.publish(self.process, node, message, failed)

    def _by_row(self, node: str, message: Message) -> None:
        self._unsaid.append(Word(node, message))
        self._to_say.set()

    async def _say(self) -> None:
        server = self._database.server
        while True:
            await self._to_say.wait()
            self._to_say.clear()
            words, self._unsaid = self._unsaid, []
            if not words:
                continue
            try:
                async with self._database.write() as tx:
                    for word in words:
                        tx.put(server.tables.words, f"w{server.next_seq()}", word)
                        tx.notify("words", word.node)
            except StorageError:
                continue  # whoever misses them sees a gap

    async def _hear(self) -> None:
        server = self._database.server
        while True:
            await self._to_hear.wait()
            self._to_hear.clear()
            mine = [k for k, word in server.tables.words.rows.items() if word.node == self.name]
            if not mine:
                continue
            heard: list[Message] = []
            try:
                async with self._database.write() as tx:
                    for key in mine:
                        word = tx.get(server.tables.words, key)
                        if word is not None and isinstance(word.body, Message):
                            heard.append(word.body)
                        tx.put(server.tables.words, key, None)
            except StorageError:
                continue
            for message in heard:
                self.edge.receive(message)

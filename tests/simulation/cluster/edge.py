"""A node's sockets, and its door to the home, wherever that is.

    page --hello, command--> edge --a call, or a row--> home
    page <--event, ack------ edge <--items, answers---- home

A socket is registered with a home when the home has said so; with a new home all are
registered again, and after a gap in the line as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

from server.cluster import links
from server.live.doors import Resume, Wire
from server.storage.errors import StorageError
from tests.simulation.cluster.database import Database
from tests.simulation.cluster.flaws import Flaws
from tests.simulation.cluster.home import Answer, Home
from tests.simulation.cluster.inbox import Inbox
from tests.simulation.cluster.locks import Mode
from tests.simulation.cluster.rows import RETRY, Request
from tests.simulation.cluster.server import Session
from tests.simulation.cluster.words import Body, Closed, Command, Message, Opened, Performed

ANSWER_S: Final = 10.0
POLL_S: Final = 0.5


@dataclass(eq=False, slots=True)
class Socket:
    """One page's connection.

    Attributes:
        to_page: hands over an event or an acknowledgement.
        resume: what was delivered last.
        home: with which it is registered.
        asking: its registration is under way.
    """

    sid: str
    recipient: str
    to_page: Callable[[object], None]
    resume: Resume
    home: str = ""
    asking: bool = False
    gone: bool = False


@dataclass(eq=False, slots=True)
class Waiting:
    """A request that waits to be written, or for its answer."""

    request: Request
    answer: asyncio.Future[Answer] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Edge:
    """All sockets of one node."""

    def __init__(
        self,
        node: str,
        database: Database,
        flaws: Flaws,
        spawn: Callable[[Coroutine[object, object, object]], object],
    ) -> None:
        self._node = node
        self._database = database
        self._flaws = flaws
        self._spawn = spawn
        self._numbers = count(1)
        self._inbox = Inbox(self._hand_out, self._missing)
        self._unsent: list[Waiting] = []
        self._waiting: dict[str, Waiting] = {}
        self._to_send = asyncio.Event()
        self._to_read = asyncio.Event()
        self._to_register = asyncio.Event()
        self.sockets: dict[str, Socket] = {}
        self.home: Home | None = None
        self.epoch = 0

    def open(self) -> None:
        self._spawn(self._send_requests())
        self._spawn(self._read_answers())
        self._spawn(self._keep_registered())

    # ------------------------------------------------------------------ pages

    def hello(self, socket: Socket) -> None:
        self.sockets[socket.sid] = socket
        self._to_register.set()

    def gone(self, sid: str) -> None:
        """A page's connection is closed."""
        socket = self.sockets.pop(sid, None)
        if socket is not None:
            socket.gone = True
            self._spawn(self._say_closed(sid))

    async def _say_closed(self, sid: str) -> None:
        answer = (RETRY, "")
        while answer[0] == RETRY:
            answer = await self._ask(f"{sid}:closed", sid, Closed(sid))
            await asyncio.sleep(POLL_S)

    async def perform(self, sid: str, recipient: str, command: Command) -> None:
        """Do a command of a page, and acknowledge it."""
        body = Performed(recipient, command)
        answer = await self._ask(f"{recipient}:{command.id}", sid, body)
        socket = self.sockets.get(sid)
        if socket is not None:
            socket.to_page((command.id, answer))

    # ------------------------------------------------------------------ the home

    def homes_changed(self, epoch: int) -> None:
        """Another home may have begun."""
        if epoch > self.epoch:
            self.epoch = epoch
            if self._flaws.no_registration:
                return
            self.forget_registrations()

    def forget_registrations(self) -> None:
        """Say again of every socket that it is there."""
        for socket in self.sockets.values():
            socket.home = ""
        self._to_register.set()

    async def _keep_registered(self) -> None:
        while True:
            for socket in list(self.sockets.values()):
                if socket.home == "" and not socket.asking:
                    socket.asking = True
                    self._spawn(self._register(socket))
            await self._to_register.wait()
            self._to_register.clear()

    async def _register(self, socket: Socket) -> None:
        epoch = self.epoch
        socket.home = "asked"
        body = Opened(socket.sid, self._node, socket.recipient, socket.resume)
        name = f"{socket.sid}:opened:{next(self._numbers)}"
        answer = await self._ask(name, socket.sid, body)
        socket.asking = False
        if answer[0] == RETRY or epoch != self.epoch:
            socket.home = ""

    async def _ask(self, name: str, origin: str, body: Body) -> Answer:
        """Have the home do something: by a call where it is here, else by a row."""
        try:
            async with asyncio.timeout(ANSWER_S):
                if self.home is not None:
                    return await self.home.do(body)
                server = self._database.server
                row = Request(name, 0, self._node, origin, body, server.now_us())
                waiting = self._waiting[name] = Waiting(row)
                self._unsent.append(waiting)
                self._to_send.set()
                return await waiting.answer
        except TimeoutError:
            return (RETRY, "")

    # ------------------------------------------------------------------ requests

    async def _send_requests(self) -> None:
        while True:
            if not self._unsent:
                await self._to_send.wait()
            self._to_send.clear()
            sending, self._unsent = self._unsent, []
            try:
                await self._insert(sending)
            except StorageError:
                self._unsent = [one for one in sending if not one.answer.done()] + self._unsent
                await asyncio.sleep(POLL_S)

    async def _insert(self, sending: list[Waiting]) -> None:
        """Write what is to be asked; a row that is there already is asked again."""
        server = self._database.server

        def insert(session: Session) -> None:
            table, changes = server.tables.requests, session.changes
            for one in sending:
                request = one.request
                known = changes.get(table, request.id)
                if known is None or known.answer == (RETRY, ""):
                    changes.put(table, request.id, replace(request, seq=server.next_seq()))
                elif not self._flaws.own_node_only:
                    again = replace(known, node=request.node, sent_us=request.sent_us)
                    changes.put(table, request.id, again)

        async with self._database.write() as tx:
            await tx.ask(insert, [(server.request_lock, Mode.WRITE)])
            tx.notify("requests", "")
            tx.notify("answers", self._node)

    async def _read_answers(self) -> None:
        rows = self._database.server.tables.requests.rows
        while True:
            await self._to_read.wait()
            self._to_read.clear()
            if not self._database.server.reachable(self._database.process):
                continue
            for name, waiting in list(self._waiting.items()):
                row = rows.get(name)
                if waiting.answer.done():
                    del self._waiting[name]
                elif row is None or row.answer is None or row.node != self._node:
                    continue
                elif waiting not in self._unsent:
                    waiting.answer.set_result(row.answer)
                    del self._waiting[name]

    def answered(self) -> None:
        self._to_read.set()

    def look(self) -> None:
        """Now and then, whatever nobody told: answers, and who is not registered."""
        if self._waiting:
            self._to_read.set()
        if any(one.home == "" for one in self.sockets.values()):
            self._to_register.set()

    # ------------------------------------------------------------------ the line

    def receive(self, message: Message) -> None:
        """Take a message of a home, from the bus or from a row."""
        if message.epoch < self.epoch:
            return
        self.homes_changed(message.epoch)
        self._inbox.receive(message)

    def _missing(self) -> None:
        if not self._flaws.gaps_ignored:
            self.forget_registrations()

    def _hand_out(self, message: links.Message) -> None:
        if message.epoch == self.epoch:
            for item in message.items:
                self.deliver(item[0], item[1])

    def deliver(self, sid: str, wire: Wire) -> None:
        """Pass an event on, if it is the one that follows, or the whole state."""
        socket = self.sockets.get(sid)
        if socket is None:
            return
        stream, seq = wire["stream"], wire["seq"]
        assert isinstance(stream, str)
        assert isinstance(seq, int)
        known, last = socket.resume
        if wire["what"] == "sync":
            follows = stream != known or seq >= (last or 0)
        else:
            follows = stream == known and seq == (last or 0) + 1
        if follows or self._flaws.gaps_ignored:
            socket.resume = (stream, seq)
            socket.to_page(wire)

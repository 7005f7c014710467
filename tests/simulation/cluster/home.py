"""The home of the network in one node, from the lease until it is lost.

requests (rows) --taken under the lease--> worked on, in order per socket --> answers (rows)
the desk's commits --> streams --> messages, numbered per node --> bus, or rows
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.cluster.visitors import Visitors
from server.errors import GoodfaithError, Unavailable
from server.live.doors import Wire
from server.live.presence import PresenceReporter
from server.storage.errors import LeaseLost, StorageError
from server.storage.leases import Lease
from server.waiting.desk import Ports
from server.waiting.work import CommandKey
from signaling.errors import SignalingError
from signaling.events import PatientLost, PractitionerLost
from signaling.identifiers import EncounterId, PractitionerId
from signaling.limits import Limits
from tests.simulation.cluster import database
from tests.simulation.cluster.database import Database
from tests.simulation.cluster.desk import NodeClock, SimulatedDesk, Watching
from tests.simulation.cluster.flaws import Flaws
from tests.simulation.cluster.ledger import SimulatedLedger
from tests.simulation.cluster.locks import Mode
from tests.simulation.cluster.loop import Spawned
from tests.simulation.cluster.plans import plan_of
from tests.simulation.cluster.rows import RETRY, Request
from tests.simulation.cluster.server import Session
from tests.simulation.cluster.telling import Telling, Visitor, seen
from tests.simulation.cluster.words import OK, Body, Closed, Message, Opened, Performed

HESITATION_S: Final = 2.0
POLL_S: Final = 0.5
YOUNG_US: Final = 10_000_000
Answer = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """What a home gets from its node.

    Attributes:
        send: puts a message for a node on the bus; false when it did not get there.
        local: hands items to this node's own sockets.
        failed: told of what may not happen.
    """

    node: str
    clock: NodeClock
    database: Database
    flaws: Flaws
    new_id: Callable[[], str]
    spawn: Callable[[Coroutine[object, object, object]], Spawned]
    send: Callable[[str, Message], None]
    local: Callable[[str, Wire], None]
    failed: Callable[[BaseException], None]
    look: Callable[[SimulatedDesk, Lease], None]


class Home:
    """Runs one network while the lease is ours."""

    def __init__(self, place: Place, lease: Lease) -> None:
        self._place = place
        self._tasks: list[asyncio.Task[None]] = []
        self.lease = lease
        self.name = f"{lease.epoch}@{place.node}"
        self.telling = Telling(self.name, place.database, self._deliver, self._spawn)
        server = place.database.server
        ledger = SimulatedLedger(server, lease, place.new_id, Limits(), place.flaws)
        self.desk = SimulatedDesk(
            Ports(
                clock=place.clock,
                database=place.database,  # type: ignore[arg-type]  # stands in for it
                ledger=ledger,  # type: ignore[arg-type]  # the same
                tell=self.telling.tell,
                connected=self.telling.connected,
                resync=self.telling.resync,
                new_id=place.new_id,
                watcher=Watching(place.failed),
            ),
            place.failed,
            told_early=place.flaws.told_early,
        )
        self.desk.look_after_commits(lambda: place.look(self.desk, lease))
        self.telling.desk = self.desk
        self._presence = PresenceReporter(self._seen, self._lost, hesitation_s=HESITATION_S)
        self._outbox: dict[str, list[tuple[str, Wire]]] = {}
        self._seqs: dict[str, int] = {}
        self.others = Visitors(_Door(self))  # type: ignore[arg-type]  # stands in for it
        self._working: dict[str, None] = {}
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._answers: dict[str, Answer] = {}
        self._asked = asyncio.Event()
        self._answered = asyncio.Event()

    def open(self) -> None:
        self._spawn(self.desk.run())
        self._spawn(self._take_requests())
        self._spawn(self._write_answers())
        self._spawn(self._beat())

    def close(self) -> None:
        """Stop: the lease is somebody else's."""
        for task in self._tasks:
            task.cancel()

    def _spawn(self, work: Coroutine[object, object, object]) -> None:
        self._tasks.append(self._place.spawn(work).task)

    def asked(self) -> None:
        """There may be requests."""
        self._asked.set()

    # ------------------------------------------------------------------ what is asked

    async def do(self, body: Body, node: str = "") -> Answer:
        """Do what a node asks, by a row if it is named: always an answer, no exception."""
        try:
            match body:
                case Opened() if node:
                    await self.others.opened(node, [body])  # type: ignore[list-item]  # alike
                case Opened():
                    await self.opened(body)
                case Closed() if node:
                    await self.others.closed(node, body)  # type: ignore[arg-type]  # alike
                case Closed():
                    self.closed(body.sid)
                case Performed():
                    key = CommandKey(body.recipient, body.command.id)
                    await self.desk.do(plan_of(body), command=key)
                    self._told_of(body)
        except (Unavailable, StorageError):
            return (RETRY, "")
        except (SignalingError, GoodfaithError) as refusal:
            return ("refused", refusal.code)
        return OK

    def _told_of(self, done: Performed) -> None:
        """Have the patient's page told what a command made of the visit."""
        kind, _, name = done.recipient.partition(":")
        encounter_id = name if kind == "patient" else done.command.encounter_id
        if encounter_id:
            self.telling.changed(encounter_id)

    async def opened(self, opened: Opened) -> None:
        """A socket is there."""
        known = self.telling.visitors.get(opened.sid)
        visitor = Visitor(opened)
        if known is not None:
            visitor.held = known.held if known.held is not None else []
        self.telling.visitors[opened.sid] = visitor
        await self._presence.arrived(opened.recipient, "n")
        await self.telling.catch_up(visitor)

    def closed(self, sid: str) -> None:
        """A socket is gone."""
        visitor = self.telling.visitors.pop(sid, None)
        if visitor is not None and not self.telling.of(visitor.opened.recipient):
            self._presence.departed(visitor.opened.recipient, "n")

    async def _seen(self, recipient: str, _network: str) -> None:
        self._spawn(self._report(recipient, here=True))

    async def _lost(self, recipient: str, _network: str) -> None:
        self._spawn(self._report(recipient, here=False))

    async def _report(self, recipient: str, *, here: bool) -> None:
        kind, _, name = recipient.partition(":")
        patient = kind == "patient"
        gone = (
            PatientLost(EncounterId(name))
            if patient
            else PractitionerLost(PractitionerId(name))
        )
        try:
            await self.desk.submit(seen(recipient) if here else gone)
        except Unavailable:
            return  # the rebuild asks who is connected

    # ------------------------------------------------------------------ requests

    async def _take_requests(self) -> None:
        while True:
            try:
                taken = await self._take()
            except LeaseLost:
                return
            except StorageError:
                taken = []
            for request in taken:
                self._working[request.id] = None
                before = self._lanes.get(request.origin)
                task = self._place.spawn(self._work(request, before)).task
                self._tasks.append(task)
                self._lanes[request.origin] = task
            await self._asked.wait()
            self._asked.clear()

    async def _take(self) -> Sequence[Request]:
        """Take what nobody works on: rows of older epochs, and of ours that we do not know."""
        server, mine = self._place.database.server, self.lease.epoch
        if not any(self._is_open(one) for one in server.tables.requests.rows.values()):
            return ()

        def take(session: Session) -> Sequence[Request]:
            table, changes = server.tables.requests, session.changes
            found = [one for one in changes.scan(table) if self._is_open(one)]
            for one in found:
                changes.put(table, one.id, replace(one, epoch=mine))
            return sorted(found, key=lambda one: one.seq)

        async with self._place.database.write() as tx:
            tx.session.claims = mine
            if not self._place.flaws.any_epoch_takes:
                await database.fence(tx, self.lease, Mode.KEY_SHARE)
            return await tx.ask(take, [(server.request_lock, Mode.WRITE)])

    def _is_open(self, request: Request) -> bool:
        mine = self.lease.epoch
        older = request.epoch < mine
        if self._place.flaws.any_epoch_takes:
            older = request.epoch != mine
        if not self._place.flaws.unread_forgotten:
            older = older or request.epoch == mine
        young = self._place.database.server.now_us() - request.sent_us < YOUNG_US
        return request.answer is None and older and young and request.id not in self._working

    async def _work(self, request: Request, before: asyncio.Task[None] | None) -> None:
        if before is not None and not before.done():
            await asyncio.wait({before})
        body = request.body
        assert isinstance(body, Opened | Closed | Performed)
        self._answers[request.id] = await self.do(body, request.node)
        self._answered.set()

    async def _write_answers(self) -> None:
        while True:
            if not self._answers:
                await self._answered.wait()
            self._answered.clear()
            answers = dict(self._answers)
            try:
                await self._write(answers)
            except LeaseLost:
                return
            except StorageError:
                await asyncio.sleep(POLL_S)
                continue
            for name in answers:
                self._working.pop(name, None)
                self._answers.pop(name, None)

    async def _write(self, answers: dict[str, Answer]) -> None:
        server = self._place.database.server

        def write(session: Session) -> None:
            table, changes = server.tables.requests, session.changes
            for name, answer in answers.items():
                row = changes.get(table, name)
                if row is not None:
                    changes.put(table, name, replace(row, answer=answer))
                    session.told.append(("answers", row.node))

        async with self._place.database.write() as tx:
            await database.fence(tx, self.lease, Mode.KEY_SHARE)
            await tx.ask(write, [(server.request_lock, Mode.WRITE)])

    # ------------------------------------------------------------------ the line

    def _deliver(self, node: str, sid: str, wire: Wire) -> None:
        if node == self._place.node:
            self._place.local(sid, wire)
            return
        if not self._outbox:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outbox.setdefault(node, []).append((sid, wire))

    def _flush(self) -> None:
        outbox, self._outbox = self._outbox, {}
        for node, items in outbox.items():
            self._seqs[node] = self._seqs.get(node, 0) + 1
            self._place.send(node, self._message(node, items))

    def _message(self, node: str, items: Sequence[tuple[str, Wire]] = ()) -> Message:
        return Message(self.name, self.lease.epoch, self._seqs.get(node, 0), tuple(items))

    async def _beat(self) -> None:
        """Every second: how far the line is."""
        while True:
            await asyncio.sleep(1.0)
            for node in self.telling.nodes():
                if node != self._place.node:
                    self._place.send(node, self._message(node))


@dataclass(frozen=True, slots=True)
class _Door:
    """A home's door, for the registry of other nodes' sockets."""

    home: Home

    async def opened(self, visitors: Sequence[Opened]) -> None:
        for one in visitors:
            await self.home.opened(one)

    def closed(self, visitor: Opened | Closed) -> None:
        self.home.closed(visitor.sid)

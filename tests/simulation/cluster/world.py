"""One run of the cluster from one seed: nodes, a database, a bus, people, and what goes wrong.

0 s .. FAULTY_S       people come, everything fails now and then
.. + QUIET_S          nothing fails any more
.. + SETTLING_S       every page must show the rows at some moment, nobody is kept waiting
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final

from structlog.testing import capture_logs

from server.logging import place
from server.storage.errors import StorageError
from server.storage.leases import Lease
from signaling.identifiers import EligibilityClass, PractitionerId
from tests.simulation.cluster.bus import Bus
from tests.simulation.cluster.database import LEASE, Database
from tests.simulation.cluster.desk import SimulatedDesk
from tests.simulation.cluster.faults import Faults
from tests.simulation.cluster.flaws import NONE, Flaws
from tests.simulation.cluster.locks import Mode
from tests.simulation.cluster.loop import Process, VirtualLoop
from tests.simulation.cluster.node import Around, Node
from tests.simulation.cluster.pages import Page
from tests.simulation.cluster.people import Patient, Practitioner
from tests.simulation.cluster.rows import Visit
from tests.simulation.cluster.server import IDLE_S, Server, Session
from tests.simulation.cluster.watch import Watch
from tests.simulation.cluster.words import Command

FAULTY_S: Final = 40.0
QUIET_S: Final = 60.0
SETTLING_S: Final = 20.0
CLASSES: Final = tuple(EligibilityClass(one) for one in ("az", "ca", "ny"))


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a run.

    Attributes:
        violation: what did not hold; None when everything did.
        at_s: when the run ended.
        digest: of the whole trace.
        trace: its lines, if they were asked for.
        commits: how many there were.
        takeovers: how often the lease was taken.
    """

    seed: int
    violation: str | None
    at_s: float
    digest: str
    trace: tuple[str, ...]
    commits: int
    takeovers: int
    signed: int


class World:
    """Everything there is in one run."""

    def __init__(self, seed: int, flaws: Flaws, *, keep: bool) -> None:
        self.random = Random(seed)
        self.loop = VirtualLoop(self.failed)
        self.server = Server(self.loop, self.random, self._commits, self._notice)
        self.bus = Bus(self.loop, self.random)
        self.watch = Watch(self.server.tables)
        self.nodes: list[Node] = []
        self.pages: list[Page] = []
        self.violation: BaseException | None = None
        self.notices_lost = False
        self.commits = 0
        self.seed = seed
        self.lines: list[str] = []
        self._keep = keep
        self._hash = hashlib.sha256()
        self._ids = count(1)
        self._skew_us = self.random.choice((0, 50_000, 300_000))
        self._waiting_for: dict[Page, str] = {}
        self._around = Around(
            self.loop, self.server, self.bus, flaws, self.new_id, self.failed, self._look
        )
        for name in CLASSES:
            self.server.tables.licences.rows[name] = frozenset()
        self.faults = Faults(self, self.random, FAULTY_S - 2.0)
        self.server.on_step = self.faults.step

    def new_id(self) -> str:
        return f"{next(self._ids):05}"

    # ------------------------------------------------------------------ the run

    def play(self) -> Played:
        for at in range(self.random.randint(2, 4)):
            self.nodes.append(self._node(at))
        staff = [PractitionerId(f"p{at}") for at in range(self.random.randint(2, 4))]
        for name in CLASSES:
            members = frozenset(one for one in staff if self.random.random() < 0.75)
            self.server.tables.licences.rows[name] = members | {staff[0]}
        for who in staff:
            self.loop.later(self.random.uniform(0.0, 3.0), self._comes, Practitioner(who, self))
        for at in range(self.random.randint(4, 10)):
            self.loop.later(self.random.uniform(0.5, FAULTY_S - 5), self._patient, f"e{at}")
        self.faults.plan()
        self.loop.run_until(FAULTY_S, self._is_over)
        self.faults.end()
        self.note("no more faults")
        self.loop.run_until(FAULTY_S + QUIET_S, self._is_over)
        self._waiting_for = dict.fromkeys(self.pages, "")
        until = FAULTY_S + QUIET_S
        while self.violation is None and until < FAULTY_S + QUIET_S + SETTLING_S:
            until += 0.25
            self.loop.run_until(until, self._is_over)
            if self._settled():
                break
        else:
            self._say_unsettled()
        return self._played()

    def _played(self) -> Played:
        tables = self.server.tables
        error = self.violation
        said = None if error is None else f"{type(error).__name__}: {error} ({place(error)})"
        if said is not None:
            self.note(f"violation {said}")
        lease = tables.lease.rows.get(LEASE)
        return Played(
            seed=self.seed,
            violation=said,
            at_s=self.loop.time(),
            digest=self._hash.hexdigest(),
            trace=tuple(self.lines),
            commits=self.commits,
            takeovers=lease.epoch if lease is not None else 0,
            signed=sum(one.state.value == "signed" for one in tables.visits.rows.values()),
        )

    def failed(self, error: BaseException) -> None:
        """Something happened that may not."""
        if self.violation is None:
            self.violation = error

    def _is_over(self) -> bool:
        return self.violation is not None

    def note(self, line: str) -> None:
        """Write a line of the trace."""
        line = f"{self.loop.time():9.4f} {line}"
        self._hash.update(line.encode())
        if self._keep:
            self.lines.append(line)

    # ------------------------------------------------------------------ nodes

    def _node(self, at: int) -> Node:
        off_us = self.random.randint(-self._skew_us, self._skew_us)
        node = Node(f"n{at}.{self.new_id()}", self._around, off_us)
        self.note(f"start {node.name}")
        node.open()
        return node

    def start(self, at: int) -> None:
        if not self.nodes[at].process.alive:
            self.nodes[at] = self._node(at)

    def kill(self, at: int) -> None:
        process = self.nodes[at].process
        if not process.alive:
            return
        self.note(f"kill {process.name}")
        process.alive = False
        self.server.crash_of(process)
        self._cut_pages(process, 1.0)

    def pause(self, at: int) -> None:
        process = self.nodes[at].process
        if process.frozen or not process.alive:
            return
        self.note(f"stop {process.name}")
        self.loop.freeze(process)
        self.loop.later(IDLE_S, self.server.stands_still, process)
        self.loop.later(self.random.uniform(2.0, 8.0), self._pings_fail, process)

    def resume(self, process: Process) -> None:
        if process.frozen:
            self.note(f"continue {process.name}")
            self.loop.resume(process)

    def _pings_fail(self, process: Process) -> None:
        if process.frozen:
            self._cut_pages(process, 2.0)

    def _cut_pages(self, process: Process, within_s: float) -> None:
        for page in self.pages:
            if page.node is not None and page.node.process is process:
                self.loop.later(self.random.uniform(0.0, within_s), self._cut, page, page.sid)

    def _cut(self, page: Page, sid: str) -> None:
        if page.sid == sid:
            page.drop()

    def a_node(self) -> Node | None:
        """Choose a node that takes connections."""
        there = [one for one in self.nodes if one.process.alive and not one.process.frozen]
        taking = [one for one in there if one.is_open]
        return self.random.choice(taking) if taking else None

    # ------------------------------------------------------------------ people

    def _patient(self, name: str) -> None:
        eligibility = self.random.choice(CLASSES)
        self.server.tables.visits.rows[name] = Visit(name, eligibility)
        self._comes(Patient(name, self))

    def _comes(self, page: Page) -> None:
        self.pages.append(page)
        if isinstance(page, Patient):
            page.begin()
        else:
            page.connect()

    def change_licence(self) -> None:
        """Operations give or take a licence."""
        name = self.random.choice(CLASSES)
        who = self.random.choice(
            sorted(self.server.tables.licences.rows[name]) or [PractitionerId("p0")]
        )
        given = self.random.random() < 0.5
        process = Process(f"operations {self.new_id()}")
        self.loop.spawn(process, self._change(process, name, who, given=given))

    async def _change(
        self, process: Process, name: EligibilityClass, who: PractitionerId, *, given: bool
    ) -> None:
        table = self.server.tables.licences

        def write(session: Session) -> None:
            members = table.rows[name]
            members = members | {who, PractitionerId("p0")} if given else members - {who}
            session.changes.put(table, name, members)

        with suppress(StorageError):
            async with Database(self.server, process).write() as tx:
                await tx.ask(write, [(self.server.licence_lock, Mode.WHOLE)])

    # ------------------------------------------------------------------ what is seen

    def _commits(self, session: Session) -> None:
        self.commits += 1
        changed = " ".join(f"{table}/{key}" for table, key in session.changes.made)
        if changed:
            self.note(f"commit {session.process.name} {changed}")
        try:
            self.watch.commit(session)
        except AssertionError as error:
            self.failed(error)

    def _notice(self, channel: str, payload: str) -> None:
        if self.notices_lost:
            return
        for node in self.nodes:
            if node.process not in self.server.cut:
                at = self.loop.time() + self.random.uniform(0.0005, 0.003)
                self.loop.deliver(node.process, at, node.noticed, channel, payload)

    def _look(self, desk: SimulatedDesk, lease: Lease) -> None:
        self.watch.desk(desk, lease)

    def acknowledged(self, page: Page, command: Command, answer: tuple[str, str]) -> None:
        self.note(f"ack {page.recipient} {command.kind} {command.id} {answer}")
        try:
            if answer[0] == "ok":
                self.watch.acknowledged(page, command.id)
            elif command.kind in {"ready", "say"}:
                raise AssertionError(f"{command.kind} was refused: {answer[1]}")
        except AssertionError as error:
            self.failed(error)

    def rang(self, page: Page, offer_id: str) -> None:
        self.note(f"rings {page.recipient} {offer_id}")
        try:
            self.watch.rang(page, offer_id)
        except AssertionError as error:
            self.failed(error)

    def _settled(self) -> bool:
        """Tell whether every page has shown the rows since the end."""
        self._waiting_for = {
            page: said for page in self._waiting_for if (said := self.watch.differs(page))
        }
        homes = [one for one in self.nodes if one.home is not None]
        board = homes[0].home.desk.switchboard if len(homes) == 1 and homes[0].home else None
        if self._waiting_for or board is None:
            return False
        try:
            self.watch.nobody_is_kept_waiting(board)
        except AssertionError as error:
            self.failed(error)
        return True

    def _say_unsettled(self) -> None:
        if self.violation is None:
            pages = [f"{page.recipient} {said}" for page, said in self._waiting_for.items()]
            self.failed(AssertionError("; ".join(pages) or "there is not one home"))


def play(seed: int, flaws: Flaws = NONE, *, keep: bool = False) -> Played:
    """Play one seed."""
    with capture_logs():  # what the desk logs is of no interest, and formatting it is slow
        world = World(seed, flaws, keep=keep)
        try:
            return world.play()
        finally:
            world.loop.end()

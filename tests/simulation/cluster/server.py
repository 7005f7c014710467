"""The database server: sessions, statements that take time, commits that may go wrong.

    client --statement--> arrives (locks) --> done --reply--> client
    client --COMMIT-----> arrives --> checked, applied, notified --reply--> client

Every arrow takes a while and may be lost. A session ends with its process or with the server,
and after `IDLE_S` in which its process stands still in a transaction. What a commit brings is
checked by `on_commit` before anybody can see it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final, Generic, TypeVar

from server.storage.errors import CommitFailed, CommitOutcomeUnknown
from tests.simulation.cluster.locks import Mode, RowLock
from tests.simulation.cluster.loop import Process, VirtualLoop
from tests.simulation.cluster.rows import Changes, Tables

IDLE_S: Final = 3.0
LOCK_WAIT_S: Final = 5.0
EPOCH_US: Final = 1_790_000_000_000_000
R = TypeVar("R")
Held = Sequence[tuple[RowLock, Mode]]


@dataclass(eq=False, slots=True)
class Session:
    """One connection in one transaction.

    Attributes:
        claims: the epoch under which it says it writes; None when it needs no lease.
        asked: statements that were sent and not answered.
        committing: COMMIT was sent.
        ended: it can do nothing any more.
    """

    process: Process
    claims: int | None = None
    changes: Changes = field(default_factory=Changes)
    told: list[tuple[str, str]] = field(default_factory=list)
    locks: list[RowLock] = field(default_factory=list)
    asked: int = 0
    committing: bool = False
    ended: bool = False


class Server:
    """One database, on its own clock.

    Attributes:
        down: it does not run.
        cut: processes that do not reach it.
        trouble: the share of commits that fail, or whose outcome is not told.
        slow_s: how long a message takes at most.
    """

    def __init__(
        self,
        loop: VirtualLoop,
        random: Random,
        on_commit: Callable[[Session], None],
        on_notice: Callable[[str, str], None],
    ) -> None:
        self._loop = loop
        self._random = random
        self._on_commit = on_commit
        self._on_notice = on_notice
        self._sessions: dict[Session, None] = {}
        self._places = count(1)
        self._seqs = count(1)
        self.tables = Tables()
        self.lease_lock = RowLock()
        self.licence_lock = RowLock()
        self.request_lock = RowLock()
        self.on_step: Callable[[Process], None] = lambda _process: None
        self.down = False
        self.cut: dict[Process, None] = {}
        self.trouble = 0.0
        self.slow_s = 0.004

    def now_us(self) -> int:
        """Return the database's clock."""
        return EPOCH_US + round(self._loop.time() * 1_000_000)

    def next_place(self) -> int:
        return next(self._places)

    def next_seq(self) -> int:
        return next(self._seqs)

    def reachable(self, process: Process) -> bool:
        return not self.down and process not in self.cut

    # ------------------------------------------------------------------ sessions

    def begin(self, process: Process) -> Session:
        session = Session(process)
        self._sessions[session] = None
        return session

    def end(self, session: Session) -> None:
        """Roll back, if it did not commit."""
        if session.ended:
            return
        session.ended = True
        self._sessions.pop(session, None)
        for lock in session.locks:
            lock.drop(session)

    def crash_of(self, process: Process) -> None:
        """The process is dead: its connections are closed, what it sent may still arrive."""
        for session in [one for one in self._sessions if one.process is process]:
            if not session.committing or self._random.random() < 0.5:
                self.end(session)

    def stands_still(self, process: Process) -> None:
        """Look at a frozen process now and then: its open transactions are given up."""
        if not process.frozen or not process.alive:
            return
        for session in [one for one in self._sessions if one.process is process]:
            if session.asked == 0:
                self.end(session)
        self._loop.later(IDLE_S, self.stands_still, process)

    def go_down(self) -> None:
        """Every session is lost."""
        self.down = True
        for session in list(self._sessions):
            self.end(session)

    # ------------------------------------------------------------------ statements

    def ask(
        self, session: Session, operation: Callable[[Session], R], locks: Held = ()
    ) -> asyncio.Future[R]:
        """Send a statement; the answer, or why there is none, comes later."""
        session.asked += 1
        self.on_step(session.process)
        statement = Statement(self, session, operation, locks, self._loop.create_future())
        self._loop.later(self._takes(), statement.arrive)
        return statement.answer

    def wait_for_lock(self, give_up: Callable[[], None]) -> None:
        self._loop.later(LOCK_WAIT_S, give_up)

    def commit(self, session: Session) -> asyncio.Future[None]:
        """Send COMMIT."""
        answer: asyncio.Future[None] = self._loop.create_future()
        session.asked += 1
        session.committing = True
        self.on_step(session.process)
        fate = self._random.random()

        def arrive() -> None:
            lost = session.ended or not self.reachable(session.process)
            if lost or fate < self.trouble / 3:
                self.end(session)
                refused = not lost or self._random.random() < 0.5
                error = CommitFailed if refused else CommitOutcomeUnknown
                self.reply(session, answer, error("not committed"))
                return
            if fate < self.trouble * 2 / 3:
                self.end(session)
                self.reply(session, answer, CommitOutcomeUnknown("lost before"))
                return
            self._apply(session)
            gone = fate < self.trouble
            self.reply(session, answer, CommitOutcomeUnknown("lost after") if gone else None)

        self._loop.later(self._takes(), arrive)
        return answer

    def _apply(self, session: Session) -> None:
        self._on_commit(session)
        for (name, key), row in session.changes.made.items():
            rows = self.tables.by_name(name).rows
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row
        self.end(session)
        for channel, payload in session.told:
            self._on_notice(channel, payload)

    def reply(
        self,
        session: Session,
        answer: asyncio.Future[R],
        error: Exception | None,
        result: R | None = None,
    ) -> None:
        def arrive() -> None:
            session.asked -= 1
            self.on_step(session.process)
            if answer.cancelled():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(result)  # type: ignore[arg-type]  # None only where R is

        self._loop.later(self._takes(), arrive)

    def _takes(self) -> float:
        return self._random.uniform(0.0005, self.slow_s)


@dataclass(eq=False, slots=True)
class Statement(Generic[R]):
    """A statement at the server: it takes its locks, and is performed.

    Attributes:
        wanted: what it still has to lock.
        answer: at the client.
    """

    server: Server
    session: Session
    operation: Callable[[Session], R]
    wanted: Held
    answer: asyncio.Future[R]

    def arrive(self) -> None:
        if not self.server.reachable(self.session.process):
            self.server.end(self.session)
        self._go_on()
        if self.wanted and not self.session.ended:
            self.server.wait_for_lock(self._give_up)

    def _go_on(self) -> None:
        if self.session.ended or not self.wanted:
            self._perform()
            return
        lock, mode = self.wanted[0]
        self.session.locks.append(lock)
        lock.take(self.session, mode, self._locked)

    def _locked(self) -> None:
        self.wanted = self.wanted[1:]
        self._go_on()

    def _give_up(self) -> None:
        if self.wanted:
            self.server.end(self.session)
            self._perform()

    def _perform(self) -> None:
        self.wanted = ()
        if self.session.ended:
            failed = CommitFailed("the connection is closed")
            self.server.reply(self.session, self.answer, failed)
            return
        try:
            result = self.operation(self.session)
        except Exception as error:  # noqa: BLE001 - the client's to deal with
            self.server.reply(self.session, self.answer, error)
        else:
            self.server.reply(self.session, self.answer, None, result)

"""The desk of one network: its single writer (architecture, decisions 2 and 4).

Everything that changes the waiting room comes here as `Work`, is applied to the switchboard,
committed, and only then told. What arrives during a commit forms the next batch.

    inbox -> batch -> [fence, time passed, work ...] -> COMMIT -> tell, answer
                               |  commit failed         |  outcome unknown
                               v                        v
                     answer `retry`, rebuild     look the batch up, then rebuild

No decision about who meets whom is made here: that is `signaling.switchboard`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from server.clock import Clock
from server.errors import GoodfaithError, Retry
from server.logging import get_logger
from server.storage import commands
from server.storage.database import Database, Tx
from server.storage.errors import CommitOutcomeUnknown
from server.waiting.ledger import Ledger, StaleEligibility
from server.waiting.watching import Committed, Nobody, Watcher
from server.waiting.work import CommandKey, Planner, Result, Work, just
from signaling.effects import (
    Effect,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordPriority,
    RecordVisit,
    RecordWaiting,
    Send,
)
from signaling.errors import SignalingError
from signaling.events import Event, TimePassed
from signaling.identifiers import Instant
from signaling.switchboard import Switchboard

BATCH_MAX: Final = 64
INBOX_MAX: Final = 10_000
REBUILDS_MAX: Final = 3
LOOK_AGAIN_S: Final = 5.0
RETRY_AFTER_S: Final = 0.5
RECORDS: Final = (
    RecordWaiting,
    RecordPriority,
    RecordVisit,
    RecordOffer,
    RecordDuty,
    RecordPresence,
)

log = get_logger("desk")
Refusal = (SignalingError, GoodfaithError)


@dataclass(frozen=True, slots=True)
class Ports:
    """What the desk needs from outside.

    Attributes:
        tell: performs the sends of a committed batch, in order.
        connected: events that say who is connected right now; asked after a rebuild.
        resync: has every page told its whole state; asked after every rebuild but the first,
            because what a settled commit should have told is lost.
        new_id: makes ids for batches and offers.
        watcher: sees what was committed, before anybody is told.
    """

    clock: Clock
    database: Database
    ledger: Ledger
    tell: Callable[[Sequence[Send]], None]
    connected: Callable[[], Sequence[Event]]
    resync: Callable[[], None]
    new_id: Callable[[], str]
    watcher: Watcher = field(default_factory=Nobody)


class Desk:
    """Runs one network's switchboard."""

    def __init__(self, ports: Ports) -> None:
        """Prepare; `run` starts it."""
        self._ports = ports
        self._inbox: asyncio.Queue[Work] = asyncio.Queue(maxsize=INBOX_MAX)
        self._switchboard: Switchboard | None = None
        self._built = False
        self._ready = asyncio.Event()

    @property
    def switchboard(self) -> Switchboard | None:
        """The committed state, to look at; None until it was first built."""
        return self._switchboard if self._ready.is_set() else None

    async def ready(self) -> None:
        """Wait until the waiting room was rebuilt from the database."""
        await self._ready.wait()

    async def do(self, plan: Planner, *, command: CommandKey | None = None) -> Result:
        """Apply and commit one piece of work.

        Raises:
            SignalingError: the switchboard refused; nothing changed.
            GoodfaithError: the plan refused; nothing changed.
            Retry: nothing was committed, or the desk is not ready.
        """
        work = Work(plan=plan, command=command)
        try:
            self._inbox.put_nowait(work)
        except asyncio.QueueFull:
            raise Retry from None
        return await work.done

    async def submit(self, *events: Event) -> None:
        """Apply and commit events, each on its own; the first refusal is raised."""
        for event in events:
            await self.do(just(event))

    async def run(self) -> None:
        """Serve until cancelled; survive every failure of the database."""
        pending: list[Work] = []
        try:
            while True:
                try:
                    if self._switchboard is None:
                        await self._rebuild()
                    pending = pending or await self._next_batch()
                    pending = await self._serve(pending)
                except Exception:
                    log.exception("desk_failed")
                    # Also what came meanwhile: nobody waits for a database to come back.
                    self._give_up([*pending, *self._taken()])
                    pending = []
                    await asyncio.sleep(RETRY_AFTER_S)
        finally:
            self._ready.clear()
            self._give_up([*pending, *self._taken()])

    def _taken(self) -> list[Work]:
        """Take everything that is in the inbox."""
        return [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]

    def _give_up(self, works: Sequence[Work]) -> None:
        """Answer `retry` and throw the switchboard away."""
        self._switchboard = None
        for work in works:
            work.refuse(Retry())

    async def _next_batch(self) -> list[Work]:
        """Wait for work or for a timer, and take what is there."""
        batch: list[Work] = []
        try:
            async with asyncio.timeout(self._seconds_to_wait()):
                batch.append(await self._inbox.get())
        except TimeoutError:
            return batch
        while len(batch) < BATCH_MAX and not self._inbox.empty():
            batch.append(self._inbox.get_nowait())
        return batch

    def _seconds_to_wait(self) -> float:
        assert self._switchboard is not None
        deadline = self._switchboard.next_deadline()
        if deadline is None:
            return LOOK_AGAIN_S
        return min(LOOK_AGAIN_S, max(0.0, (deadline - self._now()) / 1_000_000))

    def _now(self) -> Instant:
        return self._ports.clock.now()

    async def _rebuild(self) -> None:
        """Build the switchboard from the database, and commit what a restart changes."""
        self._ready.clear()
        now = self._now()
        async with self._ports.database.write() as tx:
            await self._ports.ledger.fence(tx)
            snapshot = await self._ports.ledger.load(tx, now)
            switchboard, effects = Switchboard.rebuild(
                snapshot, self._ports.ledger.limits, self._ports.ledger.offer_id, now=now
            )
            for event in self._ports.connected():
                effects = (*effects, *switchboard.apply(event, now=now))
            records = [effect for effect in effects if isinstance(effect, RECORDS)]
            await self._ports.ledger.perform(tx, records, now)
        self._switchboard = switchboard
        self._ready.set()
        whereabouts = self._ports.ledger.take_whereabouts()
        self._ports.watcher.rebuilt(switchboard, whereabouts, now)
        self._ports.watcher.committed(Committed(now, effects))
        if self._built:
            self._ports.resync()
        self._built = True
        self._ports.tell(_sends(effects))
        log.info("desk_rebuilt", waiting=len(switchboard.waiting()))

    async def _serve(self, batch: list[Work]) -> list[Work]:
        """Commit a batch; return the work that must be done again on a new switchboard."""
        marker = CommandKey(actor="desk", id=self._ports.new_id())
        try:
            now = self._now()
            effects, answers = await self._commit(batch, marker, now)
        except StaleEligibility:
            return self._again(batch)
        except CommitOutcomeUnknown:
            await self._settle(batch, marker)
            return []
        except Exception:
            self._give_up(batch)
            raise
        whereabouts = self._ports.ledger.take_whereabouts()
        self._ports.watcher.committed(Committed(now, effects, whereabouts))
        self._ports.tell(_sends(effects))
        for work, answer in answers:
            if isinstance(answer, Exception):
                work.refuse(answer)
            else:
                work.answer(answer)
        return []

    def _again(self, batch: list[Work]) -> list[Work]:
        """An authority ended between look and lock: begin anew with fresh eligibility."""
        self._ports.ledger.forget_eligibility()
        self._switchboard = None
        for work in batch:
            work.rebuilds += 1
            if work.rebuilds > REBUILDS_MAX:
                work.refuse(Retry())
        return [work for work in batch if not work.done.done()]

    async def _settle(self, batch: list[Work], marker: CommandKey) -> None:
        """Find out by the batch's id whether an unknown commit happened, and answer so."""
        self._switchboard = None
        async with self._ports.database.read() as tx:
            happened = await commands.recorded(tx, marker.actor, marker.id) is not None
            for work in batch:
                key = work.command
                stored = await commands.recorded(tx, key.actor, key.id) if key else None
                if stored is not None:
                    work.answer(json.loads(stored))
                elif happened and key is None:
                    work.answer({})
                else:
                    work.refuse(Retry())

    async def _commit(
        self, batch: Sequence[Work], marker: CommandKey, now: Instant
    ) -> tuple[list[Effect], list[tuple[Work, Result | Exception]]]:
        assert self._switchboard is not None
        effects: list[Effect] = []
        answers: list[tuple[Work, Result | Exception]] = []
        async with self._ports.database.write() as tx:
            await self._ports.ledger.fence(tx)
            effects += await self._apply(tx, TimePassed(), now)
            for changed in await self._ports.ledger.eligibility(tx, self._switchboard, now):
                effects += await self._apply(tx, changed, now)
            for work in batch:
                try:
                    result, caused = await self._one(tx, work, now)
                except Refusal as refusal:
                    answers.append((work, refusal))
                else:
                    answers.append((work, result))
                    effects += caused
            if batch:
                await commands.record(tx, marker.actor, marker.id, "{}", now)
        return effects, answers

    async def _one(self, tx: Tx, work: Work, now: Instant) -> tuple[Result, Sequence[Effect]]:
        """Do one piece of work inside a savepoint: a refusal leaves no trace of it."""
        assert self._switchboard is not None
        key = work.command
        if key is not None:
            stored = await commands.recorded(tx, key.actor, key.id)
            if stored is not None:
                return json.loads(stored), []
        async with tx.begin_nested():
            plan = await work.plan(tx, now, self._switchboard)
            effects = await self._introduce(tx, plan.event, now) if plan.event else ()
            if key is not None:
                outcome = json.dumps(dict(plan.result))
                await commands.record(tx, key.actor, key.id, outcome, now)
        return plan.result, effects

    async def _introduce(self, tx: Tx, event: Event, now: Instant) -> Sequence[Effect]:
        """Apply an event, after telling the switchboard who may serve a class new to it.

        That class has nobody waiting yet, so if the event is then refused, nothing was
        recorded that the savepoint takes back.
        """
        assert self._switchboard is not None
        for changed in await self._ports.ledger.newcomers(tx, self._switchboard, event, now):
            self._switchboard.apply(changed, now=now)
        return await self._apply(tx, event, now)

    async def _apply(self, tx: Tx, event: Event, now: Instant) -> Sequence[Effect]:
        """Apply one event and write its records; return everything that it caused."""
        assert self._switchboard is not None
        began_s = self._ports.clock.elapsed_s()
        effects = self._switchboard.apply(event, now=now)
        self._ports.watcher.decided(self._ports.clock.elapsed_s() - began_s)
        await self._ports.ledger.perform(
            tx, [effect for effect in effects if isinstance(effect, RECORDS)], now
        )
        return effects


def _sends(effects: Sequence[Effect]) -> list[Send]:
    """Return what is to be told."""
    return [effect for effect in effects if not isinstance(effect, RECORDS)]

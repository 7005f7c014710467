"""The desk of one network: its single writer.

Everything that changes the waiting room comes here as `Work`, is applied to the switchboard,
committed, and only then told. What arrives during a commit forms the next batch.

    inbox -> batch -> [fence, time passed, work ...] -> COMMIT -> tell, answer
                               |  commit failed         |  outcome unknown
                               v                        v
                     answer `retry`, rebuild     look the batch up, then rebuild

What happens inside the brackets is `batch`.

No decision about who meets whom is made here: that is `signaling.switchboard`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from server.clock import Clock
from server.errors import Retry, Unavailable
from server.logging import describe, get_logger
from server.storage.database import Database
from server.storage.errors import CommitOutcomeUnknown
from server.unreachable import refusal_of
from server.waiting.batch import Batch, Unwritable, records_of, sends_of
from server.waiting.ledger import Ledger
from server.waiting.posting import StaleEligibility
from server.waiting.watching import Committed, Nobody, Watcher
from server.waiting.work import CommandKey, Planner, Result, Work, just
from signaling.effects import Effect, Send
from signaling.events import Event
from signaling.identifiers import Instant
from signaling.switchboard import Switchboard

BATCH_MAX: Final = 128
INBOX_MAX: Final = 10_000
REBUILDS_MAX: Final = 3
LOOK_AGAIN_S: Final = 5.0
RETRY_AFTER_S: Final = 0.5
LONG_S: Final = 1.0  # of a batch: a slow database, statement after statement

log = get_logger("desk")


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
        self._at_rest = asyncio.Event()

    @property
    def switchboard(self) -> Switchboard | None:
        """The state, to look at; None until it was built, and while it is built anew.

        While a batch is under way it is ahead of what is committed: whoever tells somebody what
        it says takes it from `settled`.
        """
        return self._switchboard if self._ready.is_set() else None

    async def ready(self) -> None:
        """Wait until the waiting room was rebuilt from the database."""
        await self._ready.wait()

    async def settled(self) -> Switchboard | None:
        """Wait until everything is committed that the switchboard says, and return it.

        It is so until the caller waits for something else. None when the desk has stopped.
        """
        while not self._at_rest.is_set():
            await self._at_rest.wait()
        return self.switchboard

    async def do(
        self, plan: Planner, *, command: CommandKey | None = None, about: str | None = None
    ) -> Result:
        """Apply and commit one piece of work; see `Work` for what it is made of.

        Raises:
            SignalingError: the switchboard refused; nothing changed.
            GoodfaithError: the plan refused; nothing changed.
            Retry: nothing was committed, or the desk is not ready.
        """
        work = Work(plan=plan, command=command, about=about)
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
        said: object = None
        try:
            while True:
                try:
                    if self._switchboard is None:
                        await self._rebuild()
                    said = None
                    pending = pending or await self._next_batch()
                    pending = await self._serve(pending)
                    await asyncio.sleep(0)  # whoever waits for it to be settled has their turn
                except Exception as error:
                    if (what := describe(error)) != said:  # a room that cannot be built: once
                        log.exception("desk_failed")
                    said = what
                    # Also what came meanwhile: nobody waits for a database to come back.
                    self._give_up([*pending, *self._taken()], refusal_of(error))
                    pending = []
                    await asyncio.sleep(RETRY_AFTER_S)
        finally:
            self._ready.clear()
            self._give_up([*pending, *self._taken()], Retry())
            self._at_rest.set()

    def _taken(self) -> list[Work]:
        """Take everything that is in the inbox."""
        return [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]

    def _give_up(self, works: Sequence[Work], refusal: Unavailable) -> None:
        """Answer that it did not go through, and throw the switchboard away."""
        self._throw_away()
        for work in works:
            work.refuse(refusal)

    def _throw_away(self) -> None:
        """Have the switchboard built anew; there is none until then."""
        self._switchboard = None
        self._ready.clear()
        self._at_rest.clear()

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
        """Build the switchboard, anew when an authority ends between look and lock."""
        for _ in range(REBUILDS_MAX):
            with suppress(StaleEligibility):
                return await self._build()
        raise Retry

    async def _build(self) -> None:
        """Build the switchboard from the database, and commit what a restart changes."""
        self._ready.clear()
        self._at_rest.clear()
        now = self._now()
        async with self._ports.database.write() as tx:
            await self._ports.ledger.fence(tx)
            # A room that opens has nobody who serves yet: those who wait are looked at later.
            snapshot = await self._ports.ledger.load(tx, now, ruled=self._built)
            switchboard, effects = Switchboard.rebuild(
                snapshot,
                self._ports.ledger.limits,
                self._ports.ledger.offer_id,
                self._ports.ledger.policy,
                now=now,
            )
            for event in self._ports.connected():
                effects = (*effects, *switchboard.apply(event, now=now))
            await self._ports.ledger.perform(tx, records_of(effects), now)
            # What the first fence gave may be over: a long line takes long to be looked at.
            await self._ports.ledger.fence(tx)
        self._switchboard = switchboard
        self._ready.set()
        whereabouts = self._ports.ledger.take_whereabouts()
        self._ports.watcher.rebuilt(switchboard, whereabouts, now)
        self._ports.watcher.committed(Committed(now, effects))
        if self._built:
            self._ports.resync()
        self._built = True
        self._ports.tell(sends_of(effects))
        self._at_rest.set()
        log.info("desk_rebuilt", waiting=switchboard.waiting_count)

    async def _serve(self, pending: list[Work]) -> list[Work]:
        """Commit a batch; return the work that is still to be done."""
        marker = CommandKey(actor="desk", id=self._ports.new_id())
        works = pending[:1] if pending and pending[0].alone else pending
        rest = pending[len(works) :]
        try:
            now = self._now()
            batch = await self._commit(works, marker, now)
        except StaleEligibility:
            return [*self._again(works), *rest]
        except Unwritable as error:
            return [*self._apart(works, error.refusal), *rest]
        except CommitOutcomeUnknown:
            await self._settle(works, marker)
            return rest
        whereabouts = self._ports.ledger.take_whereabouts()
        self._ports.watcher.committed(Committed(now, batch.effects, whereabouts))
        self._ports.tell(sends_of(batch.effects))
        self._at_rest.set()
        for work, answer in batch.answers:
            if isinstance(answer, Exception):
                work.refuse(answer)
            else:
                work.answer(answer)
        return rest

    def _apart(self, works: list[Work], refusal: Exception) -> list[Work]:
        """Find out whose work cannot be written: each by itself, on a new switchboard."""
        self._throw_away()
        if len(works) == 1:
            works[0].refuse(refusal)
            return []
        for work in works:
            work.alone = True
        return works

    def _again(self, batch: list[Work]) -> list[Work]:
        """An authority ended between look and lock: begin anew with fresh eligibility."""
        self._ports.ledger.forget_eligibility()
        self._throw_away()
        for work in batch:
            work.rebuilds += 1
            if work.rebuilds > REBUILDS_MAX:
                work.refuse(Retry())
        return [work for work in batch if not work.done.done()]

    async def _settle(self, batch: list[Work], marker: CommandKey) -> None:
        """Find out by the batch's id whether an unknown commit happened, and answer so."""
        self._throw_away()
        async with self._ports.database.read() as tx:
            keys = [work.command.key for work in batch if work.command is not None]
            known = await self._ports.ledger.recorded(tx, [marker.key, *keys])
            for work in batch:
                stored = known.get(work.command.key) if work.command is not None else None
                if stored is not None:
                    work.answer(json.loads(stored))
                elif marker.key in known and work.command is None:
                    work.answer({})
                else:
                    work.refuse(Retry())

    async def _commit(self, works: Sequence[Work], marker: CommandKey, now: Instant) -> Batch:
        assert self._switchboard is not None
        async with self._ports.database.write() as tx:
            batch = Batch(tx, self._ports.ledger, self._switchboard, self._decide, now)
            began_s = self._ports.clock.elapsed_s()
            await batch.do(works, marker)
            if self._ports.clock.elapsed_s() - began_s > LONG_S:
                # What the fence gave may be over: others would take the lease at the commit.
                await self._ports.ledger.fence(tx)
        return batch

    def _decide(self, switchboard: Switchboard, event: Event, now: Instant) -> Sequence[Effect]:
        """Let the switchboard apply an event, and have the watcher know how long that took."""
        self._at_rest.clear()
        began_s = self._ports.clock.elapsed_s()
        effects = switchboard.apply(event, now=now)
        self._ports.watcher.decided(self._ports.clock.elapsed_s() - began_s)
        return effects

"""One batch of the desk, inside its transaction.

    fence -> answered before? -> time passed, eligibility -> each work -> write -> remember

The switchboard moves with each piece of work; its records are gathered and written together,
at the end or before a plan that may look at what they change. Until then nothing of a refused
piece of work exists: its event changed nothing, and what its plan wrote is in a savepoint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from server.errors import GoodfaithError
from server.storage import commands
from server.storage.database import Tx
from server.storage.errors import OnDutyElsewhere, RowMissing
from server.waiting.ledger import Ledger
from server.waiting.posting import encounters_of
from server.waiting.work import CommandKey, Just, Plan, Result, Work
from signaling.effects import (
    Effect,
    Record,
    RecordDuty,
    RecordOffer,
    RecordPresence,
    RecordPriority,
    RecordVisit,
    RecordWaiting,
    Send,
)
from signaling.errors import SignalingError
from signaling.events import (
    ClassChanged,
    Event,
    PatientReady,
    PractitionerReleased,
    TimePassed,
)
from signaling.identifiers import EligibilityClass, Instant
from signaling.switchboard import Switchboard

RECORDS: Final = (
    RecordWaiting,
    RecordPriority,
    RecordVisit,
    RecordOffer,
    RecordDuty,
    RecordPresence,
)
Decide: TypeAlias = Callable[[Switchboard, Event, Instant], Sequence[Effect]]
REFUSALS: Final = (SignalingError, GoodfaithError, RowMissing, OnDutyElsewhere)


class Unwritable(Exception):
    """The rows do not allow what the switchboard did; whose work it was is not known.

    Attributes:
        refusal: what the rows said.
    """

    def __init__(self, refusal: Exception) -> None:
        super().__init__()
        self.refusal = refusal


def records_of(effects: Sequence[Effect]) -> list[Record]:
    """Return what is to be committed."""
    return [one for one in effects if isinstance(one, RECORDS)]


def sends_of(effects: Sequence[Effect]) -> list[Send]:
    """Return what is to be told afterwards."""
    return [one for one in effects if not isinstance(one, RECORDS)]


class Batch:
    """Work that is committed together.

    Attributes:
        effects: everything that happened, in its order.
        answers: the result or the refusal of each piece of work.
    """

    def __init__(
        self, tx: Tx, ledger: Ledger, switchboard: Switchboard, decide: Decide, now: Instant
    ) -> None:
        """Begin; nothing is done yet. `decide` lets the switchboard apply an event."""
        self._tx = tx
        self._ledger = ledger
        self._switchboard = switchboard
        self._decide = decide
        self._now = now
        self._records: list[Record] = []
        self._known: dict[commands.Key, str] = {}
        self._outcomes: dict[commands.Key, str] = {}
        self.effects: list[Effect] = []
        self.answers: list[tuple[Work, Result | Exception]] = []

    async def do(self, works: Sequence[Work], marker: CommandKey) -> None:
        """Do all of it and write it; the caller commits.

        Raises:
            StaleEligibility: an authority ended between the look and the lock.
            Unwritable: the rows do not allow what the switchboard did.
        """
        await self._ledger.fence(self._tx)
        keys = [work.command.key for work in works if work.command is not None]
        self._known = await self._ledger.recorded(self._tx, keys)
        self._apply(TimePassed())
        for changed in await self._ledger.eligibility(self._tx, self._switchboard, self._now):
            self._apply(changed)
        measured = await self._ledger.demand(self._tx, self._now)
        if measured is not None:
            self._apply(measured)
        # By itself: if this cannot be written, no piece of work is to blame.
        await self._ledger.perform(self._tx, self._taken(), self._now)
        for work in works:
            await self._answer(work)
        await self._write()
        if works:
            self._outcomes[marker.key] = "{}"
        await self._ledger.remember(self._tx, self._outcomes, self._now)

    async def _answer(self, work: Work) -> None:
        key = work.command.key if work.command is not None else None
        if key is not None and key in self._known:
            self.answers.append((work, json.loads(self._known[key])))
            return
        try:
            result = await self._one(work)
        except REFUSALS as refusal:
            self.answers.append((work, refusal))
            return
        self.answers.append((work, result))
        if key is not None:
            self._known[key] = self._outcomes[key] = json.dumps(dict(result))

    async def _one(self, work: Work) -> Result:
        """Do one piece of work: a refusal leaves no trace of it."""
        if isinstance(work.plan, Just):
            await self._introduce(work.plan.event)
            return {}
        if self._would_miss(work):
            await self._write()
        async with self._tx.begin_nested():
            plan: Plan = await work.plan(self._tx, self._now, self._switchboard)
            if plan.event is not None:
                await self._introduce(plan.event)
        return plan.result

    def _would_miss(self, work: Work) -> bool:
        """Tell whether the work's plan may look at rows that are not written yet."""
        return work.about is None or work.about in encounters_of(self._records)

    async def _introduce(self, event: Event) -> None:
        """Apply an event, after telling the switchboard who may serve a class new to it.

        That class has nobody waiting yet, so if the event is then refused, nothing happened
        that would have to be taken back.
        """
        if isinstance(event, PatientReady | ClassChanged):
            self._tell_members(event.eligibility)
        elif isinstance(event, PractitionerReleased):
            await self._ask_again(event)
        self._apply(event)

    async def _ask_again(self, event: PractitionerReleased) -> None:
        """Find out who may see a patient who comes back into the line.

        Nobody looked after their class while they were seen: practitioners may have come into
        it or left it since, and the rules may ask for others. By a class of before they would
        be offered to nobody, or to somebody whom the rows then refuse, batch after batch.
        """
        patient = self._switchboard.examined(event.encounter_id, event.practitioner_id)
        if patient is None:
            return
        belongs = await self._ledger.class_of(self._tx, patient, self._now)
        self._tell_members(belongs)
        if belongs != patient.eligibility:
            self._apply(ClassChanged(event.encounter_id, belongs))

    def _tell_members(self, eligibility: EligibilityClass) -> None:
        """Tell the switchboard who is in a class, if it does not know that."""
        changed = self._ledger.newcomer(self._switchboard, eligibility)
        if changed is not None:
            self._switchboard.apply(changed, now=self._now)

    def _apply(self, event: Event) -> None:
        """Apply one event, and gather what it brings."""
        effects = self._decide(self._switchboard, event, self._now)
        self._records += records_of(effects)
        self.effects += effects

    async def _write(self) -> None:
        """Write what was gathered so far."""
        try:
            await self._ledger.perform(self._tx, self._taken(), self._now)
        except REFUSALS as refusal:
            raise Unwritable(refusal) from refusal

    def _taken(self) -> list[Record]:
        """Take what was gathered so far."""
        records, self._records = self._records, []
        return records

"""One command of one practitioner: where it is done, and what it may write.

In the waiting room's transaction, or in one of the chart's own; whoever looks at the chart is
told afterwards. What a command means is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server import charting, visits
from server.chart import entries as chart
from server.errors import NotFound
from server.proofs.stepping_up import require_fresh
from server.storage import commands, encounters, reviews
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.work import CommandKey, Planner, Result
from signaling import events, visit
from signaling.identifiers import EncounterId, PractitionerId
from signaling.switchboard import Switchboard

if TYPE_CHECKING:
    from server.console.commands import PractitionerCommands


@dataclass(frozen=True, slots=True)
class Job:
    """One command of one practitioner.

    Attributes:
        app: performs it.
        who: the practitioner.
        network_id: whose waiting room.
        key: names the command.
        session: the name of the session that it was given in.
        asked_at: when, microseconds UTC.
    """

    app: PractitionerCommands
    who: PractitionerId
    network_id: str
    key: CommandKey
    session: str
    asked_at: int

    @property
    def actor(self) -> str:
        """Return the practitioner as charts name them."""
        return charting.practitioner(self.who)

    async def at_desk(self, plan: Planner, *, about: str | None = None) -> Result:
        """Do it in the waiting room's transaction; see `Work` for `about`."""
        desk = self.app.desks.of(self.network_id)
        return await desk.do(plan, command=self.key, about=about)

    async def require_fresh(self, tx: Tx) -> None:
        """Keep the session as it is until the commit: live, and freshly proved when asked.

        Raises:
            SessionExpired: it was ended meanwhile.
            StepUpRequired: nothing was proved in it lately.
        """
        services, asked_at = self.app.services, self.asked_at
        await require_fresh(tx, services, self.session, now=asked_at, lock=True)

    def offered(self, offer_id: str) -> str | None:
        """Return the encounter of the offer that rings this practitioner, if it is that one."""
        switchboard = self.app.desks.of(self.network_id).switchboard
        offer = switchboard.offer_to(self.who) if switchboard else None
        return offer.encounter_id if offer and offer.offer_id == offer_id else None

    async def in_chart(
        self,
        encounter_id: str,
        write: Callable[[Tx, Encounter, int], Awaitable[Result]],
        *,
        theirs: bool = True,
    ) -> Result:
        """Do it in a transaction of the chart's own; the same command twice has one effect.

        Args:
            encounter_id: whose chart.
            write: writes, and says what came of it.
            theirs: it must be the practitioner's already.

        Raises:
            NotFound: it is somebody else's.
        """
        services = self.app.services
        async with services.database.write() as tx:
            stored = await commands.recorded(tx, self.key.actor, self.key.id)
            if stored is not None:
                result: Result = json.loads(stored)
                return result
            encounter = await encounters.get(tx, encounter_id, lock=True)
            mine = encounter.practitioner_id == self.who
            if theirs and not mine:
                raise NotFound
            charting.require_room(encounter, services.settings.entries_per_encounter_max)
            now = services.clock.now()
            if mine and encounter.visit == "in_review":
                await reviews.set_active(tx, encounter_id, now)
            result = await write(tx, encounter, now)
            outcome = json.dumps(dict(result))
            await commands.record(tx, self.key.actor, self.key.id, outcome, now)
        return result

    async def append(
        self, tx: Tx, encounter_id: str, now: int, *entries: chart.AnyEntry
    ) -> str:
        """Write into the chart."""
        keyring = self.app.services.keyring
        return await charting.write(tx, keyring, encounter_id, self.actor, entries, now=now)

    async def move(
        self, tx: Tx, encounter: Encounter, event: visit.VisitEvent, now: int
    ) -> None:
        """Move the visit, by the practitioner's hand."""
        keyring = self.app.services.keyring
        await visits.move(tx, keyring, encounter, event, actor=self.actor, now=now)


def frees(
    switchboard: Switchboard, who: PractitionerId, encounter_id: str
) -> events.Event | None:
    """Return what frees the practitioner of this encounter, if they are held by it."""
    held = any(
        one.practitioner_id == who and one.encounter_id == encounter_id
        for one in switchboard.practitioners()
    )
    return events.PractitionerFreed(who, EncounterId(encounter_id)) if held else None


async def finish(job: Job, encounter_id: str, plan: Planner) -> Result:
    """Commit the end of an exam, then end its call and tell."""
    result = await job.at_desk(plan, about=encounter_id)
    job.app.calls.drop(encounter_id)
    job.app.services.hub.encounter_changed(encounter_id)
    return result


async def told(
    job: Job, encounter_id: str, write: Callable[[Tx, Encounter, int], Awaitable[Result]]
) -> Result:
    """Write into the chart, then tell the practitioner's other windows."""
    result = await job.in_chart(encounter_id, write)
    async with job.app.services.database.read() as tx:
        encounter = await encounters.get(tx, encounter_id)
    job.app.services.hub.chart_changed(encounter_id, encounter.chart_seq)
    return result

"""The command `location.heard`: at the desk, and then the call, which may end by it.

What it writes and decides is `relocating`. Two commits: in between, and after a failure in
between, the exam is one that nobody can sign as approved.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from server.console import examining, relocating
from server.storage import encounters
from server.storage.database import Tx
from server.waiting.work import Plan, Planner, Result
from signaling import events
from signaling import messages as wire
from signaling.errors import IllegalTransition, UnknownEncounter
from signaling.identifiers import EncounterId, Instant
from signaling.switchboard import Switchboard

if TYPE_CHECKING:
    from server.console.job import Job


async def location_heard(job: Job, command: wire.LocationHeard) -> Result:
    """Write down that the patient is elsewhere; who may not go on there gives them back."""

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        encounter = await examining.unsigned(tx, command.encounter_id, job.who)
        services = job.app.services
        moved = await relocating.heard(tx, services, encounter, command.jurisdiction, now)
        if moved is None:
            return Plan(None, {"goes_on": True})
        event = events.ClassChanged(EncounterId(command.encounter_id), moved.eligibility)
        return Plan(event, {"goes_on": moved.goes_on})

    result = await told_at_desk(job, command.encounter_id, plan)
    if not result["goes_on"]:
        await give_back(job, command.encounter_id)
    return result


async def give_back(job: Job, encounter_id: str) -> None:
    """End a call that may not go on; the practitioner is ready for somebody else."""

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        end = job.app.calls.end_in
        await end(tx, encounter_id, None, now, because="not_authorized")
        return Plan(events.PractitionerReleased(job.who, EncounterId(encounter_id), stays=True))

    with suppress(UnknownEncounter, IllegalTransition):  # told twice: it is done already
        await job.app.desks.of(job.network_id).do(plan, about=encounter_id)
    job.app.calls.drop(encounter_id)
    job.app.services.hub.given_back(encounter_id, job.who)


async def told_at_desk(job: Job, encounter_id: str, plan: Planner) -> Result:
    """Commit at the desk, then tell the patient's page and the practitioner's windows."""
    result = await job.at_desk(plan, about=encounter_id)
    async with job.app.services.database.read() as tx:
        encounter = await encounters.get(tx, encounter_id)
    job.app.services.hub.encounter_changed(encounter_id)
    job.app.services.hub.chart_changed(encounter_id, encounter.chart_seq)
    return result

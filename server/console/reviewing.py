"""The commands of a review: each writes into the chart what the reviewer did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from server import charting
from server.chart.entries import AnyEntry
from server.chart.state import ChartState
from server.console.examining import chart_state
from server.console.job import Job, told
from server.errors import NotPossibleNow
from server.reviewing import acting, claiming
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.work import Result
from signaling import messages as wire

Handler = Callable[[Job, Any], Awaitable[Result]]


async def begin(job: Job, command: wire.ReviewBegin) -> Result:
    """Take it; the patient's page says who looks at it from now on."""

    async def write(tx: Tx, _encounter: Encounter, now: int) -> Result:
        services = job.app.services
        await claiming.begin(tx, services, command.encounter_id, job.who, now)
        return {}

    result = await job.in_chart(command.encounter_id, write, theirs=False)
    job.app.services.hub.encounter_changed(command.encounter_id)
    return result


def writing(entries_of: Callable[[ChartState, Any], list[AnyEntry]]) -> Handler:
    """Return the handler of an act that is an entry of the chart, and no more."""

    async def handler(job: Job, command: Any) -> Result:  # noqa: ANN401 - as HANDLERS has it
        async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
            if encounter.visit != "in_review":
                raise NotPossibleNow
            core = job.app.services
            entries = entries_of(await chart_state(tx, core, encounter.encounter_id), command)
            if entries:
                await charting.write(
                    tx, core.keyring, encounter.encounter_id, job.actor, entries, now=now
                )
            return {}

        return await told(job, command.encounter_id, write)

    return handler


async def judge(job: Job, command: wire.ReviewJudge) -> Result:
    """Say whether it is enough; the patient's page says so too."""
    result = await writing(acting.judged)(job, command)
    job.app.services.hub.encounter_changed(command.encounter_id)
    return result


async def give_back(job: Job, command: wire.ReviewReturn) -> Result:
    """Let another one take it."""

    async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
        reason, said = command.reason, command.said
        core = job.app.services
        await claiming.give_back(tx, core, encounter, job.actor, reason, said, now)
        return {}

    return await _ended(job, command.encounter_id, write)


async def upgrade(job: Job, command: wire.ReviewUpgrade) -> Result:
    """Go on by live video; the patient and the spa are told."""

    async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
        core = job.app.services
        await acting.upgrade(tx, core, encounter, job.actor, command.reason, now)
        return {}

    return await _ended(job, command.encounter_id, write)


async def _ended(
    job: Job, encounter_id: str, write: Callable[[Tx, Encounter, int], Awaitable[Result]]
) -> Result:
    result = await job.in_chart(encounter_id, write)
    job.app.services.hub.encounter_changed(encounter_id)
    return result


HANDLERS: Mapping[type[wire.CommandBase], Handler] = {
    wire.ReviewBegin: begin,
    wire.ReviewOpen: writing(acting.opened),
    wire.ReviewAttest: writing(acting.attested),
    wire.ReviewJudge: judge,
    wire.ReviewReturn: give_back,
    wire.ReviewUpgrade: upgrade,
}

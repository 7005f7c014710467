"""Findings looked at on the video: the practitioner's tick, written down at once.

Whether video flowed both ways then is judged later, when the evidence is there
(`server.chart.findings`). Refused is only what this process knows to be impossible now: no call
that is connected, or a camera that its own page calls off.
"""

from __future__ import annotations

from media.call import CallState, Side
from server import charting
from server.chart import entries as chart
from server.console.examining import chart_state, require_unsigned
from server.console.job import Job, told
from server.console.refusals import CameraOff, NoCall
from server.errors import InvalidBody
from server.intake.questionnaire import live_findings
from server.live.live_call import LiveCall
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.work import Result
from signaling import messages as wire


def require_visible(live: LiveCall | None) -> None:
    """Refuse where nobody can see anything.

    Raises:
        NoCall: there is no call, or it is not connected.
        CameraOff: of the patient, the practitioner or both.
    """
    if live is None or live.call.state is not CallState.CONNECTED:
        raise NoCall
    off = [side.value for side in Side if not live.switches[side][1]]
    if off:
        raise CameraOff(fields=tuple(off))


async def see(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.FindingSee, now: int
) -> Result:
    """Keep that the findings of a treatment were looked at, or that this is taken back.

    Raises:
        InvalidBody: the treatment is not among those asked for, or has no findings.
        NotPossibleNow: the chart is not open.
    """
    require_unsigned(encounter)
    state = await chart_state(tx, core, encounter.encounter_id)
    findings = live_findings(state.treatments).get(command.treatment_class)
    if not findings:
        raise InvalidBody(fields=("treatment_class",))
    entry = chart.FindingSeen(
        treatment_class=command.treatment_class, seen=command.seen, findings=findings
    )
    await charting.write(tx, core.keyring, encounter.encounter_id, actor, [entry], now=now)
    return {}


async def see_findings(job: Job, command: wire.FindingSee) -> Result:
    """Keep that findings were looked at; taking it back needs no video."""
    if command.seen:
        require_visible(job.app.calls.get(command.encounter_id))

    async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
        return await see(tx, job.app.services, encounter, job.actor, command, now)

    return await told(job, command.encounter_id, write)

"""A visit whose findings were not seen: the patient is called again, or comes another time.

    resume       wrap_up -> in_progress, a new call; rules and authority asked anew
    reschedule   in_progress, wrap_up -> left; a callback where the link lasts, else a new link

Deferring is a decision like any other (`server.console.deciding`).
"""

from __future__ import annotations

from typing import Final

from media.call import Call, CallStarted, Side, step_call
from media.leg_moves import Seat
from server import charting
from server.authority import NotAuthorized
from server.chart import entries as chart
from server.chart.consent import consented
from server.console.examining import chart_state, unsigned
from server.console.job import Job, finish, frees
from server.console.refusals import ConsentMissing, PatientNotHere
from server.errors import NotAuthorizedHere, NotPossibleNow
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.live.stored_calls import stored_call
from server.rulings.ruling import ruling_for
from server.staffing import calling_back
from server.staffing.refusals import CallbackTooLate
from server.storage import encounters, roster
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.authorities import checked_entry
from server.waiting.posting import CallStart
from server.waiting.work import Plan, Result
from signaling import events, visit
from signaling import messages as wire
from signaling.identifiers import EligibilityClass, EncounterId, Instant
from signaling.switchboard import Switchboard

# Nobody waits on a leg before a call that is resumed: its legs are made while it connects.
MADE_IN_THE_CALL: Final = "leg_not_connected"


async def resume(job: Job, command: wire.EncounterResume) -> Result:
    """Call the patient again; both pages are told as of any call.

    Raises:
        PatientNotHere: their page is closed.
        ConsentMissing: their consent does not stand.
        NotPossibleNow: the call goes on, or the chart is not open.
        NotAuthorizedHere, NotPermitted: authority or rules do not let this go on.
        UnknownPractitioner, PractitionerBusy, IllegalTransition: they do not hold this chart.
    """
    encounter_id, calls = command.encounter_id, job.app.calls
    if calls.get(encounter_id) is None:
        await job.app.evidence.settled(encounter_id)

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        encounter = await unsigned(tx, encounter_id, job.who)
        if encounter.visit != "wrap_up" or calls.get(encounter_id) is not None:
            raise NotPossibleNow
        if not calls.ports.present(recipient_of_patient(encounter_id)):
            raise PatientNotHere
        await _begin(tx, job, encounter, now)
        return Plan(events.CallResumed(job.who, _as_ready(encounter)))

    result = await job.at_desk(plan, about=encounter_id)
    live = await stored_call(job.app.services, encounter_id)
    if live is not None and calls.get(encounter_id) is None:
        window = job.app.windows.accepting(recipient_of_practitioner(job.who))
        job.app.windows.take(encounter_id, Seat(job.who), window)
        await calls.begin(live)
    job.app.services.hub.encounter_changed(encounter_id)
    return result


async def _begin(tx: Tx, job: Job, encounter: Encounter, now: int) -> None:
    """Ask everything that is asked before a call, and write its beginning."""
    core, encounter_id = job.app.services, encounter.encounter_id
    if not consented(await chart_state(tx, core, encounter_id)):
        raise ConsentMissing
    ruling = await ruling_for(tx, core, encounter, job.who, now, moment="connect")
    ruling.require()
    try:
        checked = await checked_entry(tx, encounter, job.who, "connect", now)
    except NotAuthorized:
        raise NotAuthorizedHere from None
    known = await roster.latest_generations(tx, [encounter_id])
    call = step_call(Call(generation=known.get(encounter_id, 0)), CallStarted(), now=now)
    start = _start(job.app.legs.start(encounter_id))
    outcome = call.state.value
    await roster.save_call(tx, encounter_id, call, outcome=outcome, mode=start.mode)
    await job.append(tx, encounter_id, now, chart.ExamResumed())
    started = chart.CallStarted(
        generation=call.generation, mode=start.mode, because=start.because
    )
    entries = (ruling.entry, checked, started)
    await charting.write(tx, core.keyring, encounter_id, charting.SYSTEM, entries, now=now)


def _start(start: CallStart) -> CallStart:
    return CallStart("relay") if start.because == MADE_IN_THE_CALL else start


def _as_ready(encounter: Encounter) -> events.PatientReady:
    """Return the patient as they took their place, should they be given it back."""
    return events.PatientReady(
        encounter_id=EncounterId(encounter.encounter_id),
        eligibility=EligibilityClass(encounter.eligibility or ""),
        place=encounter.place or 0,
        ready_at=Instant(encounter.ready_at or 0),
        language=encounter.language or "",
        priority=encounter.priority,
    )


async def reschedule(job: Job, command: wire.EncounterReschedule) -> Result:
    """End the visit unsigned, and see to it that the patient comes again.

    Raises:
        NotFound, NotPossibleNow: it is not theirs, or not open.
    """
    encounter_id = command.encounter_id

    async def plan(tx: Tx, now: Instant, switchboard: Switchboard) -> Plan:
        encounter = await unsigned(tx, encounter_id, job.who)
        await job.app.calls.end_in(tx, encounter_id, Side.PRACTITIONER, now)
        event = frees(switchboard, job.who, encounter_id)
        await job.move(tx, encounter, visit.Rescheduled(), now)
        callback = await _call_back(tx, job, encounter_id)
        entry = chart.ExamRescheduled(reason=command.reason, callback=callback)
        await job.append(tx, encounter_id, now, entry)
        return Plan(event, {"callback": callback})

    return await finish(job, encounter_id, plan)


async def _call_back(tx: Tx, job: Job, encounter_id: str) -> bool:
    """Promise the patient a call back; False where the link runs out before."""
    encounter = await encounters.get(tx, encounter_id, lock=True)
    try:
        await calling_back.ask(tx, job.app.services, encounter, actor=job.actor)
    except CallbackTooLate:
        return False
    return True

"""What a practitioner's console may ask for on its socket.

The gateway decoded and permitted; the switchboard and the chart's rules decide. Commands that
move the waiting room go through its desk, with everything else of theirs in the same
transaction; those that only write into the chart have a transaction of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from media.call import Side
from media.leg_moves import Seat
from server import addenda, charting
from server.access import Principal
from server.chart import entries as chart
from server.console import (
    answering,
    deciding,
    examining,
    gates,
    looking,
    moving,
    noting,
    resuming,
    reviewing,
    signing,
)
from server.console.job import Job, finish, frees, told
from server.delivery import telling
from server.documents.issuing import issue
from server.errors import GoodfaithError, NotAuthorizedHere
from server.live import chat
from server.live.afterwards import what_waits_first
from server.live.calls import CallBook
from server.live.evidence import EvidenceBook
from server.live.legs import LegBook
from server.live.negotiating import call_command, leg_command
from server.live.windows import Windows
from server.logging import get_logger
from server.practitioner_files.refusals import FileIncomplete
from server.rulings.ruling import ruling_for
from server.services import Services
from server.staffing.rostering import shift_end
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import StorageError
from server.waiting import authorities
from server.waiting.desks import Desks
from server.waiting.work import CommandKey, Plan, Result, just
from signaling import events, visit
from signaling import messages as wire
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.switchboard import Switchboard

log = get_logger("console")


@dataclass(frozen=True, slots=True)
class PractitionerCommands:
    """Performs the commands of practitioners."""

    services: Services
    desks: Desks
    calls: CallBook
    legs: LegBook
    evidence: EvidenceBook
    windows: Windows

    async def perform(
        self, principal: Principal, network_id: str, command: wire.CommandBase
    ) -> Result:
        """Do one command.

        Raises:
            GoodfaithError, SignalingError, CallError: it cannot be; nothing changed.
        """
        who = PractitionerId(principal.practitioner_id or "")
        key = CommandKey(charting.practitioner(who), command.id)
        asked_at = self.services.clock.now()
        job = Job(self, who, network_id, key, principal.session, asked_at)
        handler = HANDLERS.get(type(command))
        if handler is not None:
            await what_waits_first(self.services, command)
            return await handler(job, command)
        if leg_command(self.legs, Seat(who), command, principal.session):
            return {}
        return await call_command(self.calls, Side.PRACTITIONER, command)


# ------------------------------------------------------------------ duty and offers


async def available(job: Job, _command: wire.DutyAvailable) -> Result:
    """Come on duty, with the licences in force now, to the end of the shift that runs now."""

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        file = await directory.practitioner_file(tx, job.who, lock=True)
        if not file.practitioner.is_cleared(now):
            raise FileIncomplete
        count = len(authorities.in_force(file, now))
        if count == 0:
            raise NotAuthorizedHere
        spoken = file.practitioner.spoken
        ends_at = await shift_end(tx, job.who, now)
        return Plan(events.PractitionerAvailable(job.who, count, spoken, ends_at))

    return await job.at_desk(plan)


async def away(job: Job, _command: wire.DutyAway) -> Result:
    """Go off duty, or as soon as the exam is over."""
    return await job.at_desk(just(events.PractitionerAway(job.who)))


async def accept(job: Job, command: wire.OfferAccept) -> Result:
    """Take the patient, if the authority still holds."""
    proposed: list[str] = []

    async def plan(tx: Tx, now: Instant, switchboard: Switchboard) -> Plan:
        offer = switchboard.offer_to(job.who)
        if offer is not None and offer.offer_id == command.offer_id:
            encounter = await encounters.get(tx, offer.encounter_id, lock=True)
            core = job.app.services
            (await ruling_for(tx, core, encounter, job.who, now, moment="accept")).require()
            await authorities.require_authority(tx, encounter, job.who, now)
            if command.description is not None:
                job.app.calls.propose(offer.encounter_id, command.description)
                proposed.append(offer.encounter_id)
        event = events.OfferAccepted(OfferId(command.offer_id), job.who)
        return Plan(event, {"encounter_id": offer.encounter_id if offer else None})

    try:
        return await job.at_desk(plan, about=job.offered(command.offer_id))
    except Exception:
        for encounter_id in proposed:
            job.app.calls.withdraw(encounter_id)
        raise


async def decline(job: Job, command: wire.OfferDecline) -> Result:
    """Pass."""
    offer_id = OfferId(command.offer_id)
    return await job.at_desk(just(events.OfferDeclined(offer_id, job.who, command.reason)))


async def write(job: Job, command: wire.ChatSay) -> Result:
    """Write to the patient."""
    core, calls = job.app.services, job.app.calls
    result, seq = await chat.say(core, calls, Side.PRACTITIONER, command, job.key)
    core.hub.chart_changed(command.encounter_id, seq)
    return result


# ------------------------------------------------------------------ the end of an exam


async def hang_up(job: Job, command: wire.CallHangUp) -> Result:
    """End the call and begin wrap-up."""

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        await job.app.calls.end_in(tx, command.encounter_id, Side.PRACTITIONER, now)
        return Plan(events.CallEnded(EncounterId(command.encounter_id)))

    return await finish(job, command.encounter_id, plan)


async def release(job: Job, command: wire.EncounterRelease) -> Result:
    """Give the patient back to the line, at the original place."""

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        await job.app.calls.end_in(tx, command.encounter_id, Side.PRACTITIONER, now)
        encounter_id = EncounterId(command.encounter_id)
        return Plan(events.PractitionerReleased(job.who, encounter_id))

    result = await finish(job, command.encounter_id, plan)
    job.app.services.hub.given_back(command.encounter_id, job.who)
    return result


async def park(job: Job, command: wire.EncounterPark) -> Result:
    """Put the unsigned chart aside."""

    async def plan(tx: Tx, now: Instant, switchboard: Switchboard) -> Plan:
        encounter = await examining.unsigned(tx, command.encounter_id, job.who)
        if encounter.visit == "in_progress":
            await job.app.calls.end_in(tx, encounter.encounter_id, Side.PRACTITIONER, now)
            await job.move(tx, encounter, visit.CallEnded(), now)
        await encounters.set_parked(tx, encounter.encounter_id, parked=True, now=now)
        await job.append(tx, encounter.encounter_id, now, chart.ChartParked(parked=True))
        return Plan(frees(switchboard, job.who, encounter.encounter_id))

    return await finish(job, command.encounter_id, plan)


async def no_show(job: Job, command: wire.EncounterNoShow) -> Result:
    """Nobody came to the call: the visit is over."""

    async def plan(tx: Tx, now: Instant, switchboard: Switchboard) -> Plan:
        encounter = await examining.unsigned(tx, command.encounter_id, job.who)
        await job.app.calls.end_in(tx, encounter.encounter_id, Side.PRACTITIONER, now)
        await job.move(tx, encounter, visit.MarkedNoShow(), now)
        return Plan(frees(switchboard, job.who, encounter.encounter_id))

    return await finish(job, command.encounter_id, plan)


async def sign(job: Job, command: wire.EncounterSign) -> Result:
    """Attest and sign the chart; the spa has its papers right after.

    A call that goes on is ended first, and what flowed in it is waited for, so that the
    signature stands behind all of it.
    """
    ended = await end_before_signing(job, command)
    await job.app.evidence.settled(command.encounter_id)

    async def plan(tx: Tx, now: Instant, switchboard: Switchboard) -> Plan:
        services = job.app.services
        await job.require_fresh(tx)
        result = await signing.sign(tx, services, job.who, command, now, ended=ended)
        return Plan(frees(switchboard, job.who, command.encounter_id), result)

    result = await finish(job, command.encounter_id, plan)
    try:
        await issue(job.app.services, command.encounter_id)
    except (GoodfaithError, StorageError) as error:
        # The signature stands; whoever asks for the paper first has it made.
        log.warning("papers_not_issued", exc_info=error, encounter_id=command.encounter_id)
    return result


async def end_before_signing(job: Job, command: wire.EncounterSign) -> bool:
    """End the call if one goes on and nothing bars the signature; tell whether that was so.

    Raises:
        GoodfaithError: it cannot be signed; the call goes on.
    """
    if job.app.calls.get(command.encounter_id) is None:
        return False

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        services, who = job.app.services, job.who
        await job.require_fresh(tx)
        await signing.require_signable(tx, services, who, command, now, awaited=True)
        await job.app.calls.end_in(tx, command.encounter_id, Side.PRACTITIONER, now)
        return Plan(events.CallEnded(EncounterId(command.encounter_id)))

    desk = job.app.desks.of(job.network_id)
    await desk.do(plan, about=command.encounter_id)
    job.app.calls.drop(command.encounter_id)
    job.app.services.hub.encounter_changed(command.encounter_id)
    return True


# ------------------------------------------------------------------ the chart


def before_care(say: gates.Say) -> Callable[[Job, Any], Awaitable[Result]]:
    """Return the handler of what is said before care; spa and patient see some of it."""

    async def handler(job: Job, command: Any) -> Result:  # noqa: ANN401 - as HANDLERS has it
        async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
            return await say(tx, job.app.services, encounter, job.actor, command, now)

        result = await told(job, command.encounter_id, write)
        job.app.services.hub.encounter_changed(command.encounter_id)
        return result

    return handler


async def decide(job: Job, command: wire.DispositionSet) -> Result:
    """Keep the decision on one treatment."""

    async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
        entry = await deciding.disposition(tx, job.app.services, encounter, command, now)
        await job.append(tx, encounter.encounter_id, now, entry)
        return {}

    return await told(job, command.encounter_id, write)


async def add_addendum(job: Job, command: wire.AddendumAdd) -> Result:
    """Add to a signed chart."""

    async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
        await job.require_fresh(tx)
        examining.require_signed(encounter)
        about, services = encounter.encounter_id, job.app.services
        head = await addenda.write(tx, services, about, job.actor, command.text, now=now)
        await telling.amended(tx, encounter, chart_head=head, at=now)
        return {}

    return await told(job, command.encounter_id, write)


# The key is the type of the command that its handler takes; a checker cannot say that.
HANDLERS: Mapping[type[wire.CommandBase], Callable[[Job, Any], Awaitable[Result]]] = {
    wire.DutyAvailable: available,
    wire.DutyAway: away,
    wire.OfferAccept: accept,
    wire.OfferDecline: decline,
    wire.CallHangUp: hang_up,
    wire.ChatSay: write,
    wire.EncounterRelease: release,
    wire.EncounterPark: park,
    wire.EncounterNoShow: no_show,
    wire.EncounterSign: sign,
    wire.NoteSave: noting.save_note,
    wire.GateConfirm: before_care(gates.confirm),
    wire.DispositionSet: decide,
    wire.AddendumAdd: add_addendum,
    wire.EmergencyRaise: before_care(gates.raise_emergency),
    wire.EmergencyClear: before_care(gates.clear_emergency),
    wire.RoomSet: before_care(gates.set_room),
    **reviewing.HANDLERS,
    wire.LocationHeard: moving.location_heard,
    wire.FindingSee: looking.see_findings,
    wire.EncounterResume: resuming.resume,
    wire.EncounterReschedule: resuming.reschedule,
    wire.AnswersRead: before_care(answering.read_answers),
    wire.FlagsReason: before_care(answering.reason_flags),
}

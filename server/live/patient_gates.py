"""What a patient may say of the gates before care on the socket: withdraw, call for help."""

from __future__ import annotations

from typing import Final

from media.call import Side
from server import charting, emergencies, visits
from server.chart.entries import AnyEntry, ConsentWithdrawn
from server.chart.reading import read
from server.chart.state import ChartState
from server.errors import NotPossibleNow
from server.live.calls import CallBook
from server.rulings.ruling import ruling_for
from server.services import Core
from server.storage import encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.desk import Desk
from server.waiting.work import CommandKey, Plan, Result
from signaling import events
from signaling.identifiers import EncounterId, Instant
from signaling.messages import EmergencyRaise
from signaling.switchboard import Switchboard
from signaling.visit import Cancelled

ASKED_AGAIN: Final = frozenset({"waiting", "in_progress", "wrap_up", "in_review"})


async def withdraw(
    core: Core, desk: Desk, calls: CallBook, encounter_id: str, key: CommandKey
) -> Result:
    """Take every consent back, whenever: in line, in the call, and afterwards.

    Somebody in line leaves it; a call is ended for good, and wrap-up begins in which only
    deferring and declining can be signed, as of photos that somebody reviews. Photos that
    nobody looks at yet are called off. What is signed stays signed, and says so.

    Raises:
        NotPossibleNow: there is no consent that stands.
    """
    name = EncounterId(encounter_id)

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        encounter, state = await _read(tx, core, encounter_id)
        if state.consents is None or state.withdrawn_at is not None:
            raise NotPossibleNow
        given = ConsentWithdrawn(kinds=[one.kind for one in state.consents.consents])
        await _write(tx, core, encounter_id, given, now)
        await _decide_again(tx, core, encounter, now)
        if encounter.visit == "waiting":
            return Plan(events.PatientLeft(name))
        if encounter.visit == "submitted":
            actor = charting.patient(encounter_id)
            await visits.move(tx, core.keyring, encounter, Cancelled(), actor=actor, now=now)
        if encounter.visit != "in_progress":
            return Plan(None)
        await calls.end_in(tx, encounter_id, Side.PATIENT, now, because="consent_withdrawn")
        return Plan(events.CallEnded(name))

    result = await desk.do(plan, command=key, about=encounter_id)
    calls.drop(encounter_id)
    return result


async def _decide_again(tx: Tx, core: Core, encounter: Encounter, now: int) -> None:
    """Ask the rules without the consent, while the visit goes on, and write what they say."""
    if encounter.visit not in ASKED_AGAIN:
        return
    who = encounter.practitioner_id
    ruling = await ruling_for(tx, core, encounter, who, now, moment="changed")
    entries = [ruling.entry]
    name = encounter.encounter_id
    await charting.write(tx, core.keyring, name, charting.SYSTEM, entries, now=now)


async def call_for_help(
    core: Core, desk: Desk, encounter_id: str, key: CommandKey, command: EmergencyRaise
) -> Result:
    """Write an emergency down, at any time of the visit; twice is the same as once."""

    async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
        _, state = await _read(tx, core, encounter_id)
        entry = emergencies.raised(state, [command.flag], "patient")
        if entry is not None:
            await _write(tx, core, encounter_id, entry, now)
        return Plan(None)

    return await desk.do(plan, command=key, about=encounter_id)


async def _read(tx: Tx, core: Core, encounter_id: str) -> tuple[Encounter, ChartState]:
    encounter = await encounters.get(tx, encounter_id, lock=True)
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    return encounter, read(entries, [one.at for one in stored])


async def _write(tx: Tx, core: Core, encounter_id: str, entry: AnyEntry, now: int) -> None:
    actor = charting.patient(encounter_id)
    await charting.write(tx, core.keyring, encounter_id, actor, [entry], now=now)

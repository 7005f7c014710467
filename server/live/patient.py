"""What a patient's page may ask for on its socket.

Decodes nothing and permits nothing (the gateway did): hands each command to the waiting room
or to the call, with what else belongs into the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from media.call import CallState, Failure, Side
from media.leg_moves import PATIENT
from server import charting, clinical_sign_offs, visits
from server.access import Principal
from server.chart.entries import AnyEntry
from server.chart.reading import read as fold
from server.chart.reading import ready_to_wait
from server.errors import AlreadyWaiting, NotWaiting, WrongStep
from server.live import chat, patient_gates
from server.live.calls import CallBook
from server.live.legs import LegBook
from server.live.negotiating import call_command, leg_command
from server.rulings.ruling import ruling_for
from server.services import Core
from server.staffing import calling_back
from server.staffing.outlook import outlook_for
from server.staffing.refusals import NobodyOnShift
from server.storage import callbacks, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.desks import Desks
from server.waiting.work import CommandKey, Plan, Result, just
from signaling import messages as wire
from signaling.events import PatientLeft, PatientReady
from signaling.identifiers import EligibilityClass, EncounterId, Instant
from signaling.switchboard import Switchboard
from signaling.visit import LinkRedeemed

# What a patient may leave for a call back: nobody is seen in it.
STOPPED: Final = frozenset({CallState.INTERRUPTED, CallState.FAILED})


@dataclass(frozen=True, slots=True)
class PatientCommands:
    """Performs the commands of patients.

    `told` has the pages of an encounter told that it changed, `chart_told` the console that
    its chart grew.
    """

    core: Core
    desks: Desks
    calls: CallBook
    legs: LegBook
    told: Callable[[str], None]
    chart_told: Callable[[str, int], None]

    async def perform(
        self, principal: Principal, network_id: str, command: wire.CommandBase
    ) -> Result:
        """Do one command.

        Raises:
            GoodfaithError, SignalingError, CallError: it cannot be; nothing changed.
        """
        encounter_id = principal.encounter_id or ""
        key = CommandKey(charting.patient(encounter_id), command.id)
        match command:
            case wire.QueueJoin():
                return await self._join(network_id, encounter_id, key)
            case wire.QueueLeave():
                leave = just(PatientLeft(EncounterId(encounter_id)))
                return await self.desks.of(network_id).do(leave, command=key)
            case wire.CallbackRequest():
                return await self._call_back(network_id, encounter_id, key)
            case wire.ConsentWithdraw() | wire.EmergencyRaise():
                return await self._gate(network_id, encounter_id, key, command)
            case _:
                return await self._in_call(encounter_id, key, command, principal.session)

    async def _in_call(
        self, encounter_id: str, key: CommandKey, command: wire.CommandBase, session: str
    ) -> Result:
        match command:
            case wire.CallHangUp():
                return await self._hang_up(encounter_id)
            case wire.ChatSay():
                core, calls = self.core, self.calls
                result, seq = await chat.say(core, calls, Side.PATIENT, command, key)
                self.chart_told(encounter_id, seq)
                return result
            case _:
                is_of_leg = leg_command(self.legs, PATIENT, command, session)
                calls = self.calls
                return {} if is_of_leg else await call_command(calls, Side.PATIENT, command)

    async def _gate(
        self,
        network_id: str,
        encounter_id: str,
        key: CommandKey,
        command: wire.ConsentWithdraw | wire.EmergencyRaise,
    ) -> Result:
        """Withdraw consent, or call for help; the spa and the console are told."""
        core, desk, calls = self.core, self.desks.of(network_id), self.calls
        if isinstance(command, wire.ConsentWithdraw):
            result = await patient_gates.withdraw(core, desk, calls, encounter_id, key)
        else:
            result = await patient_gates.call_for_help(core, desk, encounter_id, key, command)
        async with self.core.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
        self.told(encounter_id)
        self.chart_told(encounter_id, encounter.chart_seq)
        return result

    async def _join(self, network_id: str, encounter_id: str, key: CommandKey) -> Result:
        """Take a place, or take the old one again after leaving it."""

        async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
            encounter = await encounters.get(tx, encounter_id, lock=True)
            if encounter.visit == "waiting":
                raise AlreadyWaiting
            entries = await self._ready_entries(tx, encounter)
            ruling = await ruling_for(tx, self.core, encounter, None, now)
            ruling.require()
            await clinical_sign_offs.require_signed(
                tx, encounter.network_id, fold(entries).treatments
            )
            eligibility = ruling.eligibility(encounter.network_id)
            outlook = await outlook_for(tx, self.core, eligibility)
            if not outlook.admitted:
                raise NobodyOnShift(outlook.opens_at)
            keyring, actor = self.core.keyring, charting.patient(encounter_id)
            over = await visits.callback_over(tx, encounter, "joined", now=now)
            if over:
                await charting.write(tx, keyring, encounter_id, actor, over, now=now)
            if encounter.visit == "left":  # called back: the session proved the link already
                await visits.move(tx, keyring, encounter, LinkRedeemed(), actor=actor, now=now)
            await charting.write(
                tx, keyring, encounter_id, charting.SYSTEM, [ruling.entry], now=now
            )
            identity = fold(entries).identity
            language = identity.language if identity else ""
            return Plan(await self._ready(tx, encounter, eligibility, language, now))

        # Of others it only looks at who is there; as they were a moment ago is good enough.
        result = await self.desks.of(network_id).do(plan, command=key, about=encounter_id)
        self.told(encounter_id)
        return result

    async def _call_back(self, network_id: str, encounter_id: str, key: CommandKey) -> Result:
        """Promise to call the patient, who gives up the place in line if they have one.

        A patient in a call in which nothing flows is taken back to the line first.
        """
        live = self.calls.get(encounter_id)
        if live is not None and live.call.state in STOPPED:
            await self.calls.ports.lost(live)

        async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
            encounter = await encounters.get(tx, encounter_id, lock=True)
            if encounter.visit != "waiting":
                await self._ready_entries(tx, encounter, or_left=True)
                (await ruling_for(tx, self.core, encounter, None, now)).require()
            await calling_back.ask(tx, self.core, encounter)
            leaves = encounter.visit == "waiting"
            return Plan(PatientLeft(EncounterId(encounter_id)) if leaves else None)

        result = await self.desks.of(network_id).do(plan, command=key, about=encounter_id)
        self.told(encounter_id)
        return result

    async def _ready_entries(
        self, tx: Tx, encounter: Encounter, *, or_left: bool = False
    ) -> Sequence[AnyEntry]:
        """Return the chart of a patient who has done all that comes before the line.

        Raises:
            NotWaiting: the visit is past that, or the patient left and is not called back.
            WrongStep: something of the intake is missing.
        """
        asked = await callbacks.of(tx, encounter.encounter_id)
        called_back = asked is not None and asked.is_open
        back = encounter.visit == "left" and (or_left or called_back)
        if encounter.visit != "intake" and not back:
            raise NotWaiting
        _, entries = await charting.read(tx, self.core.keyring, encounter.encounter_id)
        if not ready_to_wait(entries):
            raise WrongStep
        return entries

    async def _ready(
        self,
        tx: Tx,
        encounter: Encounter,
        eligibility: EligibilityClass,
        language: str,
        now: Instant,
    ) -> PatientReady:
        return PatientReady(
            encounter_id=encounter.encounter_id,
            eligibility=eligibility,
            place=await encounters.next_place(tx),
            ready_at=now,
            language=language,
            priority=encounter.priority,
        )

    async def _hang_up(self, encounter_id: str) -> Result:
        """The patient leaves the call, not the visit: both may connect again."""
        live = self.calls.require(encounter_id)
        actor = charting.patient(encounter_id)
        await self.calls.fail(live, live.call.generation, Failure.PEER_FAILED, actor)
        return {}

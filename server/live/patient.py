"""What a patient's page may ask for on its socket.

Decodes nothing and permits nothing (the gateway did): hands each command to the waiting room
or to the call, with what else belongs into the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.call import Failure, Side
from server import charting
from server.access import Principal
from server.authority import eligibility_class
from server.chart.reading import read as fold
from server.chart.reading import ready_to_wait
from server.errors import AlreadyWaiting, NotWaiting, WrongStep
from server.live.calls import CallBook
from server.live.negotiating import call_command
from server.services import Core
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.desks import Desks
from server.waiting.work import CommandKey, Plan, Result, just
from signaling import messages as wire
from signaling.events import PatientLeft, PatientReady
from signaling.identifiers import EncounterId, Instant
from signaling.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class PatientCommands:
    """Performs the commands of patients."""

    core: Core
    desks: Desks
    calls: CallBook

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
            case wire.CallHangUp():
                return await self._hang_up(encounter_id)
            case _:
                return await call_command(self.calls, Side.PATIENT, command)

    async def _join(self, network_id: str, encounter_id: str, key: CommandKey) -> Result:
        """Take a place, or take the old one again after leaving it."""

        async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
            encounter = await encounters.get(tx, encounter_id, lock=True)
            if encounter.visit == "waiting":
                raise AlreadyWaiting
            if encounter.visit != "intake":
                raise NotWaiting
            _, entries = await charting.read(tx, self.core.keyring, encounter_id)
            if not ready_to_wait(entries):
                raise WrongStep
            identity = fold(entries).identity
            language = identity.language if identity else ""
            return Plan(await self._ready(tx, encounter, language, now))

        return await self.desks.of(network_id).do(plan, command=key, about=encounter_id)

    async def _ready(
        self, tx: Tx, encounter: Encounter, language: str, now: Instant
    ) -> PatientReady:
        site = await directory.site(tx, encounter.site_id)
        places = frozenset({encounter.jurisdiction or "", site.jurisdiction})
        return PatientReady(
            encounter_id=encounter.encounter_id,
            eligibility=eligibility_class(encounter.network_id, places),
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

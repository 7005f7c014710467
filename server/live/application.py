"""What the gateway calls: addresses, subjects of commands, and who performs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.access import Principal, Resource
from server.console.commands import PractitionerCommands
from server.errors import NotFound
from server.live.calls import CallBook
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.live.connections import Connection
from server.live.gateway import Application
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.patient import PatientCommands
from server.services import Core
from server.storage import directory, encounters
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.waiting.work import Result
from signaling import messages as wire

LEG_COMMANDS: Final = (wire.LegAnswer, wire.LegRefresh, wire.LegFailed)


@dataclass(frozen=True, slots=True)
class LiveApplication:
    """The application behind the sockets."""

    core: Core
    hub: LiveHub
    calls: CallBook
    legs: LegBook
    patients: PatientCommands
    practitioners: PractitionerCommands

    def ports(self) -> Application:
        """Return this as the gateway's port."""
        return Application(
            address=self.address,
            resource=self.resource,
            perform=self.perform,
            opened=self.hub.opened,
            closed=self.hub.closed,
        )

    async def address(self, principal: Principal) -> tuple[str, str]:
        """Return whose events somebody gets, and in which network.

        Raises:
            NotFound: the session is for nothing that has events.
        """
        if principal.encounter_id is not None:
            encounter = await self._encounter(principal.encounter_id)
            return recipient_of_patient(encounter.encounter_id), encounter.network_id
        organization_id = principal.organization_id or ""
        if principal.practitioner_id is not None:
            return recipient_of_practitioner(principal.practitioner_id), organization_id
        if principal.audience == "spa":
            async with self.core.database.read() as tx:
                spa = await directory.organization(tx, organization_id)
            return f"spa:{organization_id}", spa.network_id or ""
        return f"ops:{organization_id}", organization_id

    async def resource(self, principal: Principal, command: wire.CommandBase) -> Resource:
        """Return what a command is about, for the policy.

        Raises:
            NotFound: it names an encounter that does not exist.
        """
        named = getattr(command, "encounter_id", None)
        if named is None:
            return Resource(
                encounter_id=principal.encounter_id,
                practitioner_id=principal.practitioner_id,
                network_id=principal.organization_id,
            )
        if isinstance(command, LEG_COMMANDS):
            return self._of_legs(principal, named)
        live = self.calls.get(named)
        if live is not None:  # what flows during a call is not looked up each time
            return Resource(
                network_id=live.network_id,
                encounter_id=live.encounter_id,
                practitioner_id=live.practitioner_id,
            )
        encounter = await self._encounter(named)
        return Resource(
            network_id=encounter.network_id,
            spa_id=encounter.spa_id,
            encounter_id=encounter.encounter_id,
            practitioner_id=encounter.practitioner_id,
            site_id=encounter.site_id,
        )

    def _of_legs(self, principal: Principal, encounter_id: str) -> Resource:
        """Return whose legs are spoken of: a practitioner's while an offer rings, or a call."""
        who = principal.practitioner_id
        theirs = who is not None and self.legs.has_seat(encounter_id, who)
        return Resource(
            # Offers ring only in the practitioner's own network.
            network_id=principal.organization_id if theirs else None,
            encounter_id=encounter_id,
            practitioner_id=who if theirs else None,
        )

    async def _encounter(self, encounter_id: str) -> Encounter:
        try:
            async with self.core.database.read() as tx:
                return await encounters.get(tx, encounter_id)
        except RowMissing:
            raise NotFound from None

    async def perform(self, connection: Connection, command: wire.CommandBase) -> Result:
        """Do a permitted command."""
        principal = connection.principal
        if isinstance(command, wire.Sync):
            await self.hub.resync_page(connection)
            return {}
        if principal.encounter_id is not None:
            return await self.patients.perform(principal, connection.network_id, command)
        perform = self.practitioners.perform
        if isinstance(command, wire.OfferAccept | wire.EncounterResume):
            with self.hub.windows.accept_in(connection):
                return await perform(principal, connection.network_id, command)
        result = await perform(principal, connection.network_id, command)
        if isinstance(command, wire.LegAnswer):
            connection.answered = (command.encounter_id, command.leg)
        return result

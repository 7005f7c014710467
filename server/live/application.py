"""What a home does with its visitors: who they are to it, what they may, and what they ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from server import access, charting
from server.access import Principal, Resource, Rule
from server.completeness import command_type
from server.console.commands import PractitionerCommands
from server.errors import NotFound, NotSignedIn
from server.live.calls import CallBook
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.live.connections import Connection, Connections
from server.live.doors import Visitor
from server.live.hub import LiveHub
from server.live.legs import LegBook
from server.live.patient import PatientCommands
from server.live.recent import RecentCommands
from server.live.refusing import command_refused
from server.live.turns import Turns
from server.logging import get_logger
from server.problems import is_unexpected, problem
from server.proofs.refusals import EnrolmentRequired
from server.proofs.stepping_up import require_fresh
from server.services import Core, Services
from server.storage import commands, directory, encounters
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.together import Together
from server.waiting.work import Result
from signaling import messages as wire

OPENING_MAX: Final = 100  # pages shown their state at once: what they read is one query
FIRST: Final = 2**63  # later than anybody comes
LEG_COMMANDS: Final = (wire.LegAnswer, wire.LegRefresh, wire.LegFailed)

Shown = tuple[int, Coroutine[Any, Any, None]]
"""A rank (the greater is the first), and what shows a page what it has to know."""

log = get_logger("home")


@dataclass(frozen=True, slots=True)
class LiveApplication:
    """The application behind the sockets of one network."""

    services: Services
    connections: Connections
    hub: LiveHub
    calls: CallBook
    legs: LegBook
    patients: PatientCommands
    practitioners: PractitionerCommands
    recent: RecentCommands
    turns: Turns = field(default_factory=lambda: Turns(OPENING_MAX))

    # -------------------------------------------------------------- sockets

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        """See `Door`."""
        came: list[Connection] = []
        shown: list[Shown] = []
        for visitor in visitors:  # first who is there, then what each of them is shown
            if self.hub.leaving.is_over(visitor.principal.session):
                gone = wire.SessionEnded(reason="revoked")
                self.connections.close([Connection.of(visitor)], gone)
                continue
            known = self.connections.get(visitor.sid)
            if known is None:
                connection = Connection.of(visitor)
                self.connections.add(connection)
                came.append(connection)
            else:
                known.principal, known.resume = visitor.principal, visitor.resume
                shown.append((self._rank(known), self.hub.caught_up(known)))
        for connection in came:
            await self.hub.presence.arrived(connection)
        shown += ((self._rank(one), self.hub.opened(one)) for one in came)
        for failure in await _in_turn(self.turns, shown):
            # One page that cannot be shown is not the others' trouble.
            if len(shown) == 1 or problem(failure).retry:
                raise failure
            log.error("page_not_shown", exc_info=failure)

    def _rank(self, connection: Connection) -> int:
        """Return who is shown their state first: consoles and calls, then who came last."""
        encounter_id = connection.principal.encounter_id
        if encounter_id is None or self.calls.get(encounter_id) is not None:
            return FIRST
        return connection.visitor.since

    def closed(self, visitor: Visitor) -> None:
        """See `Door`."""
        connection = self.connections.remove(visitor.sid)
        if connection is not None:
            self.hub.presence.closed(connection)

    # -------------------------------------------------------------- commands

    async def perform(self, visitor: Visitor, command: wire.CommandBase) -> wire.Ack:
        """See `Door`."""
        try:
            result = await self._perform(visitor, command)
        except Exception as error:  # every command is acknowledged, whatever happened to it
            named = {
                "type": command_type(type(command)),
                "encounter_id": getattr(command, "encounter_id", None),
            }
            await command_refused(self.services, visitor, named, error)
            if is_unexpected(error):
                log.exception("command_failed", command=named["type"])
            return wire.Ack(ok=False, id=command.id, error=problem(error))
        return wire.Ack(ok=True, id=command.id, result=dict(result))

    async def _perform(self, visitor: Visitor, command: wire.CommandBase) -> Result:
        if self.hub.leaving.is_over(visitor.principal.session):
            raise NotSignedIn
        connection = self.connections.get(visitor.sid)
        if connection is None:
            # It was taken over, or its word that it is there has not come yet.
            connection = Connection.of(visitor)
        connection.principal = principal = visitor.principal
        rule = access.COMMANDS[command_type(type(command))]
        if not await self._may(rule, principal, command):
            return await self._done_before(rule, principal, command)
        if not access.is_proven(rule, principal):
            raise EnrolmentRequired
        done = self.recent.get(principal.session, command.id)
        if done is None:
            await self._require_fresh(rule, principal)
            done = await self._do(connection, command)
            self.recent.add(principal.session, command.id, done)
        return done

    async def _may(self, rule: Rule, principal: Principal, command: wire.CommandBase) -> bool:
        try:
            resource = await self.resource(principal, command)
        except NotFound:
            return False
        return access.may(rule, principal, resource)

    async def _done_before(
        self, rule: Rule, principal: Principal, command: wire.CommandBase
    ) -> Result:
        """Answer again what did away with the relation that it took, as giving a patient back.

        Only by the id that its own sender gave it, and whatever else it names: so nothing is
        learned of what is not theirs.

        Raises:
            NotFound: they have done no such thing.
        """
        if principal.role not in rule.grants or not access.is_proven(rule, principal):
            raise NotFound
        done = self.recent.get(principal.session, command.id)
        if done is not None:
            return done
        async with self.services.database.read() as tx:
            stored = await commands.recorded(tx, _actor_of(principal), command.id)
        if stored is None:
            raise NotFound
        again: Result = json.loads(stored)
        return again

    async def _require_fresh(self, rule: Rule, principal: Principal) -> None:
        """Look at the session itself, however long ago the socket was let in by it.

        Raises:
            StepUpRequired: nothing was proved in it lately.
        """
        if access.asks_fresh(rule, principal):
            async with self.services.database.read() as tx:
                now = self.services.clock.now()
                await require_fresh(tx, self.services, principal.session, now=now)

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
            async with self.services.database.read() as tx:
                return await encounters.get(tx, encounter_id)
        except RowMissing:
            raise NotFound from None

    async def _do(self, connection: Connection, command: wire.CommandBase) -> Result:
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


def _actor_of(principal: Principal) -> str:
    """Return under whose name commands are remembered; see `PatientCommands` and `Job`."""
    if principal.encounter_id is not None:
        return charting.patient(principal.encounter_id)
    return charting.practitioner(principal.practitioner_id or "")


async def _in_turn(turns: Turns, shown: Sequence[Shown]) -> list[Exception]:
    """Do all of it, and return what failed."""

    async def one(since: int, part: Coroutine[Any, Any, None]) -> None:
        async with turns.turn(since):
            await part

    done = await asyncio.gather(*(one(*each) for each in shown), return_exceptions=True)
    return [one for one in done if isinstance(one, Exception)]


async def address(
    core: Core, known: Together[Encounter], principal: Principal
) -> tuple[str, str]:
    """Return whose events somebody gets, and in which network.

    Args:
        core: what everything stands on.
        known: reads encounters.
        principal: who.

    Raises:
        NotFound: the session is for nothing that has events.
    """
    if principal.encounter_id is not None:
        encounter = await known.get(principal.encounter_id)
        if encounter is None:
            raise NotFound
        return recipient_of_patient(encounter.encounter_id), encounter.network_id
    organization_id = principal.organization_id or ""
    if principal.practitioner_id is not None:
        return recipient_of_practitioner(principal.practitioner_id), organization_id
    if principal.audience == "spa":
        async with core.database.read() as tx:
            spa = await directory.organization(tx, organization_id)
        return f"spa:{organization_id}", spa.network_id or ""
    return f"ops:{organization_id}", organization_id

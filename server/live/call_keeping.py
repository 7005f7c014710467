"""Calls across absences: taken up after a restart, given back when nobody comes for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from media.leg_moves import Seat
from server.chart.call_entries import EndBecause
from server.errors import Unavailable
from server.live.calls import CallBook
from server.live.cards import recipient_of_practitioner
from server.live.connections import Connections
from server.live.leg_adoption import ELSEWHERE, Whereabouts
from server.live.live_call import LiveCall
from server.live.stored_calls import stored_call, unknown_calls
from server.services import Core
from server.storage import encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing, StorageError
from server.waiting.desks import Desks
from server.waiting.work import Plan
from signaling import events
from signaling.identifiers import EncounterId, Instant, PractitionerId
from signaling.switchboard import Switchboard

AGAIN_S: Final = 1.0
ACCEPTED: Final = frozenset({"waiting", "in_progress"})  # or was, a moment ago

Spawn = Callable[[Coroutine[Any, Any, object]], None]


class CallKeeper:
    """Begins, restores and gives back the calls of the waiting rooms."""

    def __init__(
        self,
        core: Core,
        network_id: str,
        desks: Desks,
        connections: Connections,
        calls: CallBook,
        changed: Callable[[str], None],
        spawn: Spawn,
    ) -> None:
        """Prepare.

        Args:
            core: what everything stands on.
            network_id: whose calls these are; relays know of others, too.
            desks: the waiting rooms.
            connections: who is there.
            calls: those that are going on.
            changed: has the pages of an encounter told that it changed.
            spawn: runs something after this.
        """
        self._core = core
        self._network_id = network_id
        self._desks = desks
        self._connections = connections
        self._calls = calls
        self._changed = changed
        self._spawn = spawn

    async def begin(self, encounter_id: str) -> None:
        """Begin a call as it was committed, unless the exam is over again already."""
        live = await stored_call(self._core, encounter_id)
        if live is not None and self._calls.get(encounter_id) is None:
            await self._calls.begin(live)

    async def begin_unknown(self, network_id: str) -> None:
        """Begin the calls of a commit that was settled and told nobody."""
        for live in await unknown_calls(self._core, self._calls, network_id):
            if self._calls.get(live.encounter_id) is None:
                await self._calls.begin(live)

    async def restore(self, network_id: str) -> None:
        """Take up the calls of a network that were going on when its last home ended."""
        for live in await unknown_calls(self._core, self._calls, network_id):
            await self._calls.restore(live)
            self.watch_practitioner(live)

    async def whereabouts(self, encounter_id: str) -> Whereabouts:
        """Return where an encounter is, for legs that outlived a restart."""
        if seat := self._seat_in_call(encounter_id):
            return ("call", seat) if await self._is_ours() else ELSEWHERE
        encounter = await self._ours(encounter_id)
        if encounter is None:
            return ELSEWHERE
        desk = self._desks.by_network.get(encounter.network_id)
        switchboard = None if desk is None else await desk.settled()
        if switchboard is None:
            return ELSEWHERE
        if switchboard.patient(EncounterId(encounter_id)) is not None:
            return ("line", None)
        if seat := self._seat_in_call(encounter_id):
            return ("call", seat)
        # Out of the line and in no call yet: one is about to begin, and takes its legs.
        begins = encounter.visit in ACCEPTED and self._calls.get(encounter_id) is None
        return ELSEWHERE if begins else ("over", None)

    async def _ours(self, encounter_id: str) -> Encounter | None:
        """Return an encounter of this home; None if its legs are not ours to close.

        Another process may be the home by now; and relays know of other networks, too.
        """
        try:
            async with self._core.database.read() as tx:
                if not await self._core.database.is_ours(tx):
                    return None
                encounter = await encounters.get(tx, encounter_id)
        except RowMissing:
            return None
        return encounter if encounter.network_id == self._network_id else None

    def _seat_in_call(self, encounter_id: str) -> Seat | None:
        """Return the practitioner's seat in a call that goes through a relay."""
        live = self._calls.get(encounter_id)
        return Seat(live.practitioner_id) if live and live.mode == "relay" else None

    async def _is_ours(self) -> bool:
        """Tell whether this is still the home; a database that is away takes nobody's lease."""
        try:
            async with self._core.database.read() as tx:
                return await self._core.database.is_ours(tx)
        except StorageError:
            return True

    def watch_practitioner(self, live: LiveCall) -> None:
        """Give the patient back if the practitioner does not return within the grace."""
        self._spawn(self._release_if_gone(live))

    async def _release_if_gone(self, live: LiveCall) -> None:
        await asyncio.sleep(self._core.settings.switchboard.practitioner_grace_s)
        while not self._connections.of(recipient_of_practitioner(live.practitioner_id)):
            if self._calls.get(live.encounter_id) is not live:
                return
            with suppress(Unavailable, StorageError):
                await self._give_back(live, "practitioner_gone")
            await asyncio.sleep(AGAIN_S)

    async def lost(self, live: LiveCall) -> None:
        """Give a patient back to whom nothing flowed for too long."""
        await self._give_back(live, "interrupted")

    async def unauthorized(self, live: LiveCall) -> None:
        """Give a patient back whom this practitioner may not examine."""
        await self._give_back(live, "not_authorized")

    async def _give_back(self, live: LiveCall, because: EndBecause) -> None:
        """End a call for its practitioner: the patient gets the place back."""
        encounter_id = EncounterId(live.encounter_id)
        who = PractitionerId(live.practitioner_id)

        async def plan(tx: Tx, now: Instant, _switchboard: Switchboard) -> Plan:
            await self._calls.end_in(tx, encounter_id, None, now, because=because)
            return Plan(events.PractitionerReleased(who, encounter_id))

        await self._desks.of(live.network_id).do(plan)
        self._calls.drop(encounter_id)
        self._changed(encounter_id)

"""The live side of one network at its home: tells pages what was committed.

    committed effects --> tell ----------> streams of patients, practitioners, spas, ops
    visitors -----------> opened --------> what they missed, calls taken up again
                    `---> hub_presence --> presence in the waiting room

Sockets are at edges, on any node; commands go past it (`application`).

Bursts of changes are told once (`gathering`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from media.leg_moves import PATIENT, Seat
from server.access import Principal
from server.ending import end
from server.errors import NotFound
from server.live.call_keeping import CallKeeper
from server.live.calls import CallBook
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.live.connections import Connection, Connections
from server.live.gathering import Gathering
from server.live.hub_presence import HubPresence, PresencePorts
from server.live.leaving import Leaving, Seats
from server.live.legs import LegBook
from server.live.presenter import Presenter
from server.live.ringing import card_to_ring, closed
from server.live.sessions_in_use import keep_sessions
from server.live.settling import Settling
from server.live.stored_calls import side_of
from server.live.waits import Waits
from server.live.windows import Windows
from server.logging import get_logger
from server.services import Core
from server.storage import encounters, sessions
from server.waiting.desks import Desks
from signaling import effects
from signaling import messages as wire
from signaling.errors import SignalingError
from signaling.identifiers import EncounterId
from signaling.offers import Offer

NO_PAST: Final = (None, None)

log = get_logger("hub")


class LiveHub:
    """The live side of one network, at its home."""

    def __init__(
        self,
        core: Core,
        network_id: str,
        desks: Desks,
        connections: Connections,
        presenter: Presenter,
        calls: CallBook,
        legs: LegBook,
        settling: Settling,
    ) -> None:
        """Prepare. The home opens the desk that tells this hub."""
        self.settling = settling
        self._core = core
        self._desks = desks
        self._connections = connections
        self._presenter = presenter
        self._calls = calls
        self._legs = legs
        self.windows = Windows(connections, calls, legs)
        seats = Seats(self._seats, self._seats_of_session)
        self.leaving = Leaving(connections, calls, legs, self.windows, seats, self._spawn)
        self._waits = Waits(presenter, connections)
        self.keeper = CallKeeper(
            core, network_id, desks, connections, calls, self.encounter_changed, self._spawn
        )
        self.presence = HubPresence(
            network_id,
            desks,
            connections,
            calls,
            self.windows,
            settling,
            PresencePorts(
                self._look_at_legs,
                self.encounter_changed,
                self.keeper.watch_practitioner,
                self._spawn,
            ),
            hesitation_s=core.settings.away_after_s,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._changes = Gathering(self._tell_encounter, self._tell_network)

    # -------------------------------------------------------------- what pages are shown

    async def opened(self, connection: Connection) -> None:
        """Show a page that has arrived what it missed, or the whole state."""
        if connection not in self._connections.of(connection.recipient):
            return  # it went while others had their turn, or gave way to another window
        try:
            await self._resume_call(connection)
            for encounter_id, seat in self._seats(connection.principal):
                self._legs.back(encounter_id, seat)
        finally:  # the connection hears nothing before this
            if connection.resume == NO_PAST:
                await self.tell_state(connection)  # its new legs are told behind it
            elif self._connections.replay(connection):
                await self._desks.of(connection.network_id).settled()
                self._waits.tell_anew(connection.principal, connection.network_id)
            else:
                await self.resync_page(connection)

    async def caught_up(self, connection: Connection) -> None:
        """A page that is known may have missed something: what, it says in `resume`."""
        if connection.held is not None:
            return  # the state that it is to be shown covers that
        if not self._connections.replay(connection):
            await self.resync_page(connection)

    async def tell_state(self, connection: Connection) -> None:
        """Send the whole state of a page."""

        async def read() -> wire.EventBase:
            self._waits.shown(connection.principal.encounter_id or "")
            return await self._presenter.state(connection.principal, connection.network_id)

        await self._connections.tell_state(connection, read)

    async def _resume_call(self, connection: Connection) -> None:
        """A page without a past lost its half of a call, or its leg."""
        live = self.windows.call_of(connection.principal)
        if connection.resume != NO_PAST:
            if live is not None:
                self._calls.tell_state(live)
            return
        if live is not None:
            side = side_of(connection.principal)
            await self._calls.reloaded(side, live.encounter_id)
            return
        for encounter_id, seat in self._seats(connection.principal):
            self._legs.reloaded(encounter_id, seat)

    # -------------------------------------------------------------- committed effects

    def tell(self, network_id: str, sends: Sequence[effects.Send]) -> None:
        """Perform the sends of a committed batch, in their order."""
        for send in sends:
            match send:
                case effects.SendOfferRinging(offer=offer):
                    self._spawn(self._ring(network_id, offer))
                case effects.SendOfferWithdrawn(offer=offer):
                    self._offer_closed(offer)
                    self._spawn(self._look_at_legs(network_id, offer.encounter_id))
                case effects.SendOfferAccepted(offer=offer):
                    self._offer_closed(offer)
                    self._legs.accepting(offer.encounter_id)
                    window = self.windows.accepting(
                        recipient_of_practitioner(offer.practitioner_id)
                    )
                    self._spawn(self._begin(offer, window))
                case effects.SendPatientRinging(encounter_id=encounter_id):
                    self._waits.tell(network_id, encounter_id)
                case effects.SendPatientRemoved(encounter_id=encounter_id):
                    self.encounter_changed(encounter_id)
                case effects.SendPractitionerStatus():
                    self._status(network_id, send)
                case effects.SendQueueChanged():
                    self.network_changed(network_id)

    async def _ring(self, network_id: str, offer: Offer) -> None:
        try:
            card = await card_to_ring(self._presenter, offer)
            if card is not None:
                recipient = recipient_of_practitioner(offer.practitioner_id)
                try:  # before anybody can accept: an accept without legs goes direct
                    await self._look_at_legs(network_id, offer.encounter_id)
                finally:
                    self._connections.tell(recipient, wire.OfferRinging(offer=card))
        finally:
            self.encounter_changed(offer.encounter_id)

    async def _begin(self, offer: Offer, window: Connection | None) -> None:
        self.windows.take(offer.encounter_id, Seat(offer.practitioner_id), window)
        await self.keeper.begin(offer.encounter_id)

    def _offer_closed(self, offer: Offer) -> None:
        recipient = recipient_of_practitioner(offer.practitioner_id)
        self._connections.tell(recipient, closed(offer))
        self.encounter_changed(offer.encounter_id)

    def wait_changed(self, network_id: str, encounter_id: str) -> None:
        """What a waiting patient is told of their wait changed."""
        self._waits.tell(network_id, encounter_id)

    def _status(self, network_id: str, send: effects.SendPractitionerStatus) -> None:
        event = wire.StatusChanged(
            status=send.status.value,
            reason=str(send.reason) if send.reason else None,
            shift_ends_at_ms=self._presenter.shift_ends_at_ms(network_id, send.practitioner_id),
        )
        self._connections.tell(recipient_of_practitioner(send.practitioner_id), event)

    # -------------------------------------------------------------- the Hub port

    def encounter_changed(self, encounter_id: str) -> None:
        """The visit, presence, result or intake of an encounter changed."""
        self._changes.encounter(encounter_id)

    def chart_changed(self, encounter_id: str, entries: int) -> None:
        """The chart grew to `entries` entries."""
        self._spawn(self._tell_chart(encounter_id, entries))

    def given_back(self, encounter_id: str, practitioner_id: str) -> None:
        """A patient has their place in line back: who examined them is told it too."""
        back = wire.VisitChanged(encounter_id=encounter_id, visit="waiting")
        self._connections.tell(recipient_of_practitioner(practitioner_id), back)
        self.encounter_changed(encounter_id)

    def replace_device(self, encounter_id: str, kept_id_hash: str) -> None:
        """Tell and disconnect the patient's other devices."""
        self.leaving.device_replaced(encounter_id, kept_id_hash)

    async def _tell_chart(self, encounter_id: str, entries: int) -> None:
        async with self._core.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
        if encounter.practitioner_id is not None:
            recipient = recipient_of_practitioner(encounter.practitioner_id)
            event = wire.ChartChanged(encounter_id=encounter_id, entries=entries)
            self._connections.tell(recipient, event)

    # -------------------------------------------------------------- gathering

    def network_changed(self, network_id: str) -> None:
        """Something changed that the network's practitioners or operations see."""
        self._changes.network(network_id)

    async def _tell_encounter(self, encounter_id: str) -> str:
        """Tell spa, patient and practitioner of one encounter; return its network."""
        here = self._connections

        def looks(spa_id: str) -> bool:
            return here.looked_at(f"spa:{spa_id}")

        encounter, row = await self._presenter.encounter(encounter_id, looks)
        if row is not None:
            here.tell(f"spa:{encounter.spa_id}", wire.EncounterChanged(encounter=row))
        visit = wire.VisitChanged(encounter_id=encounter_id, visit=encounter.visit)
        patient = recipient_of_patient(encounter_id)
        if here.looked_at(patient):
            here.tell(patient, visit)
        if encounter.practitioner_id is not None:
            recipient = recipient_of_practitioner(encounter.practitioner_id)
            self._connections.tell(recipient, visit)
            if self._connections.of(recipient):
                unsigned = await self._presenter.unsigned(encounter.practitioner_id)
                self._connections.tell(recipient, wire.UnsignedChanged(unsigned=unsigned))
        await self._look_at_legs(encounter.network_id, encounter_id)
        return encounter.network_id

    async def _tell_network(self, network_id: str) -> None:
        await self.settling.wait()  # until then pages are shown their whole state
        self._waits.tell_all(network_id)
        queues, now = self._presenter.queues(network_id), self._core.clock.now()
        for recipient in self._connections.recipients("practitioner:"):
            if self._connections.of(recipient)[0].network_id == network_id:
                summary = queues.of(recipient.partition(":")[2], now)
                self._connections.tell(recipient, wire.QueueSummaryChanged(queue=summary))
        if self._connections.of(f"ops:{network_id}"):
            self._connections.tell(f"ops:{network_id}", await self._presenter.ops(network_id))

    # -------------------------------------------------------------- calls and legs

    def resync(self, network_id: str) -> None:
        """Tell every page its whole state: a commit was settled that told nobody."""
        self._connections.forget_past()
        self._spawn(self._resync(network_id))

    async def _resync(self, network_id: str) -> None:
        await self.keeper.begin_unknown(network_id)
        for connection in self._connections.all():
            if connection.network_id == network_id:
                await self.resync_page(connection)

    async def resync_page(self, connection: Connection) -> None:
        """Tell a page that missed something its whole state, and its legs again."""
        await self.tell_state(connection)
        for encounter_id, seat in self._seats(connection.principal):
            self._legs.resumed(encounter_id, seat)

    def _seats(self, principal: Principal) -> list[tuple[str, Seat]]:
        """Return where somebody may have legs."""
        return self._seats_of(principal.encounter_id, principal.practitioner_id)

    async def _seats_of_session(self, id_hash: str) -> list[tuple[str, Seat]]:
        async with self._core.database.read() as tx:
            person = await sessions.person_of(tx, id_hash)
        return self._seats_of(*person)

    def _seats_of(self, encounter_id: str | None, who: str | None) -> list[tuple[str, Seat]]:
        if encounter_id is not None:
            return [(encounter_id, PATIENT)]
        return [(one, Seat(who)) for one in self._legs.seats_of(who)] if who else []

    async def _look_at_legs(self, network_id: str, encounter_id: str) -> None:
        """Let those have legs who wait or are rung, once it is committed who that is."""
        switchboard = await self._desks.of(network_id).settled()
        if switchboard is None:
            return
        name = EncounterId(encounter_id)
        await self._legs.look(
            encounter_id,
            in_line=switchboard.patient(name) is not None,
            here=bool(self._connections.of(recipient_of_patient(encounter_id))),
            rung=[offer.practitioner_id for offer in switchboard.offers_for(name)],
        )

    # -------------------------------------------------------------- sessions

    def start(self, *besides: Coroutine[Any, Any, None]) -> None:
        """Keep the sessions of those who wait or talk alive, and begin what else there is."""
        in_use = keep_sessions(self._core, self._connections, self.windows)
        for work in (self.settling.run(), in_use, *besides):
            self._spawn(work)

    # -------------------------------------------------------------- tasks

    def _spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run something after this, and log what it may fail with."""
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop reporting: the process ends."""
        await self.presence.close()
        await self._changes.close()
        await end(self._tasks)


async def _guarded(work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except (SignalingError, NotFound):
        return
    except Exception as error:
        log.warning("tell_failed", exc_info=error)

"""A home's visitors, and what they are told: numbered, replayed, or the whole state.

It follows `server.live.connections` and `server.live.hub`: while a state is being read, what
else is told is held and follows it; visits that changed are read and told a little later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from server.live.doors import Wire
from server.live.streams import StreamBook
from server.storage.errors import ReadFailed, StorageError
from server.waiting.desk import Desk
from signaling import effects
from signaling.events import Event, PatientSeen, PractitionerSeen
from signaling.identifiers import EncounterId, PractitionerId
from tests.simulation.cluster.database import Database
from tests.simulation.cluster.words import Opened, Told

GATHER_S = 0.2
Deliver = Callable[[str, str, Wire], None]


@dataclass(eq=False, slots=True)
class Visitor:
    """One socket, as the home knows it."""

    opened: Opened
    held: list[Wire] | None = field(default_factory=list)
    catching_up: asyncio.Lock = field(default_factory=asyncio.Lock)


class Telling:
    """All visitors of a home, and their streams."""

    def __init__(
        self,
        boot: str,
        database: Database,
        deliver: Deliver,
        spawn: Callable[..., object],
    ) -> None:
        self._streams = StreamBook(boot)
        self._database = database
        self._deliver = deliver
        self._spawn = spawn
        self._changed: dict[str, None] = {}
        self._gathering = False
        self.visitors: dict[str, Visitor] = {}
        self.desk: Desk | None = None

    # ------------------------------------------------------------------ visitors

    def of(self, recipient: str) -> list[Visitor]:
        return [one for one in self.visitors.values() if one.opened.recipient == recipient]

    def nodes(self) -> list[str]:
        return list(dict.fromkeys(one.opened.node for one in self.visitors.values()))

    def connected(self) -> Sequence[Event]:
        """Return events that say who is connected right now."""
        people = sorted({one.opened.recipient for one in self.visitors.values()})
        return [seen(one) for one in people]

    async def catch_up(self, visitor: Visitor) -> None:
        """Tell a visitor what it missed, or the whole state."""
        stream = self._streams.get(visitor.opened.recipient)
        missed = stream.after(*visitor.opened.resume)
        if missed is None:
            await self.tell_state(visitor)
            return
        visitor.held = None
        for wire in missed:
            self._send(visitor, wire)

    async def tell_state(self, visitor: Visitor) -> None:
        async with visitor.catching_up:
            stream = self._streams.get(visitor.opened.recipient)
            since = stream.seq
            if visitor.held is None:
                visitor.held = []
            try:
                event = await self._state(visitor.opened.recipient)
                state = event.model_copy(update={"stream": stream.name, "seq": since})
                self._send(visitor, state.model_dump(mode="json"))
            finally:
                held, visitor.held = visitor.held, None
                newer = stream.seq - since
                for wire in held[-newer:] if newer else ():
                    self._send(visitor, wire)

    async def _state(self, recipient: str) -> Told:
        assert self.desk is not None
        kind, _, name = recipient.partition(":")
        visit = await self._visit(name) if kind == "patient" else ""
        board = await self.desk.settled()
        if board is None:
            raise ReadFailed("the desk has stopped")
        if kind == "patient":
            ringing = bool(board.offers_for(EncounterId(name)))
            return Told(what="sync", visit=visit, ringing=ringing)
        one, offer = (
            board.practitioner(PractitionerId(name)),
            board.offer_to(PractitionerId(name)),
        )
        return Told(
            what="sync",
            status=one.status.value if one else "away",
            encounter_id=(one.encounter_id or "") if one else "",
            offer_id=offer.offer_id if offer else "",
        )

    async def _visit(self, encounter_id: str) -> str:
        async with self._database.read() as tx:
            visits = tx.server.tables.visits
            row = await tx.ask(lambda session: session.changes.get(visits, encounter_id))
        assert row is not None
        return row.state.value

    # ------------------------------------------------------------------ committed effects

    def tell(self, sends: Sequence[effects.Send]) -> None:
        """Perform the sends of a committed batch, in their order."""
        for send in sends:
            match send:
                case effects.SendOfferRinging(offer=offer):
                    event = Told(what="ringing", offer_id=offer.offer_id)
                    self._tell(f"practitioner:{offer.practitioner_id}", event)
                case effects.SendOfferWithdrawn(offer=offer):
                    event = Told(what="closed", offer_id=offer.offer_id)
                    self._tell(f"practitioner:{offer.practitioner_id}", event)
                case effects.SendOfferAccepted(offer=offer):
                    event = Told(what="closed", offer_id=offer.offer_id)
                    self._tell(f"practitioner:{offer.practitioner_id}", event)
                    patient = f"patient:{offer.encounter_id}"
                    self._tell(patient, Told(what="rung", ringing=False))
                    self.changed(offer.encounter_id)
                case effects.SendPatientRinging(encounter_id=encounter_id, ringing=ringing):
                    patient = f"patient:{encounter_id}"
                    self._tell(patient, Told(what="rung", ringing=ringing))
                case effects.SendPatientRemoved(encounter_id=encounter_id):
                    self.changed(encounter_id)
                case effects.SendPractitionerStatus(practitioner_id=who, status=status):
                    self._tell_status(who, status.value)
                case effects.SendQueueChanged():
                    pass

    def _tell_status(self, who: PractitionerId, status: str) -> None:
        board = self.desk.switchboard if self.desk is not None else None
        one = board.practitioner(who) if board is not None else None
        encounter_id = (one.encounter_id or "") if one is not None else ""
        event = Told(what="status", status=status, encounter_id=encounter_id)
        self._tell(f"practitioner:{who}", event)

    def resync(self) -> None:
        """Have every page told its whole state, and nobody count as having everything."""
        self._streams.forget_all()
        self._spawn(self._resync())

    async def _resync(self) -> None:
        for visitor in list(self.visitors.values()):
            try:
                await self.tell_state(visitor)
            except StorageError:  # its page sees that something is missing
                continue

    def changed(self, encounter_id: str) -> None:
        """The visit of an encounter changed: it is read and told soon."""
        self._changed[encounter_id] = None
        if not self._gathering:
            self._gathering = True
            self._spawn(self._tell_gathered())

    async def _tell_gathered(self) -> None:
        await asyncio.sleep(GATHER_S)
        self._gathering = False
        changed, self._changed = self._changed, {}
        for encounter_id in changed:
            try:
                visit = await self._visit(encounter_id)
            except StorageError:
                self.changed(encounter_id)
            else:
                self._tell(f"patient:{encounter_id}", Told(what="visit", visit=visit))

    def _tell(self, recipient: str, event: Told) -> None:
        wire = self._streams.get(recipient).append(event)
        for visitor in self.of(recipient):
            if visitor.held is not None:
                visitor.held.append(wire)
            else:
                self._send(visitor, wire)

    def _send(self, visitor: Visitor, wire: Wire) -> None:
        self._deliver(visitor.opened.node, visitor.opened.sid, wire)


def seen(recipient: str) -> Event:
    kind, _, name = recipient.partition(":")
    patient = kind == "patient"
    return PatientSeen(EncounterId(name)) if patient else PractitionerSeen(PractitionerId(name))

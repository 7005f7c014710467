"""The legs of every encounter: each a pure `media.legs` machine, performed on the relays.

    pages, waiting room, calls --> event --> machine --> effects
    relays ---------------------->                         |--> a relay, in order
                                                           |--> pages, at once
                                                           `--> the call, the chart, in order

An event is worked through at once; what takes time is put on a lane of its encounter, so a
relay that is slow makes nobody wait but whoever is on it. What comes of it is another event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from media import leg_effects as effects
from media import leg_moves as moves
from media.call import CallError, Side
from media.leg_effects import COMMANDS
from media.leg_moves import PATIENT, Seat
from media.leg_parties import Legs, Phase
from media.legs import next_due, start_of, step_legs
from server.errors import NotFound
from server.live.lanes import Job, Lanes
from server.live.leg_adoption import Adopting, LegAdoption, Whereabouts
from server.live.leg_commands import LegCommands
from server.live.leg_hearing import Hearing, LegHearing
from server.live.leg_notes import LegNotes
from server.live.leg_ports import LegPorts
from server.logging import get_logger
from server.relays.port import RelayId, Relays
from server.services import Core
from server.waiting.posting import CallStart
from signaling import messages as wire
from signaling.sdp import check_description

SOON_S: Final = 0.01
IDLE_MAX: Final = 1_000
CALL_LANE: Final = "call"

log = get_logger("legs")


@dataclass(slots=True, eq=False)
class Held:
    """The legs of one encounter, and what only this home knows of them.

    Attributes:
        accepting: an accept is committed and the call not begun yet: nobody leaves now.
    """

    legs: Legs = field(default_factory=Legs)
    timer: asyncio.TimerHandle | None = None
    accepting: bool = False


class LegBook:
    """All legs of this home."""

    ports: LegPorts  # set by the home, before the first event

    def __init__(self, core: Core, relays: Relays | None) -> None:
        """Start with none; without relays there will never be any."""
        self._core = core
        self._relays = relays
        self._held: dict[str, Held] = {}
        self.lanes = Lanes()
        self._notes = LegNotes(core, self.lanes)
        self._commands: LegCommands | None = None
        self._adoption: LegAdoption | None = None
        self._hearing: LegHearing | None = None
        if relays is not None:
            self._commands = LegCommands(relays, self.dispatch, lambda: self.ports)
            self._adoption = LegAdoption(relays, self.lanes, self._adopting())
            self._hearing = LegHearing(relays, self._adoption, self._heard())

    def open(self) -> None:
        """The calls that outlived a restart are known: take up their legs."""
        if self._adoption is not None:
            self._adoption.open()

    # -------------------------------------------------------------- who has which

    def has_seat(self, encounter_id: str, practitioner_id: str) -> bool:
        """Tell whether legs of an encounter were offered to a practitioner."""
        held = self._held.get(encounter_id)
        return held is not None and Seat(practitioner_id) in held.legs.parties

    def start(self, encounter_id: str) -> CallStart:
        """Return how a call that is accepted now begins, and why if it is direct."""
        if self._relays is None:
            return CallStart()
        held = self._held.get(encounter_id)
        legs = held.legs if held else Legs()
        because = start_of(legs, now=self._core.clock.now(), choose=self._choose)
        if because is None:
            return CallStart("relay")
        return CallStart("direct", because.value)

    def _adopting(self) -> Adopting:
        async def know(encounter_id: str) -> Legs:
            return (await self._know(encounter_id)).legs

        async def whereabouts(encounter_id: str) -> Whereabouts:
            return await self.ports.whereabouts(encounter_id)

        return Adopting(
            whereabouts=whereabouts,
            known=lambda: [(one, held.legs) for one, held in self._held.items()],
            know=know,
            dispatch=self.dispatch,
        )

    def _heard(self) -> Hearing:
        return Hearing(
            known=lambda: tuple(self._held),
            legs=self.legs,
            dispatch=self.dispatch,
            mismatch=lambda encounter_id: self._have_call(
                encounter_id, lambda: self.ports.mismatch(encounter_id)
            ),
        )

    def _choose(self, but: frozenset[str]) -> str | None:
        assert self._relays is not None
        return self._relays.choose(but=[RelayId(one) for one in but])

    async def _know(self, encounter_id: str) -> Held:
        """Return the legs of an encounter; numbers go on where the chart says they were."""
        held = self._held.get(encounter_id)
        if held is None:
            legs = await self._notes.numbers(encounter_id)
            held = self._held.setdefault(encounter_id, Held(legs))
            self._forget_idle()
        return held

    def _forget_idle(self) -> None:
        """Drop who has no legs, the longest known first; their numbers are in the chart."""
        if len(self._held) <= IDLE_MAX:
            return
        for encounter_id, held in tuple(self._held.items()):
            if not held.legs.parties and not self._notes.is_busy(encounter_id):
                del self._held[encounter_id]
                if len(self._held) <= IDLE_MAX:
                    return

    # -------------------------------------------------------------- the waiting room

    async def look(
        self, encounter_id: str, *, in_line: bool, here: bool, rung: Collection[str]
    ) -> None:
        """Let who waits and who is rung have legs, and nobody else.

        Args:
            encounter_id: whose legs.
            in_line: the patient waits, or is rung for.
            here: the patient's page is connected.
            rung: practitioners whom an offer of this patient rings.
        """
        if self._relays is None or (not in_line and encounter_id not in self._held):
            return
        held = await self._know(encounter_id)
        if held.accepting or held.legs.phase is not Phase.WAITING:
            return
        wanted = {Seat(one) for one in rung}
        if in_line and (here or PATIENT in held.legs.parties):
            wanted.add(PATIENT)
        for seat in tuple(held.legs.parties):
            if seat not in wanted:
                self.dispatch(encounter_id, moves.Left(seat))
        for seat in sorted(wanted, key=lambda one: one != PATIENT):
            self.dispatch(encounter_id, moves.Came(seat))

    def accepting(self, encounter_id: str) -> None:
        """An accept is committed: what it takes out of the line keeps its legs."""
        held = self._held.get(encounter_id)
        if held is not None:
            held.accepting = True

    def reloaded(self, encounter_id: str, seat: Seat) -> None:
        """A page without a past lost its connections."""
        self.dispatch(encounter_id, moves.PageReloaded(seat))

    def resumed(self, encounter_id: str, seat: Seat) -> None:
        """A page that kept its connections missed what it was told."""
        self.dispatch(encounter_id, moves.PageResumed(seat))

    def cut(self, encounter_id: str, seat: Seat) -> None:
        """Close every leg of a seat at the relay now; it gets none before a page is `back`."""
        self.dispatch(encounter_id, moves.SessionOver(seat))

    def session_over(self, session: str) -> None:
        """Close at the relay now what a session answered, whoever else has its seat."""
        for encounter_id, held in tuple(self._held.items()):
            for party, leg in tuple(held.legs.every()):
                if leg.answered_by == session:
                    self.release(encounter_id, party.seat, session)

    def release(self, encounter_id: str, seat: Seat, session: str) -> None:
        """Close what one session of a seat answered, or may have; it gets others at once."""
        self.dispatch(encounter_id, moves.OneSessionOver(seat, session))

    def keep(self, encounter_id: str, seat: Seat, session: str) -> None:
        """Close what any other session of a seat answered, or may yet answer."""
        self.dispatch(encounter_id, moves.OtherSessionsOver(seat, session))

    def answerers(self) -> frozenset[str]:
        """Return the sessions that answered a leg; `UNKNOWN` is one if it is not known who."""
        every = (leg for held in self._held.values() for _, leg in held.legs.every())
        return frozenset(one.answered_by for one in every if one.answered_by is not None)

    def back(self, encounter_id: str, seat: Seat) -> None:
        """A page of this seat came, by a session that is live."""
        self.dispatch(encounter_id, moves.PageBack(seat))

    def seats_of(self, practitioner_id: str) -> list[str]:
        """Return the encounters in which a practitioner has legs."""
        seat = Seat(practitioner_id)
        return [one for one, held in self._held.items() if seat in held.legs.parties]

    # -------------------------------------------------------------- the call

    async def begun(self, encounter_id: str, practitioner_id: str, *, relayed: bool) -> None:
        """A call was begun: link its legs, or close them."""
        if self._relays is None:
            return
        held = await self._know(encounter_id)
        held.accepting = False
        if relayed:
            self.dispatch(encounter_id, moves.Accepted(Seat(practitioner_id)))
        else:
            self.went_direct(encounter_id)

    async def restored(self, encounter_id: str, practitioner_id: str) -> None:
        """A call through a relay was begun by a process that is gone."""
        if self._relays is not None:
            held = await self._know(encounter_id)
            event = moves.Restored(Seat(practitioner_id), held.legs.ledger)
            self.dispatch(encounter_id, event)

    def went_direct(self, encounter_id: str) -> None:
        """The call goes from browser to browser now."""
        self.dispatch(encounter_id, moves.WentDirect())

    def failed(self, encounter_id: str) -> None:
        """An attempt is over."""
        self.dispatch(encounter_id, moves.CallFailed())

    def retried(self, encounter_id: str) -> None:
        """Another attempt through the relay."""
        self.dispatch(encounter_id, moves.CallRetried())

    def ended(self, encounter_id: str) -> None:
        """A call is over for good."""
        held = self._held.get(encounter_id)
        if held is not None:
            held.accepting = False
            self.dispatch(encounter_id, moves.Ended())

    # -------------------------------------------------------------- what pages say

    def answer(self, seat: Seat, command: wire.LegAnswer, session: str) -> None:
        """Take the answer of a page of this session.

        Raises:
            NotFound: it has no legs here.
            LegStale: to another offer than the last one of this leg.
            SdpRejected: it is not safe, or no description.
        """
        self._require(command.encounter_id, seat)
        sdp = command.description.sdp
        check_description("answer", sdp, self._core.settings.switchboard)
        event = moves.Answered(seat, command.leg, command.restart, sdp, session)
        self.dispatch(command.encounter_id, event)

    def refresh(self, seat: Seat, command: wire.LegRefresh) -> None:
        """Take it that a page has no path any more.

        Raises:
            NotFound: it has no legs here.
            LegStale: that leg is over.
        """
        self._require(command.encounter_id, seat)
        self.dispatch(command.encounter_id, moves.Refreshed(seat, command.leg))

    def give_up(self, seat: Seat, command: wire.LegFailed) -> None:
        """Take it that a page can make nothing of a leg.

        Raises:
            NotFound: it has no legs here.
            LegStale: that leg is over.
        """
        self._require(command.encounter_id, seat)
        log.info("leg_given_up", reason=command.reason, encounter_id=command.encounter_id)
        self.dispatch(command.encounter_id, moves.GivenUp(seat, command.leg))

    def _require(self, encounter_id: str, seat: Seat) -> None:
        held = self._held.get(encounter_id)
        if held is None or seat not in held.legs.parties:
            raise NotFound

    # -------------------------------------------------------------- machine

    def legs(self, encounter_id: str) -> Legs | None:
        """Return the legs of an encounter as they stand."""
        held = self._held.get(encounter_id)
        return held.legs if held else None

    def dispatch(self, encounter_id: str, event: moves.Event) -> None:
        """Work one event through; nothing for an encounter that nobody knows.

        Raises:
            LegStale: a page speaks of what is over; nothing changed.
        """
        held = self._held.get(encounter_id)
        if held is None:
            return
        now = self._core.clock.now()
        held.legs, todo = step_legs(held.legs, event, now=now, choose=self._choose)
        for effect in todo:
            self._perform(encounter_id, effect)
        self._watch(encounter_id, held, now)

    def _watch(self, encounter_id: str, held: Held, now: int) -> None:
        if held.timer is not None:
            held.timer.cancel()
            held.timer = None
        due = next_due(held.legs)
        if due is not None:
            wait_s = max(SOON_S, (due - now) / 1_000_000)
            loop = asyncio.get_running_loop()
            held.timer = loop.call_later(
                wait_s, self.dispatch, encounter_id, moves.TimePassed()
            )

    def _perform(self, encounter_id: str, effect: effects.Effect) -> None:
        if isinstance(effect, COMMANDS):
            commands = self._commands
            assert commands is not None
            self.lanes.put(
                (encounter_id, effect.relay), lambda: commands.perform(encounter_id, effect)
            )
            return
        match effect:
            case effects.TellOffered(seat=seat):
                self.ports.tell(encounter_id, seat, self._offered(encounter_id, effect))
            case effects.TellLinked(seat, number):
                self.ports.tell(
                    encounter_id, seat, wire.LegLinked(encounter_id=encounter_id, leg=number)
                )
            case effects.TellClosed(seat, number, reason):
                closed = wire.LegClosed(
                    encounter_id=encounter_id, leg=number, reason=reason.value
                )
                self.ports.tell(encounter_id, seat, closed)
            case effects.NoteInChart():
                self._notes.keep(encounter_id, effect)
            case effects.GoDirect(because):
                log.warning("call_goes_direct", reason=because, encounter_id=encounter_id)
                self._have_call(encounter_id, lambda: self.ports.direct(encounter_id, because))
            case effects.Interrupted(side):
                self._have_call(encounter_id, lambda: self.ports.stalled(encounter_id, side))
            case effects.Recovered(side):
                self._have_call(encounter_id, lambda: self.ports.flowing(encounter_id, side))
            case _:
                pass

    def _have_call(self, encounter_id: str, job: Job) -> None:
        async def have() -> None:
            # By now the call may be over, or in another attempt.
            with suppress(CallError):
                await job()

        self.lanes.put((encounter_id, CALL_LANE), have)

    def _offered(self, encounter_id: str, effect: effects.TellOffered) -> wire.LegOffered:
        side = Side.PATIENT if effect.seat == PATIENT else Side.PRACTITIONER
        return wire.LegOffered(
            encounter_id=encounter_id,
            leg=effect.number,
            restart=effect.restart,
            description=wire.LegOffer(sdp=effect.sdp),
            ice_servers=self.ports.ice_servers(encounter_id, side),
        )

    async def close(self) -> None:
        """Stop: this home ends, the legs do not."""
        if self._hearing is not None:
            self._hearing.close()
        for held in self._held.values():
            if held.timer is not None:
                held.timer.cancel()
        await self.lanes.close()

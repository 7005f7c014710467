"""Legs that outlived this process, or a gap in the connection to their relay.

    relay is up --> which legs has it? --> known here:   what was missed is an event
                                       --> of a call, or of somebody in line: adopted
                                       --> of nobody any more: closed
                                       --> of a waiting room that is not ours: left alone

A leg that its page has not answered is closed: the offer is lost, and another one is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from media import leg_moves as moves
from media.call import Side
from media.control_messages import CloseLeg, ControlRefused
from media.leg_moves import PATIENT, Seat
from media.leg_parties import Legs, LegState
from media.relay_events import LegStanding
from server.live.lanes import Lanes
from server.live.leg_commands import leg_of
from server.logging import get_logger
from server.relays.port import RelayId, RelayLost, Relays, Standing

Whereabouts: TypeAlias = tuple[Literal["call", "line", "over", "elsewhere"], Seat | None]
"""Where an encounter is, and the practitioner's seat if it is in a call."""

ELSEWHERE: Final[Whereabouts] = ("elsewhere", None)

log = get_logger("legs")


@dataclass(frozen=True, slots=True)
class Adopting:
    """What adoption needs to know, and whom it tells.

    Attributes:
        whereabouts: tells where an encounter is.
        known: gives the encounters that have legs here.
        know: gives the legs of an encounter, which is known from then on.
        dispatch: takes events of an encounter.
    """

    whereabouts: Callable[[str], Awaitable[Whereabouts]]
    known: Callable[[], list[tuple[str, Legs]]]
    know: Callable[[str], Awaitable[Legs]]
    dispatch: Callable[[str, moves.Event], None]


class LegAdoption:
    """Compares what a relay has with what is known here, whenever it comes up."""

    def __init__(self, relays: Relays, lanes: Lanes, ports: Adopting) -> None:
        """Prepare; nothing is adopted before `open`."""
        self._relays = relays
        self._lanes = lanes
        self._ports = ports
        self._up: dict[RelayId, None] = {}
        self._is_open = False

    def open(self) -> None:
        """The calls that outlived a restart are known: compare what is up by now."""
        self._is_open = True
        self._up |= dict.fromkeys(self._relays.up())
        for relay in tuple(self._up):
            self._compare(relay)

    def changed(self, relay: RelayId, standing: Standing) -> None:
        """A relay came up, or went."""
        if standing != "up":
            self._up.pop(relay, None)
            return
        self._up[relay] = None
        if self._is_open:
            self._compare(relay)

    def _compare(self, relay: RelayId) -> None:
        async def job() -> None:
            try:
                await self.adopt(relay)
            except (RelayLost, ControlRefused) as error:
                log.warning("legs_not_adopted", exc_info=error, node=relay)

        self._lanes.put(("adoption", relay), job)

    async def adopt(self, relay: RelayId) -> None:
        """Take up what a relay has.

        Raises:
            RelayLost, ControlRefused: the relay does not say.
        """
        theirs: dict[str, list[tuple[Side, int, LegStanding]]] = defaultdict(list)
        for standing in await self._relays.legs(relay):
            found = leg_of(standing.leg)
            if found is not None:
                theirs[found[0]].append((found[1], found[2], standing))
        for encounter_id, legs in self._ports.known():
            self._missed(encounter_id, legs, relay, theirs.get(encounter_id, ()))
        for encounter_id, standings in theirs.items():
            await self._take_up(relay, encounter_id, standings)

    def _missed(
        self,
        encounter_id: str,
        legs: Legs,
        relay: RelayId,
        standings: Iterable[tuple[Side, int, LegStanding]],
    ) -> None:
        """Tell what happened to known legs while nobody here heard it."""
        there = {(side, number): standing for side, number, standing in standings}
        for party, leg in tuple(legs.every()):
            if leg.relay != relay or leg.state is LegState.ASKED:
                continue
            standing = there.get((party.side, leg.number))
            if standing is None:
                self._ports.dispatch(encounter_id, moves.LegOver(party.side, leg.number))
            elif standing.secured:
                self._ports.dispatch(encounter_id, moves.Connected(party.side, leg.number))

    async def _take_up(
        self,
        relay: RelayId,
        encounter_id: str,
        standings: list[tuple[Side, int, LegStanding]],
    ) -> None:
        where, practitioner = await self._ports.whereabouts(encounter_id)
        if where == "elsewhere":
            return
        if where == "over":
            for _, _, standing in standings:
                await self._close(relay, standing)
            return
        legs = await self._ports.know(encounter_id)
        # Those that carry the call first: they are the current ones.
        for side, number, standing in sorted(standings, key=lambda one: not one[2].linked_to):
            if legs.find(side, number) is not None:
                continue
            seat = PATIENT if side is Side.PATIENT else practitioner
            wanted = where == "call" or side is Side.PATIENT
            if wanted and standing.answered and seat is not None:
                linked = standing.linked_to is not None
                event = moves.Adopted(seat, number, relay, standing.secured, linked)
                self._ports.dispatch(encounter_id, event)
            else:
                await self._close(relay, standing)

    async def _close(self, relay: RelayId, standing: LegStanding) -> None:
        try:
            await self._relays.ask(relay, CloseLeg(standing.leg))
        except (ControlRefused, RelayLost):
            log.info("leg_not_closed", node=relay)

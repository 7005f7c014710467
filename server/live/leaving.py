"""A session that is over, at the home of its network: its pages and its media go at once.

    other pages of the same person, in another session: they keep the call; legs that the one
                               which is over answered are closed, and others made
    nobody else of them there: legs are closed at the relay, none is made before they are back;
                               a direct call begins anew, so that the other page lets go

Nothing is asked of the pages that go: what they do or do not do changes nothing. Nor have they
to be there: who was hung up on because another page came may have kept the leg.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from media.call import Side
from media.leg_moves import PATIENT, UNKNOWN, Seat
from server.access import Principal
from server.live.calls import CallBook
from server.live.cards import recipient_of_patient
from server.live.connections import Connections
from server.live.legs import LegBook
from server.live.live_call import LiveCall
from server.live.stored_calls import side_of
from server.live.windows import Windows
from server.services import EndReason
from signaling import messages as wire

OVER_MAX: Final = 5_000

Spawn = Callable[[Coroutine[Any, Any, object]], None]


@dataclass(frozen=True, slots=True)
class Seats:
    """Where somebody may have legs.

    Attributes:
        of_person: tells it of who is known here.
        of_session: looks up whose a session was, which nobody here may have seen.
    """

    of_person: Callable[[Principal], list[tuple[str, Seat]]]
    of_session: Callable[[str], Awaitable[list[tuple[str, Seat]]]]


class Leaving:
    """Sends the sessions away that are over.

    Args:
        connections: who is there.
        calls: those that are going on.
        legs: of everybody.
        windows: tell who is in a call.
        seats: where somebody may have legs.
        spawn: runs something after this.
    """

    def __init__(
        self,
        connections: Connections,
        calls: CallBook,
        legs: LegBook,
        windows: Windows,
        seats: Seats,
        spawn: Spawn,
    ) -> None:
        self._connections = connections
        self._calls = calls
        self._legs = legs
        self._windows = windows
        self._seats = seats
        self._spawn = spawn
        self._over: OrderedDict[str, None] = OrderedDict()

    def is_over(self, id_hash: str) -> bool:
        """Tell whether a session is known to be over: nothing is done for it any more."""
        return id_hash in self._over

    def session_over(self, id_hash: str, reason: EndReason) -> None:
        """Hang up on a session, and close what its people send and receive by."""
        if id_hash in self._over:
            self._legs.session_over(id_hash)  # it may have answered one while it was ended
            return
        self._over[id_hash] = None
        if len(self._over) > OVER_MAX:
            self._over.popitem(last=False)
        here = self._connections.of_session(id_hash)
        people = {one.recipient: one.principal for one in here}
        people |= self._connections.left_by(id_hash)
        self._connections.close(here, wire.SessionEnded(reason=reason))
        for recipient, who in people.items():
            self._release(who, id_hash, elsewhere=bool(self._connections.of(recipient)))
        self._legs.session_over(id_hash)
        if UNKNOWN in self._legs.answerers():
            self._spawn(self._release_unknown(id_hash))

    def device_replaced(self, encounter_id: str, kept: str) -> None:
        """Hang up on a patient's devices but one, and close the legs of those others.

        They are not known to be over from then on: two who take over from one another at once
        may be told of in either order, and the one that is live is to be let in.
        """
        here = self._connections.of(recipient_of_patient(encounter_id))
        others = [one for one in here if one.principal.session != kept]
        self._connections.close(others, wire.DeviceReplaced())
        self._legs.keep(encounter_id, PATIENT, kept)

    def away(self) -> frozenset[str]:
        """Return the sessions of those in a call who have no page just now, or have a leg.

        Their media may go on without one, also while another page of theirs is there.
        """
        recipients = (call.recipient(side) for call in self._calls.going_on() for side in Side)
        left = (self._connections.left(one) for one in recipients)
        here = {one.principal.session for one in self._connections.all()}
        with_leg = self._legs.answerers() - here - {UNKNOWN}
        return with_leg | {one.session for one in left if one is not None}

    def _release(self, who: Principal, id_hash: str, *, elsewhere: bool) -> None:
        live = self._windows.call_of(who)
        if elsewhere:  # another session of theirs goes on, with what it answered itself
            for encounter_id, seat in self._seats.of_person(who):
                self._legs.release(encounter_id, seat, id_hash)
        elif live is not None:
            self._leave(live, who)
        else:
            for encounter_id, seat in self._seats.of_person(who):
                self._legs.cut(encounter_id, seat)

    async def _release_unknown(self, id_hash: str) -> None:
        """Close the legs of a session's person of which it is not known who answered them."""
        for encounter_id, seat in await self._seats.of_session(id_hash):
            self._legs.release(encounter_id, seat, id_hash)

    def _leave(self, live: LiveCall, who: Principal) -> None:
        side = side_of(who)
        if live.mode == "relay":
            self._legs.cut(live.encounter_id, live.seat(side))
        else:
            self._spawn(self._calls.reloaded(side, live.encounter_id))

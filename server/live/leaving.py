"""A session that is over, at the home of its network: its pages and its media go at once.

    other pages of the same person, in another session: they keep the call, or get a new leg
    nobody else of them there: legs are closed at the relay, none is made before they are back;
                               a direct call begins anew, so that the other page lets go

Nothing is asked of the pages that go: what they do or do not do changes nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Final

from media.call import Side
from media.leg_moves import Seat
from server.access import Principal
from server.live.calls import CallBook
from server.live.connections import Connection, Connections
from server.live.legs import LegBook
from server.live.live_call import LiveCall
from server.live.stored_calls import side_of
from server.live.windows import Windows
from server.services import EndReason
from signaling import messages as wire

OVER_MAX: Final = 5_000

Spawn = Callable[[Coroutine[Any, Any, object]], None]


class Leaving:
    """Sends the sessions away that are over.

    Args:
        connections: who is there.
        calls: those that are going on.
        legs: of everybody.
        windows: tell who is in a call.
        seats: gives where somebody may have legs.
        spawn: runs something after this.
    """

    def __init__(
        self,
        connections: Connections,
        calls: CallBook,
        legs: LegBook,
        windows: Windows,
        seats: Callable[[Principal], list[tuple[str, Seat]]],
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
            return
        self._over[id_hash] = None
        if len(self._over) > OVER_MAX:
            self._over.popitem(last=False)
        here = self._connections.of_session(id_hash)
        people = {one.recipient: one.principal for one in here}
        people |= self._connections.left_by(id_hash)
        self._connections.close(here, wire.SessionEnded(reason=reason))
        for recipient, who in people.items():
            mine = [one for one in here if one.recipient == recipient]
            self._release(who, mine, elsewhere=bool(self._connections.of(recipient)))

    def away(self) -> frozenset[str]:
        """Return the sessions of those in a call who have no page just now.

        Their media may go on without one.
        """
        recipients = (call.recipient(side) for call in self._calls.going_on() for side in Side)
        left = (self._connections.left(one) for one in recipients)
        return frozenset(one.session for one in left if one is not None)

    def _release(self, who: Principal, mine: list[Connection], *, elsewhere: bool) -> None:
        live = self._windows.call_of(who)
        if live is not None:
            if not elsewhere:  # of somebody in a call one page is there: it has the call
                self._leave(live, who)
            return
        answered = {one.answered for one in mine}
        for encounter_id, seat in self._seats(who):
            if not elsewhere:
                self._legs.cut(encounter_id, seat)
            elif any(one is not None and one[0] == encounter_id for one in answered):
                self._legs.reloaded(encounter_id, seat)  # it was a leg of a page that went

    def _leave(self, live: LiveCall, who: Principal) -> None:
        side = side_of(who)
        if live.mode == "relay":
            self._legs.cut(live.encounter_id, live.seat(side))
        else:
            self._spawn(self._calls.reloaded(side, live.encounter_id))

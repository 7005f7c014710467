"""Of several windows of one person, the one that has the call.

    opened while a call goes on --> the newest one has it
    accepted in one of several ---> that one has it, with a leg that it answered itself

The others are told that they were replaced, and hung up on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from media.leg_moves import Seat
from media.leg_parties import LegState
from server.access import Principal
from server.live.calls import CallBook
from server.live.cards import recipient_of_practitioner
from server.live.connections import Connection, Connections
from server.live.legs import LegBook
from server.live.live_call import LiveCall
from signaling import messages as wire


class Windows:
    """Decides which connection of a recipient stays."""

    def __init__(self, connections: Connections, calls: CallBook, legs: LegBook) -> None:
        """Prepare."""
        self._connections = connections
        self._calls = calls
        self._legs = legs
        self._accepting: dict[str, Connection] = {}

    def call_of(self, principal: Principal) -> LiveCall | None:
        """Return the call that somebody is in."""
        if principal.encounter_id is not None:
            return self._calls.get(principal.encounter_id)
        if principal.practitioner_id is not None:
            return self._calls.of_practitioner(principal.practitioner_id)
        return None

    def note_saved(self, practitioner_id: str, encounter_id: str, revision: int) -> None:
        """Tell every window of a practitioner that the note was saved, and as which."""
        word = wire.NoteSaved(encounter_id=encounter_id, revision=revision)
        self._connections.tell(recipient_of_practitioner(practitioner_id), word)

    def opened(self, connection: Connection) -> bool:
        """Another window is there: a call, and all that a patient does, moves to the newest.

        Returns:
            Whether this one stays. It may be older than one that was told of before: the page
            came back by another node than the one that tells of its earlier socket.
        """
        principal = connection.principal
        if principal.encounter_id is None and self.call_of(principal) is None:
            return True  # a practitioner outside of a call may have several
        here = self._connections.of(connection.recipient)
        newest = max((connection, *here), key=lambda one: one.visitor.since)
        self._keep_only(newest)
        return newest is connection

    @contextmanager
    def accept_in(self, connection: Connection) -> Iterator[None]:
        """Know, while an accept is being committed, from which window it came."""
        self._accepting[connection.recipient] = connection
        try:
            yield
        finally:
            if self._accepting.get(connection.recipient) is connection:
                del self._accepting[connection.recipient]

    def accepting(self, recipient: str) -> Connection | None:
        """Return the window whose accept is being committed; None when it is not known."""
        return self._accepting.get(recipient)

    def take(self, encounter_id: str, seat: Seat, connection: Connection | None) -> None:
        """Give a call that is about to begin to the window in which it was accepted."""
        if connection is None or connection not in self._connections.of(connection.recipient):
            return
        self._keep_only(connection)
        legs = self._legs.legs(encounter_id)
        party = legs.parties.get(seat) if legs else None
        leg = party.current if party else None
        if leg is None or leg.state < LegState.ANSWERED:
            return
        if connection.answered != (encounter_id, leg.number):  # it is another window's
            self._legs.reloaded(encounter_id, seat)

    def _keep_only(self, connection: Connection) -> None:
        here = self._connections.of(connection.recipient)
        others = [one for one in here if one is not connection]
        patient = connection.principal.encounter_id is not None
        word = wire.DeviceReplaced() if patient else wire.SessionEnded(reason="replaced")
        self._connections.close(others, word)

"""Between the node that has a socket and the one process in which its network is at home.

    page --socket-- edge (any node) --Door--> home of the network (one process, under the lease)
                    edge            <--Line-- home

Both are ports. Where the home is this process, they are calls; where it is another node, a
door's words are rows of the database and a line's go over the bus (`server.cluster`).

A home knows nothing of sockets, an edge nothing of waiting rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from server.access import Principal
from signaling.events import Event
from signaling.messages import Ack, CommandBase

Wire: TypeAlias = dict[str, object]
"""An event as it goes to a page: its JSON object, numbered."""

Resume: TypeAlias = tuple[str | None, int | None]
"""The stream, and the number in it, of the last event that a page has."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One socket of one signed-in person, as the home of its network knows it.

    Attributes:
        sid: names the socket, among those of all nodes.
        node: where the socket is.
        namespace: which audience.
        principal: who, as of the last look at the session.
        recipient: whose events it gets.
        network_id: whose waiting room it belongs to.
        resume: what the page has; nothing for one that was just loaded.
        address: where it comes from.
        since: when it was opened, by one clock for all nodes (microseconds UTC): sockets of two
            may be told of in another order.
    """

    sid: str
    node: str
    namespace: str
    principal: Principal
    recipient: str
    network_id: str
    resume: Resume = (None, None)
    address: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something was committed outside of the home that live pages show.

    Attributes:
        kind: `encounter`: the visit, presence, result or intake changed. `chart`: the chart has
            `number` entries now. `given_back`: `name` has no part in the encounter any more.
            `device`: the patient's page goes on in the session whose hash is `name`.
            `session_over`: the session that is called `name` was ended, why by `number`: the
            place of the reason in `server.services.REASONS`. It names no encounter.
        encounter_id: whose.
        number: see `kind`.
        name: see `kind`.
    """

    kind: Literal["encounter", "chart", "given_back", "device", "session_over"]
    encounter_id: str
    number: int = 0
    name: str = ""


class Door(Protocol):
    """What an edge may ask of the home of a network."""

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        """These sockets are there. Each is told what its page missed, or its whole state.

        Told again of a socket that it knows (after a take-over, or where a word of the line was
        lost), a home goes on where the socket's `resume` says.
        """
        ...

    def registering(self, node: str) -> Callable[[], None]:
        """A node begins to say of all its sockets that they are there.

        Returns:
            What is to be called when it has said that of all.
        """
        ...

    def closed(self, visitor: Visitor) -> None:
        """This socket is gone."""
        ...

    async def perform(self, visitor: Visitor, command: CommandBase) -> Ack:
        """Do a command, if policy allows it: always an answer, never an exception.

        The same command of the same session twice has one effect.
        """
        ...

    async def submit(self, events: Sequence[Event]) -> None:
        """Apply and commit events of the waiting room.

        Raises:
            SignalingError: an event was refused; nothing changed.
            Retry: nothing is known to be committed; the same may be sent again.
        """
        ...

    def notice(self, notice: Notice) -> None:
        """Have the pages told that show something which was committed elsewhere."""
        ...


class Line(Protocol):
    """What a home tells the sockets of its network. Never waits, never fails."""

    def deliver(self, node: str, sid: str, wire: Wire) -> None:
        """Send an event to a socket, after all that was delivered to it before."""
        ...

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:
        """Send a last word to a socket, and close it."""
        ...

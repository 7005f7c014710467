"""Who is connected to a network: its sockets on all nodes by recipient, and what each is told.

Thin: no decision about what to tell, and no socket: what is told goes over a line to the node
that has the socket (`doors`).

A client applies events to a state, so the state (or what it missed) has to come first: while
that is being read, what else is told to the connection is held, and follows it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from server.access import Principal
from server.live.doors import Line, Resume, Visitor, Wire
from server.live.streams import StreamBook
from signaling.messages import EventBase

LEFT_MAX: Final = 5_000  # people without a page of whom it is known by which session they were


@dataclass(slots=True, eq=False)
class Connection:
    """One socket of one signed-in person, somewhere.

    Attributes:
        visitor: which, and whose, as it came.
        principal: who, as of the last look at the session.
        resume: (stream, last_seq) that the client says it has.
        answered: the encounter and number of the leg that it answered last.
        held: what was told while the state was being read; None when it goes out at once.
        catching_up: held by whoever reads the state for it, one at a time.
    """

    visitor: Visitor
    principal: Principal
    resume: Resume
    answered: tuple[str, int] | None = None
    held: deque[Wire] | None = None
    catching_up: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, visitor: Visitor) -> Connection:
        """Return the connection of a visitor who just came."""
        return cls(visitor, visitor.principal, visitor.resume)

    @property
    def sid(self) -> str:
        """Return the name of the socket."""
        return self.visitor.sid

    @property
    def recipient(self) -> str:
        """Return whose events it gets."""
        return self.visitor.recipient

    @property
    def network_id(self) -> str:
        """Return whose waiting room it belongs to."""
        return self.visitor.network_id


def _nothing(_connection: Connection) -> None:
    """Nobody asked to be told."""


class Connections:
    """All connections of one network.

    Attributes:
        closed: is told of each that was hung up on, once it is forgotten.
    """

    def __init__(self, line: Line, streams: StreamBook, *, backlog_max: int) -> None:
        """Start with nobody connected.

        Args:
            line: sends.
            streams: numbers.
            backlog_max: events that may wait for one slow reader.
        """
        self.closed: Callable[[Connection], None] = _nothing
        self._line = line
        self._streams = streams
        self._backlog_max = backlog_max
        self._by_sid: dict[str, Connection] = {}
        self._by_recipient: defaultdict[str, list[Connection]] = defaultdict(list)
        self._left: OrderedDict[str, Principal] = OrderedDict()

    def add(self, connection: Connection) -> None:
        """Begin to serve an acknowledged connection; `replay` or `tell_state` must follow."""
        connection.held = self._holding()
        self._by_sid[connection.sid] = connection
        self._by_recipient[connection.recipient].append(connection)
        self._left.pop(connection.recipient, None)

    def remove(self, sid: str) -> Connection | None:
        """Forget a connection that is gone."""
        connection = self._by_sid.pop(sid, None)
        if connection is None:
            return None
        others = self._by_recipient[connection.recipient]
        others.remove(connection)
        if not others:
            del self._by_recipient[connection.recipient]
            self._left[connection.recipient] = connection.principal
            if len(self._left) > LEFT_MAX:
                self._left.popitem(last=False)
        return connection

    def of_session(self, id_hash: str) -> tuple[Connection, ...]:
        """Return the connections of a session."""
        return tuple(one for one in self.all() if one.principal.session == id_hash)

    def left(self, recipient: str) -> Principal | None:
        """Return who was there last, of a recipient who has no connection."""
        return self._left.get(recipient)

    def left_by(self, id_hash: str) -> dict[str, Principal]:
        """Return whose last connection was of a session, of those who went lately."""
        return {name: one for name, one in self._left.items() if one.session == id_hash}

    def get(self, sid: str) -> Connection | None:
        """Return the connection, or None."""
        return self._by_sid.get(sid)

    def of(self, recipient: str) -> tuple[Connection, ...]:
        """Return the connections of a recipient."""
        return tuple(self._by_recipient.get(recipient, ()))

    def all(self) -> tuple[Connection, ...]:
        """Return every connection."""
        return tuple(self._by_sid.values())

    def recipients(self, prefix: str) -> Iterator[str]:
        """Yield the connected recipients whose name starts with `prefix`."""
        return (name for name in tuple(self._by_recipient) if name.startswith(prefix))

    def tell(self, recipient: str, event: EventBase) -> None:
        """Number an event and send it to every connection of the recipient."""
        wire = self._streams.get(recipient).append(event)
        for connection in self.of(recipient):
            if connection.held is not None:
                connection.held.append(wire)
            else:
                self._send(connection, wire)

    def looked_at(self, recipient: str) -> bool:
        """Tell whether somebody is connected; if not, they get a whole state next time."""
        if self.of(recipient):
            return True
        self._streams.forget(recipient)
        return False

    def forget_past(self) -> None:
        """Let no page count as having everything: something was told to nobody.

        Else who loses the whole state that they are told now, or is away just now, would come
        with the newest number and be told nothing.
        """
        self._streams.forget_all()

    def replay(self, connection: Connection) -> bool:
        """Send what the client missed; False when that is not known any more."""
        missed = self._streams.get(connection.recipient).after(*connection.resume)
        if missed is None:
            return False
        connection.held = None  # it is among what was missed
        self._send_all(connection, missed)
        return True

    async def tell_state(
        self, connection: Connection, read: Callable[[], Awaitable[EventBase]]
    ) -> None:
        """Send a whole state to one connection, then what was told while it was being read.

        The state carries the number of the last event before the reading began, so that nothing
        counts as covered that it may not contain.
        """
        async with connection.catching_up:
            stream = self._streams.get(connection.recipient)
            since = stream.seq
            if connection.held is None:
                connection.held = self._holding()
            try:
                event = await read()
                state = event.model_copy(update={"stream": stream.name, "seq": since})
                self._send(connection, state.model_dump(mode="json"))
            finally:
                held, connection.held = connection.held or (), None
                newer = stream.seq - since
                self._send_all(connection, list(held)[-newer:] if newer else ())
                connection.resume = (stream.name, stream.seq)

    def close(self, connections: Iterable[Connection], last_word: EventBase) -> None:
        """Tell these connections why, then hang up; they are forgotten at once."""
        for connection in tuple(connections):
            stream = self._streams.get(connection.recipient)
            word = last_word.model_copy(update={"stream": stream.name, "seq": stream.seq})
            where = connection.visitor
            self._line.hang_up(where.node, where.sid, word.model_dump(mode="json"))
            if self.remove(connection.sid) is not None:
                self.closed(connection)

    def _send(self, connection: Connection, wire: Wire) -> None:
        self._line.deliver(connection.visitor.node, connection.sid, wire)

    def _send_all(self, connection: Connection, wires: Iterable[Wire]) -> None:
        for wire in wires:
            self._send(connection, wire)

    def _holding(self) -> deque[Wire]:
        """Hold the newest: where older ones are missing, the client sees a gap and asks."""
        return deque(maxlen=self._backlog_max // 2)

"""Who is connected: sockets by recipient, each with its own bounded, ordered outbox.

Thin: no decision about what to tell. A connection that does not read fast enough is closed;
its client comes back and asks for the whole state.

A client applies events to a state, so the state (or what it missed) has to come first: while
that is being read, what else is told to the connection is held, and follows it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from server.access import Principal
from server.live.rate import TokenBucket
from server.live.streams import StreamBook, Wire
from server.live.transport import StrictServer
from signaling.messages import EventBase


@dataclass(slots=True, eq=False)
class Connection:
    """One socket of one signed-in person.

    Attributes:
        sid: Socket.IO's id within the namespace.
        eio_sid: Engine.IO's id of the transport.
        namespace: which audience.
        principal: who, as of the last check of the session.
        cookie: the session's secret, to look at the session again.
        recipient: whose events it gets.
        network_id: whose waiting room it belongs to.
        resume: (stream, last_seq) that the client says it has.
        checked_at: microseconds UTC of the last check of the session.
        address: where it comes from.
        answered: the encounter and number of the leg that it answered last.
        held: what was told while the state was being read; None when it goes out at once.
        catching_up: held by whoever reads the state for it, one at a time.
    """

    sid: str
    eio_sid: str
    namespace: str
    principal: Principal
    cookie: str = field(repr=False)
    recipient: str
    network_id: str
    resume: tuple[str | None, int | None]
    bucket: TokenBucket
    checked_at: int
    address: str = ""
    outbox: asyncio.Queue[Wire | None] = field(default_factory=asyncio.Queue)
    answered: tuple[str, int] | None = None
    held: deque[Wire] | None = None
    catching_up: asyncio.Lock = field(default_factory=asyncio.Lock)
    pump: asyncio.Task[None] | None = None


class Connections:
    """All sockets of this process."""

    def __init__(self, server: StrictServer, streams: StreamBook, *, backlog_max: int) -> None:
        """Start with nobody connected.

        Args:
            server: sends.
            streams: numbers.
            backlog_max: events that may wait for one slow reader.
        """
        self._server = server
        self._streams = streams
        self._backlog_max = backlog_max
        self._by_sid: dict[str, Connection] = {}
        self._by_recipient: defaultdict[str, list[Connection]] = defaultdict(list)

    def add(self, connection: Connection) -> None:
        """Begin to serve an acknowledged connection; `replay` or `tell_state` must follow."""
        connection.held = self._holding()
        self._by_sid[connection.sid] = connection
        self._by_recipient[connection.recipient].append(connection)
        connection.pump = asyncio.create_task(self._pump(connection))

    def remove(self, sid: str) -> Connection | None:
        """Forget a connection that is gone."""
        connection = self._by_sid.pop(sid, None)
        if connection is None:
            return None
        connection.outbox.put_nowait(None)
        others = self._by_recipient[connection.recipient]
        others.remove(connection)
        if not others:
            del self._by_recipient[connection.recipient]
        return connection

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
        self._push(self.of(recipient), wire)

    def tell_beside(self, connections: Iterable[Connection], event: EventBase) -> None:
        """Send an event that is of the moment: outside of the numbering, never told again."""
        for connection in connections:
            stream = self._streams.get(connection.recipient)
            said = event.model_copy(update={"stream": stream.name, "seq": stream.seq})
            connection.outbox.put_nowait(said.model_dump(mode="json"))

    def replay(self, connection: Connection) -> bool:
        """Send what the client missed; False when that is not known any more."""
        missed = self._streams.get(connection.recipient).after(*connection.resume)
        if missed is None:
            return False
        connection.held = None  # it is among what was missed
        self._push_all(connection, missed)
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
                connection.outbox.put_nowait(state.model_dump(mode="json"))
            finally:
                held, connection.held = connection.held or (), None
                newer = stream.seq - since
                self._push_all(connection, list(held)[-newer:] if newer else ())

    def _push_all(self, connection: Connection, wires: Iterable[Wire]) -> None:
        for wire in wires:
            connection.outbox.put_nowait(wire)

    def _holding(self) -> deque[Wire]:
        """Hold the newest: where older ones are missing, the client sees a gap and asks."""
        return deque(maxlen=self._backlog_max // 2)

    async def close(self, connections: Iterable[Connection], last_word: EventBase) -> None:
        """Tell these connections why, then hang up."""
        for connection in connections:
            stream = self._streams.get(connection.recipient)
            word = last_word.model_copy(update={"stream": stream.name, "seq": stream.seq})
            with suppress(Exception):
                await self._server.emit(
                    "event",
                    word.model_dump(mode="json"),
                    to=connection.sid,
                    namespace=connection.namespace,
                )
            await self._server.disconnect(connection.sid, namespace=connection.namespace)

    def _push(self, connections: Iterable[Connection], wire: Wire) -> None:
        for connection in connections:
            if connection.held is not None:
                connection.held.append(wire)
            else:
                connection.outbox.put_nowait(wire)

    async def _pump(self, connection: Connection) -> None:
        while (wire := await connection.outbox.get()) is not None:
            await self._server.emit(
                "event", wire, to=connection.sid, namespace=connection.namespace
            )
            waiting = self._server.backlog(connection.eio_sid) + connection.outbox.qsize()
            if waiting > self._backlog_max:
                await self._server.hang_up(connection.eio_sid)
                return

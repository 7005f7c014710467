"""Who is connected: sockets by recipient, each with its own bounded, ordered outbox.

Thin: no decision about what to tell. A connection that does not read fast enough is closed;
its client comes back and asks for the whole state.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
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
    outbox: asyncio.Queue[Wire | None] = field(default_factory=asyncio.Queue)
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
        """Begin to send to a connection that has been acknowledged."""
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

    def tell_state(self, connection: Connection, event: EventBase) -> None:
        """Send a whole state to one connection: it carries the number of the last event."""
        stream = self._streams.get(connection.recipient)
        wire = event.model_copy(update={"stream": stream.name, "seq": stream.seq})
        self._push((connection,), wire.model_dump(mode="json"))

    def replay(self, connection: Connection) -> bool:
        """Send what the client missed; False when that is not known any more."""
        missed = self._streams.get(connection.recipient).after(*connection.resume)
        if missed is None:
            return False
        for wire in missed:
            self._push((connection,), wire)
        return True

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

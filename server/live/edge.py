"""The sockets of this node: in order, bounded, and each on behalf of one visitor of a home.

Thin: what is sent was decided and numbered in the home of the socket's network. A socket that
does not read fast enough is closed; its client comes back and asks for the whole state.

A session has so many sockets, as windows of one browser share a cookie, and all of them
together ask for no more than one may: who could have any number would be sent everything as
often, and could ask as often.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from server.access import Principal
from server.live.doors import Resume, Visitor, Wire
from server.live.rate import TokenBucket
from server.live.transport import StrictServer
from server.logging import get_logger
from server.services import EndReason
from signaling.messages import DeviceReplaced, EventBase, SessionEnded

BREATH: Final = 64  # sent in a row before others of this process have their turn
OF_SESSION_MAX: Final = 8  # sockets: one for each window of a browser

log = get_logger("edge")


@dataclass(slots=True, eq=False)
class Socket:
    """One socket of this node.

    Attributes:
        eio_sid: Engine.IO's id of the transport.
        visitor: whose it is, as it came.
        principal: who, as of the last look at the session.
        bucket: what it may ask for, by rate, with the other sockets of its session.
        checked_at: microseconds UTC of the last look at the session.
        used_at: the same, of what was done by hand and noted.
        has: the stream, and the number in it, of the last event it was sent.
        turn: what it asks for is done one after the other.
        waiting: commands that wait for their turn, or for their answer.
        is_over: it was told its last word: nothing that it asks for is done any more.
    """

    eio_sid: str
    visitor: Visitor
    principal: Principal
    bucket: TokenBucket
    checked_at: int
    has: Resume
    used_at: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    is_over: bool = False

    @property
    def now(self) -> Visitor:
        """Return the visitor as of now."""
        return replace(self.visitor, principal=self.principal, resume=self.has)


@dataclass(frozen=True, slots=True)
class _Word:
    """Something to send to a socket, and whether it is the last."""

    socket: Socket
    wire: Wire
    last: bool


def _nobody_asks(_id_hash: str, _reason: EndReason, _networks: frozenset[str]) -> None:
    """Nobody asked to be told."""


class Edge:
    """All sockets of this node. Implements `server.live.doors.Line` for them.

    Attributes:
        greet: what a socket is told when it comes, beside what its home tells it.
        session_over: is told of a session that ended, why, and the networks whose people had
            sockets of it here.
    """

    def __init__(self, server: StrictServer, node_id: str, *, backlog_max: int) -> None:
        """Start with nobody connected.

        Args:
            server: sends.
            node_id: this node.
            backlog_max: events that may wait for one slow reader.
        """
        self.node_id = node_id
        self._server = server
        self._backlog_max = backlog_max
        self._sockets: dict[str, Socket] = {}
        self._of_session: dict[str, list[Socket]] = {}  # oldest first
        self._words: deque[_Word] = deque()
        self._pump: asyncio.Task[None] | None = None
        self.greet: Callable[[], EventBase | None] = lambda: None
        self.session_over: Callable[[str, EndReason, frozenset[str]], None] = _nobody_asks

    def add(self, socket: Socket) -> None:
        """Begin to serve a socket that was acknowledged; of too many the oldest has to go."""
        self._sockets[socket.visitor.sid] = socket
        others = self._of_session.setdefault(socket.visitor.principal.session, [])
        if others:
            socket.bucket = others[0].bucket
        others.append(socket)
        if (event := self.greet()) is not None:
            self._beside(socket, event)
        for one in [one for one in others if not one.is_over][:-OF_SESSION_MAX]:
            self._replace(one)

    def remove(self, sid: str) -> Socket | None:
        """Forget a socket that is gone."""
        socket = self._sockets.pop(sid, None)
        if socket is not None:
            session = socket.visitor.principal.session
            self._of_session[session].remove(socket)
            if not self._of_session[session]:
                del self._of_session[session]
        return socket

    def get(self, sid: str) -> Socket | None:
        """Return the socket, or None."""
        return self._sockets.get(sid)

    @property
    def count(self) -> int:
        """Return how many sockets there are."""
        return len(self._sockets)

    def all(self) -> tuple[Socket, ...]:
        """Return every socket."""
        return tuple(self._sockets.values())

    def networks(self) -> set[str]:
        """Return the networks that somebody here belongs to."""
        return {one.visitor.network_id for one in self.all()}

    def of_network(self, network_id: str) -> list[Socket]:
        """Return the sockets of a network's people."""
        return [one for one in self.all() if one.visitor.network_id == network_id]

    # -------------------------------------------------------------- what homes tell

    def deliver(self, node: str, sid: str, wire: Wire) -> None:
        """See `Line`; for a socket that is gone, nothing."""
        socket = self._here(node, sid)
        if socket is None:
            return
        stream, seq = wire.get("stream"), wire.get("seq")
        if isinstance(stream, str) and isinstance(seq, int):
            socket.has = (stream, seq)
        self._put(_Word(socket, wire, last=False))

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:
        """See `Line`."""
        socket = self._here(node, sid)
        if socket is not None:
            socket.is_over = True
            self._put(_Word(socket, last_word, last=True))

    def tell_beside(self, event: EventBase) -> None:
        """Send all of them something of the moment: outside of the numbering, never again."""
        for socket in self.all():
            self._beside(socket, event)

    def _beside(self, socket: Socket, event: EventBase) -> None:
        self._put(_Word(socket, self._outside(socket, event), last=False))

    def _outside(self, socket: Socket, event: EventBase) -> Wire:
        """Return what is outside of the numbering, with the number of the event before."""
        stream, seq = socket.has
        said = event.model_copy(update={"stream": stream or "", "seq": seq or 0})
        return said.model_dump(mode="json")

    def end(self, sockets: Iterable[Socket], reason: EndReason) -> None:
        """Tell these sockets that their session is over, and close them."""
        for socket in tuple(sockets):
            self._end(socket, SessionEnded(reason=reason))

    def _replace(self, socket: Socket) -> None:
        """Tell a socket that another window is there now: its page does not come by itself."""
        patient = socket.principal.encounter_id is not None
        self._end(socket, DeviceReplaced() if patient else SessionEnded(reason="replaced"))

    def _end(self, socket: Socket, word: EventBase) -> None:
        last_word = self._outside(socket, word)
        self.hang_up(self.node_id, socket.visitor.sid, last_word)

    def end_session(self, id_hash: str, reason: EndReason) -> None:
        """Close every socket of a session, and have the homes of its people know."""
        here = [one for one in self.all() if one.principal.session == id_hash]
        self.end((one for one in here if not one.is_over), reason)
        networks = frozenset(one.visitor.network_id for one in here)
        if networks:
            self.session_over(id_hash, reason, networks)

    def _here(self, node: str, sid: str) -> Socket | None:
        return self._sockets.get(sid) if node == self.node_id else None

    # -------------------------------------------------------------- sending

    def _put(self, word: _Word) -> None:
        self._words.append(word)
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        """Send what there is, in order; Engine.IO queues it, so nobody waits for a reader."""
        sent = 0
        try:
            while self._words:
                await self._send(self._words.popleft())
                sent += 1
                if sent % BREATH == 0:
                    await asyncio.sleep(0)
        finally:
            self._pump = None

    async def _send(self, word: _Word) -> None:
        where = word.socket.visitor
        if self._sockets.get(where.sid) is not word.socket:
            return
        try:
            await self._server.emit("event", word.wire, to=where.sid, namespace=where.namespace)
            if word.last:
                await self._server.disconnect(where.sid, namespace=where.namespace)
            elif self._server.backlog(word.socket.eio_sid) > self._backlog_max:
                await self._server.hang_up(word.socket.eio_sid)
        except Exception as error:  # one socket's trouble is not another's
            log.warning("socket_failed", exc_info=error)
            with suppress(Exception):
                await self._server.hang_up(word.socket.eio_sid)

    async def close(self) -> None:
        """Send nothing more: the process ends."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

"""A wire between two processes of this machine that can be slow, be cut, or go dead.

    with tcp_proxy(Unix("/tmp/x/.s.PGSQL.5432")) as wire:
        connect(wire.port)
        wire.delay_s = 0.2           every piece takes so long, each way
        wire.dead = True             nothing passes, nothing is closed: a half-open socket
        wire.cut()                   every connection is closed
        wire.cut_at(b"COMMIT", Cut.BEFORE)       once somebody sends that: before it arrives,
        wire.cut_at(b"COMMIT", Cut.UNANSWERED)   or once it has, before the answer does

It runs in a thread of its own and listens on loopback. What it counts only grows.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tests.cluster.process import LOOPBACK

CHUNK: Final = 65_536
LOOK_S: Final = 0.01

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cut(Enum):
    """When a connection is cut that sends what is looked for."""

    BEFORE = "before it arrives"
    UNANSWERED = "before it is answered"


@dataclass(frozen=True, slots=True)
class Unix:
    """Where the wire leads: a Unix socket."""

    path: str


@dataclass(frozen=True, slots=True)
class Port:
    """Where the wire leads: a port of loopback."""

    number: int


class Wire:
    """One wire with any number of connections.

    Attributes:
        port: where it begins.
        delay_s: how long every piece takes, each way.
        dead: nothing passes for now.
        taken: connections so far.
        struck: connections that were cut where they were to be cut.
    """

    def __init__(self, end: Unix | Port) -> None:
        """Prepare; `tcp_proxy` opens it."""
        self.port = 0
        self.delay_s = 0.0
        self.dead = False
        self.taken = self.struck = 0
        self._end = end
        self._trap: tuple[bytes, Cut, int] | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def cut(self) -> None:
        """Close every connection; new ones may be made."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._close_all)

    def cut_at(self, words: bytes, when: Cut, times: int = 1) -> None:
        """Cut the next connections that send these words."""
        self._trap = (words, when, times)

    def spare(self) -> None:
        """Look for nothing any more."""
        self._trap = None

    # -------------------------------------------------------------- its thread

    async def serve(self, opened: threading.Event, closed: asyncio.Event) -> None:
        """Pass everything on until it is closed."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._take, LOOPBACK, 0, limit=CHUNK)
        self.port = server.sockets[0].getsockname()[1]
        opened.set()
        await closed.wait()
        server.close()
        self._close_all()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        try:
            far_reader, far_writer = await self._far()
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far_writer}
        self._open |= both
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(reader, far_writer, both, outward=True))
                group.create_task(self._pass(far_reader, writer, both, outward=False))
        finally:
            self._open -= both
            for one in both:
                one.transport.abort()

    async def _far(self) -> Streams:
        if isinstance(self._end, Unix):
            return await asyncio.open_unix_connection(self._end.path, limit=CHUNK)
        return await asyncio.open_connection(LOOPBACK, self._end.number, limit=CHUNK)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        both: set[asyncio.StreamWriter],
        *,
        outward: bool,
    ) -> None:
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                while self.dead:  # noqa: ASYNC110 - set from another thread
                    await asyncio.sleep(LOOK_S)
                if outward and (when := self._struck(piece)) is not None:
                    await self._strike(when, piece, writer, both)
                    return
                writer.write(piece)
                await writer.drain()
        for one in both:
            one.transport.abort()

    def _struck(self, piece: bytes) -> Cut | None:
        if self._trap is None or self._trap[0] not in piece:
            return None
        words, when, left = self._trap
        self._trap = (words, when, left - 1) if left > 1 else None
        return when

    async def _strike(
        self,
        when: Cut,
        piece: bytes,
        writer: asyncio.StreamWriter,
        both: set[asyncio.StreamWriter],
    ) -> None:
        self.struck += 1
        (near,) = both - {writer}
        near.transport.abort()  # first: no answer comes through any more
        if when is Cut.UNANSWERED:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(LOOK_S)
        writer.transport.abort()

    def _close_all(self) -> None:
        for one in tuple(self._open):
            one.transport.abort()


@contextmanager
def tcp_proxy(end: Unix | Port) -> Iterator[Wire]:
    """Open a wire to somewhere on this machine, until the block ends."""
    wire, opened = Wire(end), threading.Event()
    closed: list[asyncio.Event] = []

    async def run() -> None:
        closed.append(asyncio.Event())
        await wire.serve(opened, closed[0])

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="wire", daemon=True)
    thread.start()
    assert opened.wait(10)
    try:
        yield wire
    finally:
        loop = wire._loop
        assert loop is not None
        loop.call_soon_threadsafe(closed[0].set)
        thread.join(10)

"""One side's place in a call: follows what the server says and keeps a peer accordingly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.clock import Clock
from server.rehearsal.failures import RehearsalFailed, step
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.peer import Peer
from signaling import messages as wire


class Seat:
    """Follows the calls of one socket.

    Attributes:
        media_at_s: when the first remote frame of the last call was decoded, on the clock's
            elapsed seconds; None before.
    """

    def __init__(self, socket: LiveSocket, clock: Clock) -> None:
        """Begin without a call."""
        self.media_at_s: float | None = None
        self._socket = socket
        self._clock = clock
        self._peer: Peer | None = None
        self._events = socket.subscribe(
            wire.CallStarted, wire.CallChanged, wire.PeerDescription, wire.PeerCandidate
        )
        self._reporting: asyncio.Task[None] | None = None
        self._saw_media = asyncio.Event()
        self._following = asyncio.get_running_loop().create_task(self._follow())

    @classmethod
    @asynccontextmanager
    async def taken(cls, socket: LiveSocket, clock: Clock) -> AsyncIterator[Seat]:
        """Follow the calls of `socket` until the block ends."""
        seat = cls(socket, clock)
        try:
            yield seat
        finally:
            await seat.close()

    async def close(self) -> None:
        """Leave whatever call there is, and follow no more."""
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._leave()

    async def media(self, within_s: float) -> float:
        """Wait for the first decoded frame and return when it was.

        Raises:
            RehearsalFailed: the call failed, or took too long.
        """
        async with step("media", within_s):
            saw = asyncio.ensure_future(self._saw_media.wait())
            try:
                await asyncio.wait({saw, self._following}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                saw.cancel()
        if self.media_at_s is None:
            await self._following
            raise RehearsalFailed("no_media", "media")
        return self.media_at_s

    async def _follow(self) -> None:
        while True:
            match await self._events.get():
                case wire.CallStarted(setup=setup) if setup.mode == "relay":
                    await self._leave()  # it answers no legs; the call will go direct
                case wire.CallStarted(setup=setup, description=description):
                    await self._begin(setup)
                    if description is not None:  # it came with the accept
                        await self._require().receive(description)
                case wire.PeerDescription() as event if self._is_current(event.generation):
                    await self._require().receive(event.description)
                case wire.PeerCandidate() as event if self._is_current(event.generation):
                    await self._require().add_candidate(event.candidate)
                case wire.CallChanged(call=call) if call.state == "failed":
                    raise RehearsalFailed(f"call_{call.reason or 'failed'}", "call")

    async def _begin(self, setup: wire.CallSetup) -> None:
        await self._leave()
        self._saw_media.clear()
        self.media_at_s = None
        began_s = self._clock.elapsed_s()

        async def tell(description: wire.SessionDescription) -> None:
            await self._socket.ask(
                "call.description",
                encounter_id=setup.encounter_id,
                generation=setup.generation,
                description=description.model_dump(mode="json"),
            )

        self._peer = Peer(setup, self._clock, tell)
        self._reporting = asyncio.get_running_loop().create_task(
            self._report(self._peer, began_s)
        )
        await self._peer.start()

    async def _report(self, peer: Peer, began_s: float) -> None:
        """Say once that the first frame of this generation has been decoded."""
        await peer.first_frame
        self.media_at_s = self._clock.elapsed_s()
        self._saw_media.set()
        await self._socket.ask(
            "call.first_frame",
            encounter_id=peer.setup.encounter_id,
            generation=peer.setup.generation,
            since_accept_ms=round(1000 * (self.media_at_s - began_s)),
        )

    def _is_current(self, generation: int) -> bool:
        return self._peer is not None and self._peer.setup.generation == generation

    def _require(self) -> Peer:
        if self._peer is None:
            raise RehearsalFailed("no_call", "call")
        return self._peer

    async def _leave(self) -> None:
        peer, self._peer = self._peer, None
        if peer is not None:
            await peer.close()
        reporting, self._reporting = self._reporting, None
        if reporting is not None:
            await asyncio.gather(reporting, return_exceptions=True)

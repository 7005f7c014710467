"""One side's place in a call: follows what the server says, over legs or from page to page.

CallStarted, or a sync of a call that the page is not in yet
  relay  --> the leg that is linked; `LegPage` has answered it before
  direct --> a peer of this attempt
first picture --> `call.first_frame`, and again to a server that tells the state without it
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from server.clock import Clock
from server.rehearsal.failures import RehearsalFailed, step
from server.rehearsal.leg_page import LegPage
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.peer import Peer
from server.rehearsal.reporting import Reporting
from signaling import messages as wire


class Seat:
    """Follows the call of one encounter on one socket.

    Attributes:
        media_at_s: when the first remote frame of the last attempt was decoded, on the clock's
            elapsed seconds; None before.
        legs: what it answered of them, in a call and before.
    """

    def __init__(self, socket: LiveSocket, encounter_id: str, clock: Clock) -> None:
        """Begin without a call."""
        self.media_at_s: float | None = None
        self._socket = socket
        self._encounter_id = encounter_id
        self._clock = clock
        self._setup: wire.CallSetup | None = None
        self._peer: Peer | None = None
        self._events = socket.subscribe(
            wire.CallStarted,
            wire.CallChanged,
            wire.PatientSync,
            wire.PractitionerSync,
            wire.PeerDescription,
            wire.PeerCandidate,
        )
        self.legs = LegPage(socket, encounter_id, clock)
        self._reporting: list[asyncio.Task[None]] = []
        self._saw_media = asyncio.Event()
        self._since_accept_ms = 0
        self._following = asyncio.get_running_loop().create_task(self._follow())

    @classmethod
    @asynccontextmanager
    async def taken(
        cls, socket: LiveSocket, encounter_id: str, clock: Clock
    ) -> AsyncIterator[Seat]:
        """Follow the call of an encounter until the block ends."""
        seat = cls(socket, encounter_id, clock)
        try:
            yield seat
        finally:
            await seat.close()

    @property
    def mode(self) -> wire.CallMode | None:
        """Return how the last attempt travels; None before there is one."""
        return self._setup.mode if self._setup else None

    async def close(self) -> None:
        """Leave whatever call there is, and follow no more."""
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._leave()
        await self.legs.close()

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
                case wire.CallStarted(setup=setup, description=description):
                    await self._begin(setup)
                    if description is not None:  # it came with the accept
                        await self._require().receive(description)
                case wire.PatientSync() | wire.PractitionerSync() as state:
                    # What began a call may have been said while the state was being read.
                    if state.setup and state.call and state.call.state == "connecting":
                        await self._begin(state.setup)
                        self._remind(state.setup)
                case wire.PeerDescription() as event if self._is_current(event.generation):
                    await self._require().receive(event.description)
                case wire.PeerCandidate() as event if self._is_current(event.generation):
                    await self._require().add_candidate(event.candidate)
                case wire.CallChanged(call=call) if call.state == "failed":
                    raise RehearsalFailed(f"call_{call.reason or 'failed'}", "call")

    async def _begin(self, setup: wire.CallSetup) -> None:
        if setup.encounter_id != self._encounter_id or self._is_current(setup.generation):
            return
        await self._leave()
        self._saw_media.clear()
        self.media_at_s = None
        self._setup = setup
        began_s = self._clock.elapsed_s()
        first: Awaitable[None]
        if setup.mode == "relay":
            first = self.legs.carried()
        else:
            self._peer = Peer(setup, self._clock, self._describe)
            first = self._peer.first_frame
        loop = asyncio.get_running_loop()
        self._reporting.append(loop.create_task(self._report(setup, first, began_s)))
        if self._peer is not None:
            told = Reporting(self._socket, self._encounter_id, self._clock, self._peer.decoding)
            self._reporting.append(loop.create_task(told.run()))
            await self._peer.start()

    async def _describe(self, description: wire.SessionDescription) -> None:
        setup = self._require().setup
        await self._socket.ask(
            "call.description",
            encounter_id=setup.encounter_id,
            generation=setup.generation,
            description=description.model_dump(mode="json"),
        )

    async def _report(
        self, setup: wire.CallSetup, first: Awaitable[None], began_s: float
    ) -> None:
        """Say once that the first frame of this generation has been decoded."""
        await first
        self.media_at_s = self._clock.elapsed_s()
        self._saw_media.set()
        self._since_accept_ms = round(1000 * (self.media_at_s - began_s))
        await self._say_seen(setup)

    async def _say_seen(self, setup: wire.CallSetup) -> None:
        await self._socket.ask(
            "call.first_frame",
            encounter_id=setup.encounter_id,
            generation=setup.generation,
            since_accept_ms=self._since_accept_ms,
        )

    def _remind(self, setup: wire.CallSetup) -> None:
        """Say it again: whoever was told of it may have been cut off before it was written."""
        if self._is_current(setup.generation) and self._saw_media.is_set():
            loop = asyncio.get_running_loop()
            self._reporting.append(loop.create_task(self._say_seen(setup)))

    def _is_current(self, generation: int) -> bool:
        return self._setup is not None and self._setup.generation == generation

    def _require(self) -> Peer:
        if self._peer is None:
            raise RehearsalFailed("no_call", "call")
        return self._peer

    async def _leave(self) -> None:
        peer, self._peer = self._peer, None
        if peer is not None:
            await peer.close()
        reporting, self._reporting = self._reporting, []
        for task in reporting:
            task.cancel()
        await asyncio.gather(*reporting, return_exceptions=True)

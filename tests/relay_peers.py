"""aiortc peers in the seats of a relay: a test picture, a tone, and an eye on what arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, CreateLeg
from media.ice_effects import LegId
from server.clock import SystemClock
from server.rehearsal.tracks import MovingPicture, Tone
from tests.relays import told


class Seat:
    """One peer on one leg.

    Attributes:
        first: done when the first frame of that kind has been decoded.
        connected: done when the peer itself says that it is connected.
        failed: done when it says that it has failed.
        decoded: how many pictures have been decoded.
    """

    def __init__(self, leg: str) -> None:
        self.leg = LegId(leg)
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.decoded = 0
        loop = asyncio.get_running_loop()
        self.first: dict[str, asyncio.Future[None]] = {
            kind: loop.create_future() for kind in ("audio", "video")
        }
        self._more = asyncio.Event()
        self._watching: set[asyncio.Task[None]] = set()
        self.connected: asyncio.Future[None] = loop.create_future()
        self.failed: asyncio.Future[None] = loop.create_future()
        self.connection.on("track", self._on_track)
        self.connection.on("connectionstatechange", self._on_change)

    async def answer(
        self, control: ControlClient, changed: Callable[[str], str] = lambda sdp: sdp
    ) -> None:
        """Take the relay's offer and answer it, with the answer `changed` on its way."""
        made = await control.ask(CreateLeg(self.leg))
        clock = SystemClock()
        offer = RTCSessionDescription(sdp=str(made["sdp"]), type="offer")
        await self.connection.setRemoteDescription(offer)
        self.connection.addTrack(Tone(clock))
        self.connection.addTrack(MovingPicture(clock))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        sdp = changed(self.connection.localDescription.sdp)
        await control.ask(AnswerLeg(self.leg, 0, sdp))

    async def see(self, frames: int) -> None:
        """Wait until that many further pictures have been decoded."""
        wanted = self.decoded + frames
        while self.decoded < wanted:
            self._more.clear()
            await self._more.wait()

    async def send_raw(self, datagram: bytes) -> None:
        """Send any bytes from the address that the leg has proven."""
        transport = self.connection.getSenders()[0].transport.transport
        await transport._connection.send(datagram)

    async def close(self) -> None:
        """End the connection and everything that reads from it."""
        await self.connection.close()
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    def _on_change(self) -> None:
        ends = {"connected": self.connected, "failed": self.failed}
        end = ends.get(self.connection.connectionState)
        if end is not None and not end.done():
            end.set_result(None)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._watching.add(asyncio.get_running_loop().create_task(self._watch(track)))

    async def _watch(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                if track.kind == "video":
                    self.decoded += 1
                    self._more.set()
                if not self.first[track.kind].done():
                    self.first[track.kind].set_result(None)
        except MediaStreamError:
            return


@asynccontextmanager
async def seated(control: ControlClient, *legs: str) -> AsyncIterator[list[Seat]]:
    """Peers that have answered and are connected."""
    seats = [Seat(leg) for leg in legs]
    try:
        for seat in seats:
            await seat.answer(control)
            await told(control, "leg_connected", seat.leg)
            await seat.connected
        yield seats
    finally:
        for seat in seats:
            await seat.close()

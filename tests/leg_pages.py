"""A page that answers the legs it is offered, with a real peer behind it, over its socket.

async with LegPage.open(attendee.socket) as page:
    await page.socket.expect(wire.LegLinked)
    await page.seen(1, 5)       # pictures decoded on leg 1
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from server.clock import SystemClock
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.tracks import MovingPicture, Tone
from signaling import messages as wire


class LegPage:
    """One side's page. Its peers send from the start, which real pages do not.

    Attributes:
        peers: by the number of the leg; dropped when it closes.
        acknowledged: what the server said to each answer.
        mute: it answers nothing any more.
    """

    def __init__(self, socket: LiveSocket) -> None:
        self.socket = socket
        self.peers: dict[int, RTCPeerConnection] = {}
        self.acknowledged: list[wire.Ack] = []
        self.mute = False
        self.decoded: dict[int, int] = {}
        self._closing: list[asyncio.Task[None]] = []
        self._every: list[RTCPeerConnection] = []
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told = socket.subscribe(wire.LegOffered, wire.LegClosed)
        self._spawn(self._follow())

    @classmethod
    @asynccontextmanager
    async def open(cls, socket: LiveSocket) -> AsyncIterator[LegPage]:
        page = cls(socket)
        try:
            yield page
        finally:
            await page.close()

    async def seen(self, leg: int, frames: int) -> None:
        """Wait until that many pictures more were decoded on a leg."""
        wanted = self.decoded.get(leg, 0) + frames
        while self.decoded.get(leg, 0) < wanted:
            self._news.clear()
            await self._news.wait()

    async def connected(self, leg: int) -> None:
        """Wait until a peer is connected."""
        while leg not in self.peers or self.peers[leg].connectionState != "connected":
            self._news.clear()
            await self._news.wait()

    async def break_off(self, leg: int) -> None:
        """Lose the network of a leg: nothing is sent any more, and nobody is told."""
        peer = self.peers[leg]
        for sender in peer.getSenders():
            await sender.stop()

    async def close(self) -> None:
        """End every peer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*self._closing)
        for peer in self._every:
            await peer.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

    async def _follow(self) -> None:
        while True:
            match await self._told.get():
                case wire.LegOffered() as offered if not self.mute and offered.restart == 0:
                    self._spawn(self._answer(offered))
                case wire.LegClosed(leg=leg):
                    peer = self.peers.pop(leg, None)
                    if peer is not None:  # a close that is broken off never ends
                        loop = asyncio.get_running_loop()
                        self._closing.append(loop.create_task(peer.close()))
                case _:
                    pass  # an ICE restart: this peer cannot

    async def _answer(self, offered: wire.LegOffered) -> None:
        leg, clock = offered.leg, SystemClock()
        if leg in self.peers:
            return
        peer = self.peers[leg] = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._every.append(peer)
        peer.on("track", lambda track: self._spawn(self._watch(leg, track)))
        peer.on("connectionstatechange", self._news.set)
        offer = RTCSessionDescription(sdp=offered.description.sdp, type="offer")
        await peer.setRemoteDescription(offer)
        peer.addTrack(Tone(clock))
        peer.addTrack(MovingPicture(clock))
        await peer.setLocalDescription(await peer.createAnswer())
        answer = {"type": "answer", "sdp": peer.localDescription.sdp}
        head = {"encounter_id": offered.encounter_id, "leg": leg, "restart": 0}
        ack = await self.socket.command("leg.answer", **head, description=answer)
        self.acknowledged.append(ack)

    async def _watch(self, leg: int, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                if track.kind == "video":
                    self.decoded[leg] = self.decoded.get(leg, 0) + 1
                    self._news.set()
        except MediaStreamError:
            return

"""One leg: a connection with the relay, in aiortc instead of a browser.

It answers the relay's offer at once and sends nothing until it is told to. An ICE restart it
cannot answer; the leg that is offered beside it has to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)

from server.clock import Clock
from server.rehearsal.decoding import Decoding
from server.rehearsal.tracks import MovingPicture, Tone
from signaling import messages as wire

CLOSE_S: Final = 5.0


def configuration(servers: Sequence[wire.IceServer]) -> RTCConfiguration:
    """Return these servers as aiortc wants them."""
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(urls=one.urls, username=one.username, credential=one.credential)
            for one in servers
        ]
    )


class LegPeer:
    """The page's end of one leg.

    Attributes:
        reply: its answer; None before.
    """

    def __init__(
        self, offered: wire.LegOffered, clock: Clock, news: Callable[[], None]
    ) -> None:
        """Build the connection; `news` is called when it changes, and after each picture."""
        self._offered = offered
        self._clock = clock
        self.reply: wire.LegReply | None = None
        self._sending = False
        self._connection = RTCPeerConnection(configuration(offered.ice_servers))
        self._connection.on("connectionstatechange", news)
        self._decoding = Decoding(self._connection, news)

    @property
    def pictures(self) -> int:
        """Return how many have been decoded."""
        return self._decoding.pictures

    @property
    def is_connected(self) -> bool:
        """Tell whether the handshake with the relay is over."""
        return str(self._connection.connectionState) == "connected"

    async def answer(self) -> wire.LegReply:
        """Take the offer, and return the answer to it."""
        sdp = self._offered.description.sdp
        await self._connection.setRemoteDescription(
            RTCSessionDescription(sdp=sdp, type="offer")
        )
        for transceiver in self._connection.getTransceivers():
            transceiver.direction = "sendrecv"
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        self.reply = wire.LegReply(type="answer", sdp=self._connection.localDescription.sdp)
        if self._sending:
            self._attach()
        return self.reply

    def send(self) -> None:
        """Send picture and sound from now on, or as soon as the offer is answered."""
        if not self._sending:
            self._sending = True
            if self.reply is not None:
                self._attach()

    async def silence(self) -> None:
        """Send nothing any more for good, and tell nobody: as a network that is gone."""
        for sender in self._connection.getSenders():
            await sender.stop()

    async def close(self) -> None:
        """End the connection and everything that reads from it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._connection.close()
        await self._decoding.close()

    def _attach(self) -> None:
        for transceiver in self._connection.getTransceivers():
            own = Tone if transceiver.kind == "audio" else MovingPicture
            transceiver.sender.replaceTrack(own(self._clock))

"""Decodes everything that a connection receives, as a browser would, and counts it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from zlib import crc32

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpReceiver
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtpPacket
from av import VideoFrame


@dataclass(slots=True)
class Arrived:
    """What came of one kind of media: counters that only grow."""

    packets: int = 0
    octets: int = 0


class Decoding:
    """What one connection receives.

    Attributes:
        pictures: decoded so far.
        moved: those of them that were not the same as the one before.
        video: as it came over the network.
        audio: the same.
    """

    def __init__(self, connection: RTCPeerConnection, decoded: Callable[[], None]) -> None:
        """Begin with the tracks that are to come; `decoded` is called after each picture."""
        self.pictures = self.moved = 0
        self.video, self.audio = Arrived(), Arrived()
        self._decoded = decoded
        self._connection = connection
        self._last = 0
        self._watching: set[asyncio.Task[None]] = set()
        connection.on("track", self._on_track)

    async def close(self) -> None:
        """Read no more."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    def _on_track(self, track: MediaStreamTrack) -> None:
        for receiver in self._connection.getReceivers():
            if receiver.track is track:
                counted(receiver, self.video if track.kind == "video" else self.audio)
        self._watching.add(asyncio.get_running_loop().create_task(self._watch(track)))

    async def _watch(self, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(frame, VideoFrame):
                    self._saw(frame)

    def _saw(self, frame: VideoFrame) -> None:
        picture = crc32(bytes(frame.planes[0]))
        self.moved += self.pictures > 0 and picture != self._last
        self._last = picture
        self.pictures += 1
        self._decoded()


def counted(receiver: RTCRtpReceiver, arrived: Arrived) -> None:
    """Count what a receiver is given; its own statistics know no bytes."""
    handle = receiver._handle_rtp_packet  # noqa: SLF001 - as its transport calls it

    async def count(packet: RtpPacket, arrival_time_ms: int) -> None:
        arrived.packets += 1
        arrived.octets += len(packet.payload)
        await handle(packet, arrival_time_ms)

    receiver._handle_rtp_packet = count  # type: ignore[method-assign]  # noqa: SLF001 - the same

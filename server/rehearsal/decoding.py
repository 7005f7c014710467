"""Decodes everything that a connection receives, as a browser would, and counts pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiortc import MediaStreamTrack, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError


class Decoding:
    """What one connection receives.

    Attributes:
        pictures: decoded so far.
    """

    def __init__(self, connection: RTCPeerConnection, decoded: Callable[[], None]) -> None:
        """Begin with the tracks that are to come; `decoded` is called after each picture."""
        self.pictures = 0
        self._decoded = decoded
        self._watching: set[asyncio.Task[None]] = set()
        connection.on("track", self._on_track)

    async def close(self) -> None:
        """Read no more."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._watching.add(asyncio.get_running_loop().create_task(self._watch(track)))

    async def _watch(self, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                await track.recv()
                if track.kind == "video":
                    self.pictures += 1
                    self._decoded()

"""What a rehearsed page reports of a direct call: once a second, what it received.

A browser polls `getStats`; this counts packets, and the decoded pictures that moved.
"""

from __future__ import annotations

import asyncio
from typing import Final

from server.clock import Clock
from server.rehearsal.decoding import Decoding
from server.rehearsal.live_socket import LiveSocket

SECOND_S: Final = 1.0
US: Final = 1_000_000
UNKNOWN: Final = -1


class Reporting:
    """Reports what one connection receives, second by second, until it is cancelled."""

    def __init__(
        self, socket: LiveSocket, encounter_id: str, clock: Clock, decoding: Decoding
    ) -> None:
        """Prepare; nothing has been told."""
        self._socket = socket
        self._encounter_id = encounter_id
        self._clock = clock
        self._decoding = decoding

    async def run(self) -> None:
        """Go on reporting; what the server refuses is lost: it was late, or all is over."""
        before = self._counters()
        while True:
            await asyncio.sleep(SECOND_S)
            now = self._counters()
            more = {name: now[name] - before[name] for name in now}
            before = now
            await self._socket.command("call.report", **self._report(more))

    def _counters(self) -> dict[str, int]:
        decoding = self._decoding
        return {
            "video_packets": decoding.video.packets,
            "video_bytes": decoding.video.octets,
            "audio_packets": decoding.audio.packets,
            "audio_bytes": decoding.audio.octets,
            "frames": decoding.pictures,
            "varied": decoding.moved,
        }

    def _report(self, more: dict[str, int]) -> dict[str, object]:
        return {
            "encounter_id": self._encounter_id,
            "second": self._clock.now() // US - 1,
            **more,
            "resent_packets": 0,
            "video_lost": 0,
            "video_jitter_us": 0,
            "frozen_ms": 0,
            "keyframes": 0,
            "audio_lost": 0,
            "audio_jitter_us": 0,
            "concealed_ms": 0,
            "level_millionths": UNKNOWN,
            "steps": [],
        }

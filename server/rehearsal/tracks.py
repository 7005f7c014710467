"""What a rehearsed camera and microphone give: a moving picture and a steady tone."""

from __future__ import annotations

import asyncio
import math
from array import array
from fractions import Fraction
from typing import Final

from aiortc import MediaStreamTrack
from av import AudioFrame, VideoFrame

from server.clock import Clock

WIDTH: Final = 320
HEIGHT: Final = 240
FRAMES_PER_S: Final = 15
VIDEO_CLOCK: Final = 90_000
AUDIO_CLOCK: Final = 48_000
AUDIO_SAMPLES: Final = 960  # 20 ms
TONE_HZ: Final = 500  # divides the clock: ten whole waves in every frame
LOUDNESS: Final = 6_000
RAMP: Final = bytes(range(256)) * 4


class Pace:
    """Waits until the next of evenly spaced moments."""

    def __init__(self, clock: Clock, per_s: float) -> None:
        """Begin now."""
        self._clock = clock
        self._per_s = per_s
        self._began_s = clock.elapsed_s()
        self._count = 0

    async def next(self) -> int:
        """Return the number of the moment that has come, counting from 0."""
        count = self._count
        due_s = self._began_s + count / self._per_s
        await asyncio.sleep(max(0.0, due_s - self._clock.elapsed_s()))
        self._count += 1
        return count


class MovingPicture(MediaStreamTrack):
    """Grey bars that move, 320 x 240 at 15 frames a second."""

    kind = "video"

    def __init__(self, clock: Clock) -> None:
        """Begin with the first frame."""
        super().__init__()
        self._pace = Pace(clock, FRAMES_PER_S)

    async def recv(self) -> VideoFrame:
        """Return the next frame when it is due."""
        count = await self._pace.next()
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        luma, *chroma = frame.planes
        shift = 4 * count % 256
        luma.update(RAMP[shift : shift + luma.line_size] * luma.height)
        for plane in chroma:
            plane.update(bytes([128]) * plane.buffer_size)
        frame.pts = count * VIDEO_CLOCK // FRAMES_PER_S
        frame.time_base = Fraction(1, VIDEO_CLOCK)
        return frame


class Tone(MediaStreamTrack):
    """A sine wave of 500 Hz, mono, in frames of 20 ms."""

    kind = "audio"

    def __init__(self, clock: Clock) -> None:
        """Begin with the first frame."""
        super().__init__()
        self._pace = Pace(clock, AUDIO_CLOCK / AUDIO_SAMPLES)
        turn = 2 * math.pi * TONE_HZ / AUDIO_CLOCK
        wave = (round(LOUDNESS * math.sin(turn * at)) for at in range(AUDIO_SAMPLES))
        self._wave = array("h", wave).tobytes()

    async def recv(self) -> AudioFrame:
        """Return the next frame when it is due."""
        count = await self._pace.next()
        frame = AudioFrame(format="s16", layout="mono", samples=AUDIO_SAMPLES)
        frame.planes[0].update(self._wave)
        frame.sample_rate = AUDIO_CLOCK
        frame.pts = count * AUDIO_SAMPLES
        frame.time_base = Fraction(1, AUDIO_CLOCK)
        return frame

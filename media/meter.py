"""A meter: fed with every packet of one direction, it yields one sample a second.

It sits on the hot path of the relay: a packet costs some additions and comparisons, and leaves
nothing behind. Samples are made once a second, when the first packet behind a second arrives or
when `take` is called.

The clock of the caller should be a steady one that was set to UTC once. If it goes back,
packets are counted in the present second: a second is never told twice. If it leaps ahead by
more than `EMPTY_MAX` seconds (the machine slept), no samples are made up for the time between,
and what was not measured is not evidence.

It is not the witness of what the pictures showed: nothing is decoded.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from media.flow import Flow
from media.frames import Frames
from media.sample import LEVEL_UNKNOWN, MICROSECONDS_PER_SECOND, Sample

AUDIO_CLOCK_HZ: Final = 48_000  # RFC 7587, section 4.1
VIDEO_CLOCK_HZ: Final = 90_000
EMPTY_MAX: Final = 30  # seconds without a packet, or a call of `take`, that are still measured
PENDING_MAX: Final = 60  # samples nobody took; older ones are dropped, a hole in the record


class Meter:
    """Counts one direction; `started_us` is when it begins, microseconds UTC."""

    __slots__ = (
        "_audio",
        "_ends_at",
        "_frames",
        "_generation",
        "_levels",
        "_levels_sum",
        "_loudest",
        "_pending",
        "_resent",
        "_second",
        "_video",
        "dropped",
    )

    def __init__(self, *, started_us: int, generation: int = 0) -> None:
        self._audio = Flow(AUDIO_CLOCK_HZ)
        self._video = Flow(VIDEO_CLOCK_HZ)
        self._frames = Frames()
        self._generation = generation
        self._pending: deque[Sample] = deque(maxlen=PENDING_MAX)
        self.dropped = 0
        self._loudest = LEVEL_UNKNOWN
        self._begin(started_us // MICROSECONDS_PER_SECOND)

    def video(
        self,
        at_us: int,
        sequence: int,
        timestamp: int,
        size: int,
        modes: int,
        keyframe: bool,  # noqa: FBT001 - by name it costs more, for every packet
    ) -> None:
        """Count a packet of video that was forwarded.

        Args:
            at_us: its arrival, microseconds UTC.
            sequence: RTP sequence number.
            timestamp: RTP timestamp.
            size: bytes of its payload, without padding.
            modes: bytes of the picture's first partition (`media.vp8`), in the packet that
                begins it; 0 in the others, and for codecs that have none.
            keyframe: it begins a picture that stands alone.
        """
        if at_us >= self._ends_at:
            self._advance(at_us)
        follows = self._video.arrive(at_us, sequence, size)
        # Browsers probe the path with packets of padding alone: they are no picture.
        if size and self._frames.packet(
            timestamp, size, modes, keyframe=keyframe, follows=follows
        ):
            self._video.transit(at_us, timestamp)

    def audio(self, at_us: int, sequence: int, timestamp: int, size: int, level: int) -> None:
        """Count a packet of sound; `level` is 0 to 127 (RFC 6464), or `LEVEL_UNKNOWN`."""
        if at_us >= self._ends_at:
            self._advance(at_us)
        self._audio.arrive(at_us, sequence, size)
        self._audio.transit(at_us, timestamp)
        if level < LEVEL_UNKNOWN:
            self._levels += 1
            self._levels_sum += level
            if level < self._loudest:  # noqa: PLR1730 - as in `Flow.arrive`
                self._loudest = level

    def resent(self, at_us: int) -> None:
        """Count a retransmission (RFC 4588): no new picture, and no gap ends with it."""
        if at_us >= self._ends_at:
            self._advance(at_us)
        self._resent += 1

    def replaced(self, at_us: int, generation: int) -> None:
        """Go on with another leg: its sequence and timestamps have no tie to the old ones."""
        if at_us >= self._ends_at:
            self._advance(at_us)
        self._generation = generation
        self._audio.restart()
        self._video.restart()
        self._frames.restart()

    def take(self, now_us: int) -> tuple[Sample, ...]:
        """Return the samples of all seconds that ended and were not taken before."""
        if now_us >= self._ends_at:
            self._advance(now_us)
        taken = tuple(self._pending)
        self._pending.clear()
        return taken

    def _begin(self, second: int) -> None:
        self._second = second
        self._ends_at = (second + 1) * MICROSECONDS_PER_SECOND
        self._audio.clear()
        self._video.clear()
        self._frames.clear()
        self._resent = self._levels = self._levels_sum = 0
        self._loudest = LEVEL_UNKNOWN

    def _advance(self, at_us: int) -> None:
        """Close the present second and the empty ones before that of `at_us`."""
        second = at_us // MICROSECONDS_PER_SECOND
        self._close()
        if second - self._second > EMPTY_MAX:
            self._begin(second)
            return
        while self._second + 1 < second:
            self._begin(self._second + 1)
            self._close()
        self._begin(second)

    def _close(self) -> None:
        if len(self._pending) == PENDING_MAX:
            self.dropped += 1
        audio, video, frames = self._audio, self._video, self._frames
        levels = self._levels
        self._pending.append(
            Sample(
                second=self._second,
                generation=self._generation,
                video_packets=video.packets,
                video_bytes=video.octets,
                resent_packets=self._resent,
                video_lost=max(0, video.lost),
                video_jitter_us=video.jitter_us,
                video_gap_ms=video.gap_ms(self._ends_at),
                frames=frames.complete,
                keyframes=frames.keyframes,
                frame_bytes=frames.mean,
                frame_deviation=frames.deviation,
                frames_varied=frames.varied,
                audio_packets=audio.packets,
                audio_bytes=audio.octets,
                audio_lost=max(0, audio.lost),
                audio_jitter_us=audio.jitter_us,
                audio_gap_ms=audio.gap_ms(self._ends_at),
                audio_loudest=self._loudest,
                audio_mean=self._levels_sum // levels if levels else LEVEL_UNKNOWN,
            )
        )

"""A sample: what flowed in one direction during one second.

Whole numbers only, so that a sample has one written form and can be compared, packed and
hashed. A sample is named by the second it covers; whose media it describes is said by whoever
keeps it, as a `Side` (the sender).

It is not a judgement: whether a second is live video is decided in `media.evidence`, from the
samples of both directions, and can be decided again by whoever holds them.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from typing import ClassVar, Final

MICROSECONDS_PER_SECOND: Final = 1_000_000
MICROSECONDS_PER_MILLISECOND: Final = 1_000
SECOND_MAX: Final = 2**40
COUNT_MAX: Final = 10**9  # of anything in one second: far above what a leg may carry
GAP_MS_MAX: Final = 86_400_000
GENERATION_MAX: Final = 1_000
LEVEL_UNKNOWN: Final = 128  # RFC 6464 knows 0 (loudest) to 127 (digital silence)


class Source(StrEnum):
    """Who says so; the values are those of the chart."""

    WITNESSED = "witnessed"
    REPORTED = "reported"


class EvidenceError(Exception):
    """Something about evidence that is refused; nothing changed."""

    code: ClassVar[str] = "evidence_error"
    message: ClassVar[str] = "This cannot be taken as evidence."

    def __init__(self, *details: str) -> None:
        super().__init__(self.message, *details)


class InvalidSample(EvidenceError):
    """A figure is outside of what one second can hold."""

    code = "invalid_sample"
    message = "A sample holds a figure that one second cannot hold."


@dataclass(frozen=True, slots=True)
class Sample:
    """One second of one direction. The order of the fields is the order on the wire.

    Attributes:
        second: seconds since 1970-01-01 UTC at which it begins.
        generation: of the leg that the media came from; see `media.call`.
        video_packets: first transmissions of video.
        video_bytes: RTP payload of these, in bytes.
        resent_packets: retransmissions (RFC 4588).
        video_lost: packets of video missing in the sequence (RFC 3550, A.3).
        video_jitter_us: interarrival jitter of frames (RFC 3550, A.8), microseconds.
        video_gap_ms: longest time without video that lay in, or reached into, this second.
        frames: pictures begun and followed by another one.
        keyframes: of these, pictures that stand alone.
        frame_bytes: mean bytes of the other pictures.
        frame_deviation: standard deviation of these, in bytes.
        frames_varied: pictures that tell of movement, by their sizes (`media.frames`).
        audio_packets: packets of sound.
        audio_bytes: RTP payload of these, in bytes.
        audio_lost: missing, as for video.
        audio_jitter_us: of packets, as for video.
        audio_gap_ms: as for video.
        audio_loudest: the smallest level heard, in -dBov (RFC 6464), or `LEVEL_UNKNOWN`.
        audio_mean: mean of the levels, or `LEVEL_UNKNOWN`.
    """

    second: int
    generation: int = 0
    video_packets: int = 0
    video_bytes: int = 0
    resent_packets: int = 0
    video_lost: int = 0
    video_jitter_us: int = 0
    video_gap_ms: int = 0
    frames: int = 0
    keyframes: int = 0
    frame_bytes: int = 0
    frame_deviation: int = 0
    frames_varied: int = 0
    audio_packets: int = 0
    audio_bytes: int = 0
    audio_lost: int = 0
    audio_jitter_us: int = 0
    audio_gap_ms: int = 0
    audio_loudest: int = LEVEL_UNKNOWN
    audio_mean: int = LEVEL_UNKNOWN

    @property
    def packets(self) -> int:
        """Return all packets, retransmissions included."""
        return self.video_packets + self.resent_packets + self.audio_packets

    @property
    def bytes_(self) -> int:
        """Return the bytes of payload of both media, retransmissions left out."""
        return self.video_bytes + self.audio_bytes


FIELDS: Final = tuple(one.name for one in fields(Sample))
_MAXIMA: Final = {
    "second": SECOND_MAX,
    "generation": GENERATION_MAX,
    "video_gap_ms": GAP_MS_MAX,
    "audio_gap_ms": GAP_MS_MAX,
    "audio_loudest": LEVEL_UNKNOWN,
    "audio_mean": LEVEL_UNKNOWN,
}
_BOUNDS: Final = tuple((name, _MAXIMA.get(name, COUNT_MAX)) for name in FIELDS)


def figures(sample: Sample) -> tuple[int, ...]:
    """Return the figures of a sample in the order of `FIELDS`."""
    return astuple(sample)


def validated(sample: Sample) -> Sample:
    """Return the sample if one second can hold it.

    Raises:
        InvalidSample: a figure that is no whole number, negative, or above its maximum; or
            figures that contradict each other. Names the figure, never its value.
    """
    for name, maximum in _BOUNDS:
        value = getattr(sample, name)
        if type(value) is not int or not 0 <= value <= maximum:
            raise InvalidSample(name)
    if sample.keyframes + sample.frames_varied > sample.frames:
        raise InvalidSample("frames")
    if sample.audio_loudest > sample.audio_mean:
        raise InvalidSample("audio_loudest")
    return sample

"""What a page of a direct call reports of the media that it receives: bounded figures.

What is made of them is decided in `media.reported`, which has the same bounds.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from signaling.messages.parts import Message

RATE_MAX: Final = 10_000  # packets, or frames, in one second
BYTES_MAX: Final = 12_500_000  # in one second
DAY_MS: Final = 86_400_000
Rate = Annotated[int, Field(ge=0, le=RATE_MAX)]
Jitter = Annotated[int, Field(ge=0, le=60_000_000)]


class ReportStep(Message):
    """What was decoded between two looks at the counters, and the bytes that came for it."""

    frames: Annotated[int, Field(ge=0, le=RATE_MAX)]
    octets: Annotated[int, Field(ge=0, le=BYTES_MAX)]


class MediaReport(Message):
    """One second of inbound media.

    `second` is of the page's own clock: the server finds out by how much that is off. -1 where
    a browser cannot tell.
    """

    second: Annotated[int, Field(ge=0, le=2**40)]
    video_packets: Rate
    video_bytes: Annotated[int, Field(ge=0, le=BYTES_MAX)]
    resent_packets: Rate
    video_lost: Rate
    video_jitter_us: Jitter
    frozen_ms: Annotated[int, Field(ge=0, le=DAY_MS)]
    frames: Rate
    keyframes: Rate
    audio_packets: Rate
    audio_bytes: Annotated[int, Field(ge=0, le=BYTES_MAX)]
    audio_lost: Rate
    audio_jitter_us: Jitter
    concealed_ms: Annotated[int, Field(ge=0, le=DAY_MS)]
    level_millionths: Annotated[int, Field(ge=-1, le=1_000_000)]
    steps: Annotated[list[ReportStep], Field(max_length=10)]
    varied: Annotated[int, Field(ge=-1, le=RATE_MAX)] = -1

"""The payload types and header extensions that every leg is offered, the same on each.

Because they are the same, a packet of one leg means the same on the other: only its SSRC and
numbers change on the way. Types below 96 are left alone: with rtcp-mux those from 64 to 95 look
like RTCP (RFC 5761, 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MediaKind(StrEnum):
    """A media section of the description, by its name in SDP."""

    AUDIO = "audio"
    VIDEO = "video"


class Codec(StrEnum):
    """A codec by its name in `a=rtpmap` (RFC 8866, 6.6)."""

    OPUS = "opus"
    VP8 = "VP8"
    H264 = "H264"
    VP9 = "VP9"
    AV1 = "AV1"


@dataclass(frozen=True, slots=True)
class Format:
    """What one payload type means.

    Attributes:
        rtpmap: encoding name, clock rate and, for audio, channels.
        fmtp: parameters of the format; empty for none.
        rtx_type: the payload type of its retransmissions (RFC 4588); None for audio.
    """

    codec: Codec
    kind: MediaKind
    payload_type: int
    rtpmap: str
    fmtp: str = ""
    rtx_type: int | None = None


AUDIO_CLOCK_HZ: Final = 48_000
VIDEO_CLOCK_HZ: Final = 90_000
RTX_RTPMAP: Final = f"rtx/{VIDEO_CLOCK_HZ}"

# In the order of the offer, which is the order browsers prefer: VP8 is sent at link, because
# every browser must have it (RFC 7742, 5). Discontinuous transmission is off: silence that is
# not sent looks like a stalled leg.
FORMATS: Final[tuple[Format, ...]] = (
    Format(
        codec=Codec.OPUS,
        kind=MediaKind.AUDIO,
        payload_type=111,
        rtpmap=f"opus/{AUDIO_CLOCK_HZ}/2",
        fmtp="minptime=10;useinbandfec=1;usedtx=0",
    ),
    Format(
        codec=Codec.VP8,
        kind=MediaKind.VIDEO,
        payload_type=96,
        rtpmap=f"VP8/{VIDEO_CLOCK_HZ}",
        # To a leg that was connected while nothing was sent, Chromium sends as if the network
        # took 300 kbit/s: a first picture waits for its turn. Others pass over the word.
        fmtp="x-google-start-bitrate=1200",
        rtx_type=97,
    ),
    Format(
        codec=Codec.H264,
        kind=MediaKind.VIDEO,
        payload_type=102,
        rtpmap=f"H264/{VIDEO_CLOCK_HZ}",
        # Constrained baseline, level 3.1, single NAL units, STAP-A and FU-A (RFC 6184, 8.1).
        fmtp="level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        rtx_type=103,
    ),
    Format(
        codec=Codec.VP9,
        kind=MediaKind.VIDEO,
        payload_type=98,
        rtpmap=f"VP9/{VIDEO_CLOCK_HZ}",
        fmtp="profile-id=0",
        rtx_type=99,
    ),
    Format(
        codec=Codec.AV1,
        kind=MediaKind.VIDEO,
        payload_type=104,
        rtpmap=f"AV1/{VIDEO_CLOCK_HZ}",
        fmtp="level-idx=5;profile=0;tier=0",
        rtx_type=105,
    ),
)

BY_TYPE: Final[Mapping[int, Format]] = {one.payload_type: one for one in FORMATS}
BY_RTX_TYPE: Final[Mapping[int, Format]] = {
    one.rtx_type: one for one in FORMATS if one.rtx_type is not None
}

AUDIO_FEEDBACK: Final = ("transport-cc",)
VIDEO_FEEDBACK: Final = ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")

MIDS: Final[Mapping[MediaKind, str]] = {MediaKind.AUDIO: "0", MediaKind.VIDEO: "1"}

MID_ID: Final = 1
ABS_SEND_TIME_ID: Final = 2
TRANSPORT_CC_ID: Final = 3
AUDIO_LEVEL_ID: Final = 4

_BOTH: Final[Mapping[int, str]] = {
    MID_ID: "urn:ietf:params:rtp-hdrext:sdes:mid",
    ABS_SEND_TIME_ID: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    TRANSPORT_CC_ID: (
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    ),
}
EXTENSIONS: Final[Mapping[MediaKind, Mapping[int, str]]] = {
    MediaKind.AUDIO: {**_BOTH, AUDIO_LEVEL_ID: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"},
    MediaKind.VIDEO: _BOTH,
}


def formats(kind: MediaKind) -> tuple[Format, ...]:
    """Return the formats of one kind in the order of the offer."""
    return tuple(one for one in FORMATS if one.kind is kind)

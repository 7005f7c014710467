"""Where a keyframe begins, told from the payload of one packet.

Nothing is copied and nothing raises, whatever the bytes are. Not a depacketizer: no frame is
put together, and nothing is decoded.

    RFC 7741 4.2 VP8      RFC 6184 5 H.264      RFC 9628 4.2 VP9
    AV1 RTP payload specification 4.4, the aggregation header
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from media.codecs import Codec
from media.rtp import Packet

# VP8: X R N S R PID. A frame begins at partition 0 with the S bit.
VP8_BEGIN_MASK: Final = 0x17
VP8_BEGIN: Final = 0x10
# VP9: I P L F B E V Z. A layer's frame begins with B; without P it predicts from none.
VP9_BEGIN_MASK: Final = 0x48
VP9_BEGIN: Final = 0x08
# AV1: Z Y W W N. N marks the first packet of a coded video sequence, Z a continued fragment.
AV1_BEGIN_MASK: Final = 0x88
AV1_BEGIN: Final = 0x08

NAL_TYPE_BITS: Final = 0x1F
NAL_IDR: Final = 5
NAL_SINGLE_MAX: Final = 23
NAL_STAP_A: Final = 24
NAL_FU_A: Final = 28
FU_START_BIT: Final = 0x80
FIRST_MACROBLOCK_BIT: Final = 0x80  # ue(v) 0, the first slice of its picture, is the bit 1


def is_keyframe(codec: Codec, packet: Packet, start: int, end: int) -> bool:
    """Tell whether a packet begins a keyframe.

    True once in each keyframe (of one spatial layer), so that packets for which it is true can
    be counted as keyframes.

    Args:
        codec: what the payload type means.
        packet: any bytes.
        start: where the payload begins, from `payload_bounds`.
        end: where it ends.
    """
    begins = _KEYFRAMES.get(codec)
    return begins is not None and start < end and begins(packet, start, end)


def _begins_vp8(packet: Packet, start: int, end: int) -> bool:
    first = packet[start]
    if first & VP8_BEGIN_MASK != VP8_BEGIN:
        return False
    position = start + 1
    if first & 0x80:
        if position >= end:
            return False
        extended = packet[position]
        position += 1
        if extended & 0x80:
            if position >= end:
                return False
            position += 2 if packet[position] & 0x80 else 1
        position += extended >> 6 & 1
        position += 1 if extended & 0x30 else 0
    # RFC 6386, 9.1: the first bit of a frame is 0 in a key frame.
    return position < end and not packet[position] & 0x01


def _begins_h264(packet: Packet, start: int, end: int) -> bool:
    kind = packet[start] & NAL_TYPE_BITS
    if kind <= NAL_SINGLE_MAX:
        return _begins_idr(packet, start, end)
    if kind == NAL_FU_A:
        if start + 2 >= end or not packet[start + 1] & FU_START_BIT:
            return False
        is_idr = packet[start + 1] & NAL_TYPE_BITS == NAL_IDR
        return is_idr and bool(packet[start + 2] & FIRST_MACROBLOCK_BIT)
    return kind == NAL_STAP_A and _aggregates_idr(packet, start + 1, end)


def _begins_idr(packet: Packet, start: int, end: int) -> bool:
    if start + 1 >= end or packet[start] & NAL_TYPE_BITS != NAL_IDR:
        return False
    return bool(packet[start + 1] & FIRST_MACROBLOCK_BIT)


def _aggregates_idr(packet: Packet, position: int, end: int) -> bool:
    while position + 2 < end:
        unit = position + 2
        position = unit + (packet[position] << 8 | packet[position + 1])
        if position > end:
            return False
        if _begins_idr(packet, unit, position):
            return True
    return False


def _begins_vp9(packet: Packet, start: int, end: int) -> bool:
    first = packet[start]
    if first & VP9_BEGIN_MASK != VP9_BEGIN:
        return False
    position = start + 1
    if first & 0x80:
        if position >= end:
            return False
        position += 2 if packet[position] & 0x80 else 1
    if not first & 0x20:
        return True
    # TID U SID D: higher spatial layers predict from the lowest within the same picture.
    return position < end and not packet[position] & 0x0E


def _begins_av1(packet: Packet, start: int, end: int) -> bool:
    return start + 1 < end and packet[start] & AV1_BEGIN_MASK == AV1_BEGIN


_KEYFRAMES: Final[Mapping[Codec, Callable[[Packet, int, int], bool]]] = {
    Codec.VP8: _begins_vp8,
    Codec.H264: _begins_h264,
    Codec.VP9: _begins_vp9,
    Codec.AV1: _begins_av1,
}

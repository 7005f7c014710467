"""VP8 in RTP: the little that a relay must read of it, without decoding.

RFC 7741, section 4.2, is the descriptor in front of each packet; RFC 6386, section 9.1, the tag
in front of each frame: whether it stands alone, and how long its first partition is. That
partition holds the prediction modes and motion vectors, the second one the residue. A still
picture keeps its first partition at nearly one size even where the rate control goes on
spending bits on it, and a moving one does not keep it even where the rate control holds the
frame at one size.
"""

from __future__ import annotations

from typing import Final

NO_FRAME: Final = -1
EXTENDED: Final = 0x80
START_OF_PARTITION: Final = 0x10
PARTITION: Final = 0x07
FRAME_BEGINS_BITS: Final = START_OF_PARTITION | PARTITION
FRAME_BEGINS: Final = START_OF_PARTITION
PICTURE_ID: Final = 0x80
LEVEL_INDEX: Final = 0x40
LAYER: Final = 0x20
KEY_INDEX: Final = 0x10
LONG_PICTURE_ID: Final = 0x80
TAG_BYTES: Final = 3
INTER_FRAME: Final = 1  # bit 0 of the tag: 0 is a keyframe


def first_partition(payload: bytes | memoryview) -> int:
    """Return 2 x (bytes of the first partition) + (1 if a keyframe) where a frame begins.

    One number, because this is asked for every packet of the relay. `NO_FRAME` for a packet in
    the middle of a frame, and for whatever is too short to be VP8.
    """
    length = len(payload)
    if not length:
        return NO_FRAME
    head = payload[0]
    if head & FRAME_BEGINS_BITS != FRAME_BEGINS:
        return NO_FRAME
    at = 1
    if head & EXTENDED:
        if length <= at:
            return NO_FRAME
        at = _behind_extension(payload, length)
    if length < at + TAG_BYTES:
        return NO_FRAME
    tag = payload[at]
    size = (tag | payload[at + 1] << 8 | payload[at + 2] << 16) >> 5
    return size << 1 | (tag & INTER_FRAME ^ INTER_FRAME)


def _behind_extension(payload: bytes | memoryview, length: int) -> int:
    """Return the place of the frame tag behind the optional parts of the descriptor."""
    flags = payload[1]
    at = 2
    if flags & PICTURE_ID:
        long = at < length and payload[at] & LONG_PICTURE_ID
        at += 2 if long else 1
    if flags & LEVEL_INDEX:
        at += 1
    if flags & (LAYER | KEY_INDEX):
        at += 1
    return at

"""RTP packets read where they lie: bounds, header extensions, audio level.

Nothing is copied and nothing raises: a packet is any bytes at all, and what cannot be read is
`None`. This is the relay's view of a packet, not a depacketizer: no frame is put together, and
nothing is decoded.

    RFC 3550 5.1 the header          RFC 8285 header extensions     RFC 6464 audio level
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

Packet: TypeAlias = bytes | bytearray | memoryview

HEADER_BYTES: Final = 12
EXTENSION_HEADER_BYTES: Final = 4
VERSION_BITS: Final = 0xC0
VERSION_2: Final = 0x80
PADDING_BIT: Final = 0x20
EXTENSION_BIT: Final = 0x10
CSRC_BITS: Final = 0x0F
MARKER_BIT: Final = 0x80
TYPE_BITS: Final = 0x7F

ONE_BYTE_PROFILE: Final = 0xBEDE
TWO_BYTE_PROFILE: Final = 0x100  # in the upper 12 bits; the lower 4 are the application's
ONE_BYTE_STOP_ID: Final = 15  # RFC 8285, 4.2

AUDIO_LEVEL_BITS: Final = 0x7F  # -dBov: 0 is the loudest, 127 is silence
SILENCE_DBOV: Final = 127


class RtpFault(StrEnum):
    """Why bytes are no RTP packet."""

    TOO_SHORT = "rtp_too_short"
    VERSION = "rtp_version"
    SOURCES = "rtp_sources"
    EXTENSION = "rtp_extension"
    PADDING = "rtp_padding"


def payload_bounds(packet: Packet) -> tuple[int, int] | None:
    """Return where the payload begins and ends, padding left out; None if this is no RTP.

    The two are equal in a packet of padding alone, which browsers send to probe a path.
    """
    end = len(packet)
    if end < HEADER_BYTES:
        return None
    first = packet[0]
    if first & VERSION_BITS != VERSION_2:
        return None
    start = HEADER_BYTES + 4 * (first & CSRC_BITS)
    if first & EXTENSION_BIT:
        if end < start + EXTENSION_HEADER_BYTES:
            return None
        start += EXTENSION_HEADER_BYTES + 4 * (packet[start + 2] << 8 | packet[start + 3])
    if first & PADDING_BIT and start < end:
        padding = packet[end - 1]
        if padding == 0:
            return None
        end -= padding
    elif first & PADDING_BIT:
        return None
    return (start, end) if start <= end else None


def fault_of(packet: Packet) -> RtpFault | None:
    """Return why `payload_bounds` refuses a packet, or None if it does not.

    Not for the hot path: it is asked when a refused packet is counted.
    """
    if payload_bounds(packet) is not None:
        return None
    if len(packet) < HEADER_BYTES:
        return RtpFault.TOO_SHORT
    if packet[0] & VERSION_BITS != VERSION_2:
        return RtpFault.VERSION
    start = HEADER_BYTES + 4 * (packet[0] & CSRC_BITS)
    if len(packet) < start:
        return RtpFault.SOURCES
    return RtpFault.EXTENSION if _lacks_extension(packet, start) else RtpFault.PADDING


def _lacks_extension(packet: Packet, start: int) -> bool:
    if not packet[0] & EXTENSION_BIT:
        return False
    values = start + EXTENSION_HEADER_BYTES
    if len(packet) < values:
        return True
    return len(packet) < values + 4 * (packet[start + 2] << 8 | packet[start + 3])


def extension(packet: Packet, identifier: int) -> tuple[int, int] | None:
    """Return where the value of a header extension begins, and its length in bytes.

    Args:
        packet: any bytes.
        identifier: the id negotiated with `a=extmap`.

    Returns:
        None if the packet has no such extension, or cannot be read so far.
    """
    if len(packet) < HEADER_BYTES or not packet[0] & EXTENSION_BIT:
        return None
    position = HEADER_BYTES + 4 * (packet[0] & CSRC_BITS)
    if len(packet) < position + EXTENSION_HEADER_BYTES:
        return None
    profile = packet[position] << 8 | packet[position + 1]
    words = packet[position + 2] << 8 | packet[position + 3]
    position += EXTENSION_HEADER_BYTES
    end = position + 4 * words
    if end > len(packet):
        return None
    if profile == ONE_BYTE_PROFILE:
        return _one_byte(packet, position, end, identifier)
    if profile >> 4 == TWO_BYTE_PROFILE:
        return _two_byte(packet, position, end, identifier)
    return None


def _one_byte(
    packet: Packet, position: int, end: int, identifier: int
) -> tuple[int, int] | None:
    while position < end:
        head = packet[position]
        position += 1
        if head == 0:
            continue
        found = head >> 4
        if found in (0, ONE_BYTE_STOP_ID):
            return None
        length = (head & 0x0F) + 1
        if position + length > end:
            return None
        if found == identifier:
            return position, length
        position += length
    return None


def _two_byte(
    packet: Packet, position: int, end: int, identifier: int
) -> tuple[int, int] | None:
    while position < end:
        found = packet[position]
        position += 1
        if found == 0:
            continue
        if position >= end:
            return None
        length = packet[position]
        position += 1
        if position + length > end:
            return None
        if found == identifier:
            return position, length
        position += length
    return None


def audio_level(packet: Packet, identifier: int) -> int | None:
    """Return the level in -dBov (0 loudest, 127 silence; RFC 6464), or None if not sent."""
    found = extension(packet, identifier)
    if found is None or found[1] < 1:
        return None
    return packet[found[0]] & AUDIO_LEVEL_BITS

"""Tells whether bytes are TLS records from their first to their last, and nothing else.

assert is_tls(stream)
"""

from __future__ import annotations

import struct
from typing import Final

KINDS: Final = frozenset({20, 21, 22, 23})  # change of cipher, alert, handshake, data
HEADER: Final = 5
LONGEST: Final = (1 << 14) + 2_048  # RFC 5246, 6.2.3
STUN, DTLS, RTP = range(4), range(20, 64), range(128, 192)


def is_tls(stream: bytes) -> bool:
    """Tell whether one direction of a connection is TLS all along; the last may be cut off."""
    at = 0
    while at + HEADER <= len(stream):
        kind, version, length = struct.unpack_from("!BHH", stream, at)
        if kind not in KINDS or version >> 8 != 3 or not 0 < length <= LONGEST:
            return False
        at += HEADER + length
    return at >= len(stream) or len(stream) - at < HEADER


def kind_of(datagram: bytes) -> str:
    """Return what a datagram beside media is, by its first byte (RFC 7983)."""
    first = datagram[0] if datagram else -1
    for name, numbers in (("STUN", STUN), ("DTLS", DTLS), ("SRTP", RTP)):
        if first in numbers:
            return name
    return "unknown"

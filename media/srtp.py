"""SRTP where a packet lies: decrypted, changed and encrypted in one buffer.

pylibsrtp's own methods copy a packet four times on its way through a relay, and make half a
dozen objects of it. Its binding of libsrtp needs none of that: a relay passes one packet on
before it looks at the next, so that one buffer, always in the cache, does for all its legs.

Not for RTCP, which is rare. A test pins what is used of pylibsrtp's insides.

    RFC 3711 SRTP      RFC 7714 with AES-GCM
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pylibsrtp
from pylibsrtp._binding import ffi, lib

# What libsrtp refuses it raises as Error; what its binding does not take, as the others.
SRTP_REFUSALS: Final = (pylibsrtp.Error, ValueError, TypeError)

DATAGRAM_BYTES_MAX: Final = 1_500
TAG_BYTES_MAX: Final = 16  # of the profiles we accept: AEAD's (RFC 7714, 13)
PLAIN_BYTES_MAX: Final = DATAGRAM_BYTES_MAX - TAG_BYTES_MAX
BUFFER_BYTES: Final = 2_048  # with more room behind a datagram than any trailer needs


@dataclass(frozen=True, slots=True)
class SrtpPair:
    """What the handshake of a leg yields: keys, and by which profile (RFC 5764, 4.1.2)."""

    receiving: pylibsrtp.Session
    sending: pylibsrtp.Session
    profile: str = ""


class Context:
    """A session as libsrtp knows it; it lives as long as this does."""

    __slots__ = ("_session", "pointer")

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session
        self.pointer: object = session._srtp[0]  # noqa: SLF001 - pylibsrtp has no other way


class PacketBuffer:
    """The place of one packet of RTP at a time.

    Attributes:
        memory: all of it; a packet begins at 0.
    """

    __slots__ = ("_bytes", "_place", "_size", "memory")

    def __init__(self) -> None:
        array = bytearray(BUFFER_BYTES)
        self.memory = memoryview(array)
        # Not of the view: Python 3.11 crashes when it collects one that is exported itself.
        self._place = ffi.from_buffer("char[]", array)
        self._bytes = ffi.buffer(self._place)
        self._size = ffi.new("int *")

    def decrypt(self, context: Context, datagram: bytes) -> int:
        """Put a datagram in and decrypt it; return its bytes, 0 if it is not authentic.

        Args:
            context: whose it is.
            datagram: at most `DATAGRAM_BYTES_MAX`.
        """
        length, size = len(datagram), self._size
        self.memory[:length] = datagram
        size[0] = length
        if lib.srtp_unprotect(context.pointer, self._place, size):
            return 0
        decrypted: int = size[0]
        return decrypted

    def encrypt(self, context: Context, length: int) -> bytes | None:
        """Encrypt what lies here and return it; None if libsrtp refuses.

        Args:
            context: for whom.
            length: of the packet, at most `PLAIN_BYTES_MAX`.
        """
        size = self._size
        size[0] = length
        if lib.srtp_protect(context.pointer, self._place, size):
            return None
        encrypted: bytes = self._bytes[0 : size[0]]
        return encrypted

"""Which SSRCs of a leg are let as far as SRTP.

An SRTP session that meets an SSRC for the first time makes a stream for it and keeps it: a
browser that invents one per packet would cost hundreds of microseconds each and memory for
ever. So a packet is let through only if its SSRC was announced in the answer; any other costs
one look into a set, before anything is decrypted.

RTP is never learned: every browser announces what it sends (RFC 8829, 5.2.1), so an SSRC that
was not announced has nothing to be forwarded to, whatever its mid says. RTCP is, a little: a
browser that only receives reports under an SSRC that it announces nowhere (libwebrtc uses 1).
A few such reporters are remembered, each only after its packet has proven authentic, so that
a stranger cannot use up the places.

Not the address check, which comes before, nor the check of what the payload is, after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

DATAGRAM_BYTES_MAX: Final = 1_500
RTP_BYTES_MIN: Final = 12 + 10  # the shortest authentication tag of the profiles we accept
RTCP_BYTES_MIN: Final = 8 + 4 + 10  # header and sender, SRTCP index, tag (RFC 3711, 3.4)
REPORTERS_MAX: Final = 4

# RFC 5761, 4: with rtcp-mux the second byte tells them apart.
RTCP_FIRST: Final = 192
RTCP_LAST: Final = 223
RTP_RTCP_FIRST: Final = 128  # RFC 7983, 7: the first byte of both
RTP_RTCP_LAST: Final = 191


def is_rtcp(datagram: bytes) -> bool:
    """Tell whether a datagram that the gate let through is RTCP (RFC 5761, 4)."""
    return RTCP_FIRST <= datagram[1] <= RTCP_LAST


class Gate:
    """The SSRCs of one leg, and how much was turned away.

    Attributes:
        strange: datagrams turned away because their SSRC was not announced.
        malformed: datagrams turned away because of their size or first byte.
    """

    __slots__ = ("_announced", "_reporters", "_reporters_max", "malformed", "strange")

    def __init__(self, announced: Iterable[int], reporters_max: int = REPORTERS_MAX) -> None:
        """Open for the SSRCs of an answer.

        Args:
            announced: the leg's own SSRCs, retransmissions included.
            reporters_max: how many senders of RTCP alone are remembered beside them.
        """
        self._announced = frozenset(ssrc.to_bytes(4, "big") for ssrc in announced)
        self._reporters: set[bytes] = set()
        self._reporters_max = reporters_max
        self.strange = 0
        self.malformed = 0

    def admits(self, datagram: bytes) -> bool:
        """Tell whether a datagram from the leg's address may be given to SRTP.

        Costs the same whatever the bytes are; remembers nothing but a count.
        """
        size = len(datagram)
        if not (RTP_BYTES_MIN <= size <= DATAGRAM_BYTES_MAX):
            self.malformed += 1
            return False
        if not (RTP_RTCP_FIRST <= datagram[0] <= RTP_RTCP_LAST):
            self.malformed += 1
            return False
        if RTCP_FIRST <= datagram[1] <= RTCP_LAST:
            return self._admits_reporter(datagram[4:8])
        if datagram[8:12] in self._announced:
            return True
        self.strange += 1
        return False

    def _admits_reporter(self, ssrc: bytes) -> bool:
        if ssrc in self._announced or ssrc in self._reporters:
            return True
        if len(self._reporters) < self._reporters_max:
            return True
        self.strange += 1
        return False

    def proved(self, datagram: bytes) -> None:
        """Remember the sender of RTCP that SRTP has found authentic.

        Call it for every RTCP datagram that was admitted and unprotected, none else.
        """
        ssrc = datagram[4:8]
        if ssrc not in self._announced and len(self._reporters) < self._reporters_max:
            self._reporters.add(ssrc)

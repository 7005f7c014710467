"""Two legs and the ways between them, for tests of what is translated."""

from __future__ import annotations

import struct

from media.rewriting import Accepted, Direction, Sources
from media.rtcp import RtcpTranslator

# What each browser sends under, and what each was told it will receive under.
PATIENT = Sources(audio=0x0A01, video=0x0A02, rtx=0x0A03)
PATIENT_AGAIN = Sources(audio=0x0B01, video=0x0B02, rtx=0x0B03)
PRACTITIONER = Sources(audio=0x0C01, video=0x0C02, rtx=0x0C03)
TO_PRACTITIONER = Sources(audio=0xD001, video=0xD002, rtx=0xD003)
TO_PATIENT = Sources(audio=0xE001, video=0xE002, rtx=0xE003)
ACCEPTED = Accepted(frozenset({111}), frozenset({96}), frozenset({97}))
TRANSPORT_ID = 3


def rtp(
    ssrc: int,
    sequence: int,
    timestamp: int = 0,
    payload_type: int = 96,
    payload: bytes = b"payload",
    transport: int | None = None,
) -> bytearray:
    """Return a packet, with a transport-wide number if one is given."""
    first = 0x80 if transport is None else 0x90
    head = struct.pack(
        "!BBHLL", first, payload_type, sequence & 0xFFFF, timestamp & 0xFFFF_FFFF, ssrc
    )
    if transport is not None:
        value = struct.pack("!BHx", TRANSPORT_ID << 4 | 1, transport & 0xFFFF)
        head += b"\xbe\xde\x00\x01" + value
    return bytearray(head + payload)


def numbers(packet: bytes | bytearray) -> tuple[int, int, int]:
    """Return SSRC, sequence number and timestamp of a packet."""
    _, _, sequence, timestamp, ssrc = struct.unpack_from("!BBHLL", packet)
    return ssrc, sequence, timestamp


def transport_number(packet: bytes | bytearray) -> int:
    """Return the transport-wide number of a packet made by `rtp`."""
    return int.from_bytes(packet[17:19], "big")


def to_practitioner(first: tuple[int, int, int] = (100, 200, 300)) -> Direction:
    """Return the way on which the patient is heard and seen."""
    way = Direction(TO_PRACTITIONER, ACCEPTED, first)
    way.follow(PATIENT)
    return way


def to_patient() -> Direction:
    """Return the way on which the practitioner is."""
    way = Direction(TO_PATIENT, ACCEPTED, (1_000, 2_000, 3_000))
    way.follow(PRACTITIONER)
    return way


class Pair:
    """A call in which everybody has sent something on every stream."""

    def __init__(self) -> None:
        """Let audio begin at 10, video at 20, retransmissions at 30, at time 5000."""
        self.forth = to_practitioner()
        self.back = to_patient()
        for way, sent in ((self.forth, PATIENT), (self.back, PRACTITIONER)):
            begin(way, sent)
        self.patient = RtcpTranslator(self.forth, self.back)
        self.practitioner = RtcpTranslator(self.back, self.forth)


def begin(way: Direction, sent: Sources, now_us: int = 0) -> None:
    """Send a packet on every stream."""
    audio, video, rtx = sent.every()
    assert way.rewrite(rtp(audio, 10, 5_000, 111), now_us)
    assert way.rewrite(rtp(video, 20, 5_000, 96), now_us)
    assert way.rewrite(rtp(rtx, 30, 5_000, 97, b"\x00\x14again"), now_us)

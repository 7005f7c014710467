"""RTCP on its way through the relay: every SSRC in it is translated, or its packet is dropped.

A compound that a leg sends speaks of two things: of what the leg sends (sender reports,
descriptions: its own SSRCs) and of what it receives (reports, requests: SSRCs announced to it).
The first are translated as its media are, the second back to what the other leg really sends,
together with sequence numbers and timestamps. So the browsers' own recovery and bandwidth
estimation work end to end.

    SR, RR        sender translated, timestamp moved, report blocks translated one by one
    SDES          chunks translated; others left out
    NACK, TWCC    numbers translated with them (RFC 4585 6.2.1; the transport-cc draft 3.1)
    PLI, FIR      RFC 4585 6.3.1, RFC 5104 4.3.1; one in 500 ms
    REMB          draft-alvestrand-rmcat-remb-03
    BYE           counted, never passed on: the stream goes on with the next leg
    others        XR, APP, unknown feedback: dropped

A malformed packet is dropped and counted, the rest of the compound goes on. What is left may
be of reduced size (RFC 5506), which every leg is offered. Reports sent under an SSRC that was
not announced (libwebrtc has 1 where it only receives) are passed on under one that was. What
was transmitted before a leg was replaced is not reported to its successor: times of sender
reports that are not the present leg's are blanked (LSR and DLSR 0, RFC 3550 6.4.1).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Final

from media.rewriting import Direction, Stream

HEAD: Final = struct.Struct("!BBH")
WORD: Final = struct.Struct("!L")
NUMBER: Final = struct.Struct("!H")
SENDER_INFO: Final = struct.Struct("!QLLL")
BLOCK: Final = struct.Struct("!LLLLLL")
FEEDBACK: Final = struct.Struct("!BBHLL")
FIR_ENTRY: Final = struct.Struct("!LB3x")

HEAD_BYTES: Final = 4
FEEDBACK_BYTES: Final = 12
TRANSPORT_BYTES_MIN: Final = 20
REMB_BYTES_MIN: Final = 20
VERSION_BITS: Final = 0xC0
VERSION_2: Final = 0x80
PADDING_BIT: Final = 0x20
COUNT_BITS: Final = 0x1F
COUNT_MAX: Final = 31
NTP_MIDDLE_SHIFT: Final = 16
WORD_MASK: Final = 0xFFFF_FFFF

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
DESCRIPTION: Final = 202
GOODBYE: Final = 203
TRANSPORT_FEEDBACK: Final = 205
PAYLOAD_FEEDBACK: Final = 206
NACK: Final = 1
TRANSPORT_CC: Final = 15
PADDED_TRANSPORT_CC: Final = bytes((VERSION_2 | PADDING_BIT | TRANSPORT_CC, TRANSPORT_FEEDBACK))
PLI: Final = 1
FIR: Final = 4
APPLICATION_LAYER: Final = 15
REMB_NAME: Final = b"REMB"

# A keyframe is ten times another frame: whoever asks without end must not make the other's
# camera send nothing else. A browser that still needs one asks again.
KEYFRAMES_APART_US: Final = 500_000


class _Malformed(Exception):
    """A packet promises more than it has."""


class RtcpCounts:
    """What became of the packets that one leg sent.

    Attributes:
        passed: forwarded.
        malformed: could not be read.
        dropped: of a kind that is not forwarded, or about nothing the other leg knows.
        goodbyes: BYE packets.
    """

    __slots__ = ("dropped", "goodbyes", "malformed", "passed")

    def __init__(self) -> None:
        self.passed = 0
        self.malformed = 0
        self.dropped = 0
        self.goodbyes = 0


class RtcpTranslator:
    """Translates what one leg says in RTCP into what the other leg understands."""

    __slots__ = ("_back", "_forth", "_now_us", "_readers", "counts")

    def __init__(self, forth: Direction, back: Direction) -> None:
        """Translate for one leg.

        Args:
            forth: what the leg sends, on its way to the other.
            back: what the other sends, on its way to the leg.
        """
        self._forth = forth
        self._back = back
        self._now_us = 0
        self.counts = RtcpCounts()
        self._readers: Mapping[int, Callable[[bytearray], bytearray | None]] = {
            SENDER_REPORT: self._sender_report,
            RECEIVER_REPORT: self._receiver_report,
            DESCRIPTION: self._description,
            GOODBYE: self._goodbye,
            TRANSPORT_FEEDBACK: self._transport_feedback,
            PAYLOAD_FEEDBACK: self._payload_feedback,
        }

    def translate(self, compound: bytes, now_us: int) -> bytearray:
        """Return what the other leg is to get; empty if nothing.

        Args:
            compound: decrypted RTCP, any bytes.
            now_us: microseconds of any clock that never goes back.
        """
        self._now_us = now_us
        out = bytearray()
        position, end = 0, len(compound)
        while position < end:
            if end - position < HEAD_BYTES:
                self.counts.malformed += 1
                break
            size = HEAD_BYTES + 4 * (compound[position + 2] << 8 | compound[position + 3])
            if position + size > end:
                self.counts.malformed += 1
                break
            out += self._packet(bytearray(compound[position : position + size]))
            position += size
        return out

    def _packet(self, packet: bytearray) -> bytearray:
        counts = self.counts
        if not _unpad(packet):
            counts.malformed += 1
            return bytearray()
        reader = self._readers.get(packet[1])
        if reader is None:
            counts.dropped += 1
            return bytearray()
        try:
            translated = reader(packet)
        except (_Malformed, struct.error):  # the second: unpacked past the end
            counts.malformed += 1
            return bytearray()
        if translated is None:
            counts.dropped += 1
            return bytearray()
        counts.passed += 1
        HEAD.pack_into(translated, 0, translated[0], translated[1], len(translated) // 4 - 1)
        return translated

    def _sender_report(self, packet: bytearray) -> bytearray | None:
        (sender,) = WORD.unpack_from(packet, 4)
        ntp, timestamp, packets, octets = SENDER_INFO.unpack_from(packet, 8)
        stream = self._forth.of_source(sender)
        if stream is None or not (stream.primary or stream).begun:
            return None
        blocks = self._blocks(packet, 8 + SENDER_INFO.size)
        stream.reported(ntp >> NTP_MIDDLE_SHIFT & WORD_MASK)
        out = _headed(SENDER_REPORT, len(blocks) // BLOCK.size, stream.ssrc)
        moved = stream.timestamp_forth(timestamp)
        return out + SENDER_INFO.pack(ntp, moved, packets, octets) + blocks

    def _receiver_report(self, packet: bytearray) -> bytearray | None:
        (sender,) = WORD.unpack_from(packet, 4)
        blocks = self._blocks(packet, 8)
        reporter = self._reporter(sender)
        if reporter is None or not blocks:
            return None
        return _headed(RECEIVER_REPORT, len(blocks) // BLOCK.size, reporter) + blocks

    def _blocks(self, packet: bytearray, position: int) -> bytearray:
        """Return the report blocks (RFC 3550, 6.4.1) about streams of the other leg."""
        out = bytearray()
        for _ in range(packet[0] & COUNT_BITS):
            ssrc, lost, highest, jitter, last, delay = BLOCK.unpack_from(packet, position)
            position += BLOCK.size
            stream = self._begun(ssrc)
            if stream is None or stream.source is None:
                continue
            if last not in stream.reports:
                last = delay = 0
            extended = stream.extended_back(highest)
            out += BLOCK.pack(stream.source, lost, extended, jitter, last, delay)
        return out

    def _description(self, packet: bytearray) -> bytearray | None:
        """Translate SDES (RFC 3550, 6.5): chunks of an SSRC and items, ended by a zero."""
        out = bytearray(HEAD_BYTES)
        chunks, position = 0, HEAD_BYTES
        for _ in range(packet[0] & COUNT_BITS):
            (ssrc,) = WORD.unpack_from(packet, position)
            after = _chunk_end(packet, position + WORD.size)
            stream = self._forth.of_source(ssrc)
            if stream is not None:
                chunks += 1
                out += WORD.pack(stream.ssrc) + packet[position + WORD.size : after]
            position = after
        out[0], out[1] = VERSION_2 | chunks, DESCRIPTION
        return out if chunks else None

    def _goodbye(self, packet: bytearray) -> None:
        if len(packet) < HEAD_BYTES + 4 * (packet[0] & COUNT_BITS):
            raise _Malformed("sources are missing")
        self.counts.goodbyes += 1

    def _transport_feedback(self, packet: bytearray) -> bytearray | None:
        kind = packet[0] & COUNT_BITS
        _, _, _, sender, media = FEEDBACK.unpack_from(packet)
        reporter = self._reporter(sender)
        if reporter is None:
            return None
        if kind == NACK:
            return self._nack(packet, reporter, media)
        if kind == TRANSPORT_CC:
            return self._transport_cc(packet, reporter, media)
        return None

    def _nack(self, packet: bytearray, reporter: int, media: int) -> bytearray | None:
        stream = self._begun(media)
        if stream is None or stream.source is None or len(packet) == FEEDBACK_BYTES:
            return None
        WORD.pack_into(packet, 4, reporter)
        WORD.pack_into(packet, 8, stream.source)
        for position in range(FEEDBACK_BYTES, len(packet), 4):
            (lost,) = NUMBER.unpack_from(packet, position)
            NUMBER.pack_into(packet, position, stream.sequence_back(lost))
        return packet

    def _transport_cc(self, packet: bytearray, reporter: int, media: int) -> bytearray | None:
        """Translate the base number; the SSRC names any stream of the transport."""
        if len(packet) < TRANSPORT_BYTES_MIN:
            raise _Malformed("the transport-wide feedback is short")
        source = self._source(media) or self._any_source()
        if source is None:
            return None
        (base,) = NUMBER.unpack_from(packet, FEEDBACK_BYTES)
        WORD.pack_into(packet, 4, reporter)
        WORD.pack_into(packet, 8, source)
        NUMBER.pack_into(packet, FEEDBACK_BYTES, self._back.transport_back(base))
        return packet

    def _payload_feedback(self, packet: bytearray) -> bytearray | None:
        kind = packet[0] & COUNT_BITS
        _, _, _, sender, media = FEEDBACK.unpack_from(packet)
        reporter = self._reporter(sender)
        if reporter is None:
            return None
        if kind == PLI:
            source = self._asked(media)
            return None if source is None else bytearray(pli(reporter, source))
        if kind == FIR:
            return self._fir(packet, reporter)
        if kind == APPLICATION_LAYER:
            return self._remb(packet, reporter)
        return None

    def _fir(self, packet: bytearray, reporter: int) -> bytearray | None:
        """Translate the entries; the media SSRC of the header is unused and 0."""
        entries = bytearray()
        for position in range(FEEDBACK_BYTES, len(packet), FIR_ENTRY.size):
            ssrc, sequence = FIR_ENTRY.unpack_from(packet, position)
            source = self._asked(ssrc)
            if source is not None:
                entries += FIR_ENTRY.pack(source, sequence)
        if not entries:
            return None
        return _feedback(PAYLOAD_FEEDBACK, FIR, reporter, 0) + entries

    def _remb(self, packet: bytearray, reporter: int) -> bytearray | None:
        if packet[FEEDBACK_BYTES : FEEDBACK_BYTES + 4] != REMB_NAME:
            return None
        if len(packet) < REMB_BYTES_MIN:
            raise _Malformed("the estimate is short")
        count = packet[FEEDBACK_BYTES + 4]
        if len(packet) < REMB_BYTES_MIN + 4 * count:
            raise _Malformed("SSRCs are missing")
        listed = (
            self._source(WORD.unpack_from(packet, REMB_BYTES_MIN + 4 * index)[0])
            for index in range(count)
        )
        sources = [source for source in listed if source is not None]
        if not sources:
            return None
        out = _feedback(PAYLOAD_FEEDBACK, APPLICATION_LAYER, reporter, 0) + REMB_NAME
        # The estimate's exponent and mantissa follow the count, unchanged.
        out += bytes((len(sources),)) + packet[FEEDBACK_BYTES + 5 : REMB_BYTES_MIN]
        return out + b"".join(map(WORD.pack, sources))

    def _reporter(self, sender: int) -> int | None:
        """Return under which SSRC the other leg hears what `sender` reports."""
        stream = self._forth.of_source(sender)
        if stream is None:
            stream = next(iter(self._forth.streams), None)
        return None if stream is None else stream.ssrc

    def _begun(self, announced: int) -> Stream | None:
        stream = self._back.of_announced(announced)
        return stream if stream is not None and stream.begun else None

    def _source(self, announced: int) -> int | None:
        stream = self._back.of_announced(announced)
        return None if stream is None else stream.source

    def _asked(self, announced: int) -> int | None:
        """Return who is to be asked for a keyframe, unless that was done just now."""
        stream = self._back.of_announced(announced)
        if stream is None or stream.source is None:
            return None
        if stream.asked_us is not None and self._now_us - stream.asked_us < KEYFRAMES_APART_US:
            stream.held_back += 1
            return None
        stream.asked_us = self._now_us
        return stream.source

    def _any_source(self) -> int | None:
        sources = (stream.source for stream in self._back.streams)
        return next((source for source in sources if source is not None), None)


def pli(sender: int, media: int) -> bytes:
    """Return a picture loss indication (RFC 4585, 6.3.1): send a keyframe.

    Args:
        sender: an SSRC that was announced to the leg.
        media: SSRC of the leg's own video.
    """
    return bytes(_feedback(PAYLOAD_FEEDBACK, PLI, sender, media))


def fir(sender: int, media: int, sequence: int) -> bytes:
    """Return a full intra request (RFC 5104, 4.3.1): send a keyframe, whatever you think.

    Args:
        sender: an SSRC that was announced to the leg.
        media: SSRC of the leg's own video.
        sequence: one more, modulo 256, with each new request; the same when repeated.
    """
    entry = FIR_ENTRY.pack(media, sequence & 0xFF)
    packet = _feedback(PAYLOAD_FEEDBACK, FIR, sender, 0) + entry
    HEAD.pack_into(packet, 0, packet[0], packet[1], len(packet) // 4 - 1)
    return bytes(packet)


def _headed(kind: int, count: int, ssrc: int) -> bytearray:
    return bytearray(HEAD.pack(VERSION_2 | count, kind, 0) + WORD.pack(ssrc))


def _feedback(kind: int, form: int, sender: int, media: int) -> bytearray:
    words = FEEDBACK_BYTES // 4 - 1
    return bytearray(FEEDBACK.pack(VERSION_2 | form, kind, words, sender, media))


def _unpad(packet: bytearray) -> bool:
    """Cut the padding off; tell whether the packet is one of version 2 (RFC 3550, 6.4.1).

    Transport-wide feedback counts its packets itself and ends within a word: libwebrtc says in
    the last octet how many of it are none of it. That padding is part of it and stays.
    """
    if packet[0] & VERSION_BITS != VERSION_2:
        return False
    if packet[0] & PADDING_BIT:
        padding = packet[-1]
        if packet[:2] == PADDED_TRANSPORT_CC and 0 < padding < WORD.size:
            return True
        if padding == 0 or padding % 4 or padding > len(packet) - HEAD_BYTES:
            return False
        del packet[-padding:]
        packet[0] &= ~PADDING_BIT
    return True


def _chunk_end(packet: bytearray, position: int) -> int:
    """Return where the next chunk begins.

    Raises:
        _Malformed: the items run past the packet.
    """
    end = len(packet)
    while position < end and packet[position]:
        if position + 1 >= end:
            break
        position += 2 + packet[position + 1]
    after = (position // 4 + 1) * 4
    if position >= end or after > end:
        raise _Malformed("an item runs past the packet")
    return after

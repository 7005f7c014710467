"""One direction of a call: what one browser sends becomes what the other was told it gets.

The receiving browser knows three SSRCs, those of its own offer: audio, video, retransmissions.
Which browser sends, and in which tab, is hidden behind them. When the sending leg is replaced,
sequence numbers go on at the last one plus one, and timestamps by the time that has passed, so
that the receiver sees one stream with a pause in it.

    sent by the leg     SSRC a   seq s        time t
    received            SSRC A   seq s + ds   time t + dt     ds, dt fixed within a leg

Retransmissions (RFC 4588) have numbers of their own, the timestamps of their video, and the
video's sequence number in front of their payload. The transport-wide number is moved as well,
but only after a leg was replaced: until then it passes untouched.

What does not pass keeps its number: a refused payload type leaves a gap, which is what it is
to a receiver that cannot decode it. What the previous leg may have used is never used twice:
packets that a new leg sent before the first one seen are late and dropped.

Packets are changed in place; what payloads contain is not looked at. Pure: no clock.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from media.codecs import AUDIO_CLOCK_HZ, TRANSPORT_CC_ID, VIDEO_CLOCK_HZ, MediaKind
from media.rtp import EXTENSION_BIT, HEADER_BYTES, TYPE_BITS, extension, payload_bounds

HEADER: Final = struct.Struct("!BBHLL")
NUMBER: Final = struct.Struct("!H")
HEAD_BYTES: Final = 128  # of a packet that is remembered: browsers' heads take about 40
SEQUENCES: Final = 0x1_0000
SEQUENCE_MASK: Final = 0xFFFF
TIMESTAMP_MASK: Final = 0xFFFF_FFFF
HALF_SEQUENCE: Final = 0x8000
FIRST_SEQUENCE_MAX: Final = 0x7FFF
MICROSECONDS_PER_SECOND: Final = 1_000_000
REPORTS_REMEMBERED: Final = 8


@dataclass(frozen=True, slots=True)
class Sources:
    """SSRCs of one sender: of a leg, from its answer, or as announced in an offer.

    Attributes:
        audio: None if it sends no audio.
        video: None if it sends no video.
        rtx: the retransmissions of the video.
    """

    audio: int | None = None
    video: int | None = None
    rtx: int | None = None

    def every(self) -> tuple[int, ...]:
        """Return those that are there."""
        return tuple(one for one in (self.audio, self.video, self.rtx) if one is not None)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Payload types that the receiving leg accepted in its answer."""

    audio: frozenset[int] = frozenset()
    video: frozenset[int] = frozenset()
    rtx: frozenset[int] = frozenset()


class Stream:
    """One announced SSRC, with the offsets that lead to it from the one being sent.

    Attributes:
        ssrc: as announced to the receiver.
        source: as the present leg sends it; None while none does.
        kind: audio or video; retransmissions are video.
        primary: the video of which this is the retransmission, or None.
        begun: whether the present leg has sent something on it.
        highest: extended sequence number sent last, as the receiver counts (RFC 3550, A.1).
        begins_at: extended sequence number of the present leg's first packet.
        sequence_offset: extended; what is received minus what is sent.
        timestamp_offset: the same for timestamps.
        last: the head of the newest packet that passed, as the receiver gets it.
        last_timestamp: of that packet.
        last_us: when it passed; None if none has.
        sequence: of the packet that passed last, as the receiver gets it.
        timestamp: the same.
        asked_us: when the receiver asked the present leg for a keyframe last, or None.
        held_back: how many such requests came too soon after another.
        reports: middle parts of the NTP times in the present leg's latest sender reports.
        packets: how many passed.
        refused: how many had a payload type that the receiver did not accept.
        late: how many were older than the present leg's first.
        early: retransmissions of a video that has not begun.
    """

    __slots__ = (
        "asked_us",
        "begins_at",
        "begun",
        "clock_hz",
        "early",
        "held_back",
        "highest",
        "kind",
        "last",
        "last_timestamp",
        "last_us",
        "late",
        "packets",
        "payload_types",
        "primary",
        "refused",
        "reports",
        "sequence",
        "sequence_offset",
        "source",
        "ssrc",
        "timestamp",
        "timestamp_offset",
    )

    def __init__(
        self,
        ssrc: int,
        kind: MediaKind,
        payload_types: frozenset[int],
        first_sequence: int,
        primary: Stream | None = None,
    ) -> None:
        self.ssrc = ssrc
        self.kind = kind
        self.payload_types = payload_types
        self.primary = primary
        self.clock_hz = AUDIO_CLOCK_HZ if kind is MediaKind.AUDIO else VIDEO_CLOCK_HZ
        self.source: int | None = None
        self.begun = False
        self.highest = first_sequence - 1
        self.begins_at = first_sequence
        self.sequence_offset = 0
        self.timestamp_offset = 0
        self.last_timestamp = 0
        self.last_us: int | None = None
        self.last = b""
        self.sequence = 0
        self.timestamp = 0
        self.reports: list[int] = []
        self.packets = 0
        self.refused = 0
        self.late = 0
        self.early = 0
        self.asked_us: int | None = None
        self.held_back = 0

    def follow(self, source: int | None) -> None:
        """Take another sender; its first packet decides the offsets."""
        self.source = source
        self.begun = False
        self.asked_us = None
        self.reports.clear()

    def begin(self, sequence: int, timestamp: int, now_us: int) -> None:
        """Let the present leg's numbers continue those of the one before."""
        self.begins_at = self.highest + 1
        self.sequence_offset = self.begins_at - sequence
        if self.last_us is not None:
            # At least a tick: two frames with one timestamp would be taken for one.
            passed_us = max(0, now_us - self.last_us)
            ticks = max(1, passed_us * self.clock_hz // MICROSECONDS_PER_SECOND)
            self.timestamp_offset = self.last_timestamp + ticks - timestamp
        self.begun = True

    def sequence_back(self, sequence: int) -> int:
        """Return what the sender calls a sequence number of the receiver."""
        return (sequence - self.sequence_offset) & SEQUENCE_MASK

    def extended_back(self, extended: int) -> int:
        """Return the sender's extended highest sequence number for the receiver's."""
        return (extended - self.sequence_offset) & TIMESTAMP_MASK

    def timestamp_forth(self, timestamp: int) -> int:
        """Return what the receiver calls a timestamp of the sender.

        Retransmissions have the timestamps of their video (RFC 4588, 4).
        """
        of = self.primary or self
        return (timestamp + of.timestamp_offset) & TIMESTAMP_MASK

    def reported(self, ntp_middle: int) -> None:
        """Remember the time in a sender report that was passed on (RFC 3550, 6.4.1 LSR)."""
        self.reports.append(ntp_middle)
        del self.reports[:-REPORTS_REMEMBERED]


class Direction:
    """From whichever leg sends at present to one receiving leg.

    Attributes:
        streams: those announced to the receiver, audio first.
        unknown: packets under an SSRC that leads nowhere.
        malformed: packets too broken to be changed.
        transport_offset: transport-wide number received minus the one sent.
    """

    __slots__ = (
        "_by_announced",
        "_by_source",
        "_renumbers_next",
        "_transport_id",
        "malformed",
        "streams",
        "transport_offset",
        "unknown",
    )

    def __init__(
        self,
        announced: Sources,
        accepted: Accepted,
        first_sequences: tuple[int, int, int],
        transport_id: int = TRANSPORT_CC_ID,
    ) -> None:
        """Prepare the streams of one receiving leg; `follow` says who sends.

        Args:
            announced: SSRCs of the receiving leg's offer.
            accepted: payload types of its answer.
            first_sequences: numbers to begin with, for audio, video and retransmissions.
                Random, and in the lower half: a receiver that misses the first packets
                around 65535 would guess SRTP's roll-over counter wrongly (RFC 3711, 3.3.1).
            transport_id: id of the transport-wide header extension.

        Raises:
            ValueError: a first number in the upper half.
        """
        if not all(0 <= one <= FIRST_SEQUENCE_MAX for one in first_sequences):
            raise ValueError("sequence numbers begin in the lower half")
        self.streams = _streams(announced, accepted, first_sequences)
        self._by_announced = {stream.ssrc: stream for stream in self.streams}
        self._by_source: dict[int, Stream] = {}
        self._transport_id = transport_id
        self._renumbers_next = False
        self.transport_offset = 0
        self.unknown = 0
        self.malformed = 0

    def follow(self, sent: Sources) -> None:
        """Take a leg as the sender, in place of the one before.

        Args:
            sent: the leg's own SSRCs, from its answer.
        """
        self._by_source = {}
        for stream in self.streams:
            if stream.primary is not None:
                source = sent.rtx
            else:
                source = sent.audio if stream.kind is MediaKind.AUDIO else sent.video
            stream.follow(source)
            if source is not None:
                self._by_source[source] = stream
        self._renumbers_next = any(stream.last for stream in self.streams)

    def of_source(self, ssrc: int) -> Stream | None:
        """Return the stream that an SSRC of the sender leads to."""
        return self._by_source.get(ssrc)

    def of_announced(self, ssrc: int) -> Stream | None:
        """Return the stream that the receiver knows by an SSRC."""
        return self._by_announced.get(ssrc)

    def rewrite(self, packet: bytearray | memoryview, now_us: int) -> Stream | None:
        """Change a packet in place into the receiver's.

        Args:
            packet: decrypted RTP.
            now_us: microseconds of any clock that never goes back.

        Returns:
            The stream it belongs to. None, and counted, if it is not to be forwarded; its
            bytes are then of no use.
        """
        if len(packet) < HEADER_BYTES:
            self.malformed += 1
            return None
        first, second, sequence, timestamp, ssrc = HEADER.unpack_from(packet)
        stream = self._by_source.get(ssrc)
        if stream is None:
            self.unknown += 1
            return None
        if second & TYPE_BITS not in stream.payload_types:
            stream.refused += 1
            return None
        primary = stream.primary
        if primary is not None and not self._move_original(packet, stream, primary):
            return None
        if not stream.begun:
            stream.begin(sequence, timestamp, now_us)
        sent = (sequence + stream.sequence_offset) & SEQUENCE_MASK
        moved = (timestamp + (primary or stream).timestamp_offset) & TIMESTAMP_MASK
        ahead = (sent - stream.highest) & SEQUENCE_MASK
        if ahead >= HALF_SEQUENCE and stream.highest + ahead - SEQUENCES < stream.begins_at:
            stream.late += 1
            return None
        if self.transport_offset or self._renumbers_next:
            self._renumber(packet)
        if ahead < HALF_SEQUENCE:
            stream.highest += ahead
            stream.last_timestamp = moved
            stream.last_us = now_us
            if first & EXTENSION_BIT:
                # Its transport-wide number is asked for when a leg is replaced.
                stream.last = bytes(packet[:HEAD_BYTES])
        stream.sequence = sent
        stream.timestamp = moved
        HEADER.pack_into(packet, 0, first, second, sent, moved, stream.ssrc)
        stream.packets += 1
        return stream

    def transport_back(self, number: int) -> int:
        """Return what the sender calls a transport-wide number of the receiver."""
        return (number - self.transport_offset) & SEQUENCE_MASK

    def _move_original(
        self, packet: bytearray | memoryview, stream: Stream, primary: Stream
    ) -> bool:
        """Move the original sequence number (RFC 4588, 4) of a retransmission.

        A packet of padding alone repeats nothing and has none.
        """
        if not primary.begun:
            stream.early += 1
            return False
        bounds = payload_bounds(packet)
        if bounds is None:
            self.malformed += 1
            return False
        start, end = bounds
        if end == start:
            return True
        if end - start < NUMBER.size:
            self.malformed += 1
            return False
        (original,) = NUMBER.unpack_from(packet, start)
        moved = (original + primary.sequence_offset) & SEQUENCE_MASK
        ahead = (moved - primary.highest) & SEQUENCE_MASK
        behind = ahead - SEQUENCES if ahead >= HALF_SEQUENCE else ahead
        if primary.highest + behind < primary.begins_at:
            stream.late += 1
            return False
        NUMBER.pack_into(packet, start, moved)
        return True

    def _renumber(self, packet: bytearray | memoryview) -> None:
        found = extension(packet, self._transport_id)
        if found is None or found[1] < NUMBER.size:
            return
        (number,) = NUMBER.unpack_from(packet, found[0])
        if self._renumbers_next:
            self._renumbers_next = False
            self.transport_offset = (self._last_number() + 1 - number) & SEQUENCE_MASK
        NUMBER.pack_into(packet, found[0], (number + self.transport_offset) & SEQUENCE_MASK)

    def _last_number(self) -> int:
        """Return the transport-wide number that the receiver got last.

        Not every stream has them: an answer may accept them for video only.
        """
        newest_us, newest = -1, 0
        for stream in self.streams:
            found = extension(stream.last, self._transport_id)
            if found is None or found[1] < NUMBER.size or stream.last_us is None:
                continue
            if stream.last_us >= newest_us:
                newest_us = stream.last_us
                (newest,) = NUMBER.unpack_from(stream.last, found[0])
        return newest


def _streams(
    announced: Sources, accepted: Accepted, first_sequences: Iterable[int]
) -> tuple[Stream, ...]:
    audio_first, video_first, rtx_first = first_sequences
    streams: list[Stream] = []
    if announced.audio is not None:
        streams.append(Stream(announced.audio, MediaKind.AUDIO, accepted.audio, audio_first))
    if announced.video is not None:
        video = Stream(announced.video, MediaKind.VIDEO, accepted.video, video_first)
        streams.append(video)
        if announced.rtx is not None:
            rtx = Stream(announced.rtx, MediaKind.VIDEO, accepted.rtx, rtx_first, video)
            streams.append(rtx)
    return tuple(streams)

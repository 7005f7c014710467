"""The packets of a call, made and encrypted before the clock runs.

50 audio packets of 120 bytes and 150 video packets of 1,100 bytes a second (SRTP's tag comes on
top): Opus every 20 ms, and 30 pictures a second of five packets each, 1 ms apart: 1.3 Mbit/s,
for the 1280 by 720 that the pages ask their cameras for. `Shape` fills them with a number by
which a packet is known again; `Recorded` with sound and pictures of that size that can be
decoded, which the media relay of aiortc needs.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from struct import pack
from typing import Final, Protocol

from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from av import AudioFrame, VideoFrame

from media.srtp import SrtpPair
from tests.bench.relay_load.description import AUDIO_LEVEL_ID, AUDIO_TYPE, VIDEO_TYPE, Own

AUDIO_PAYLOAD: Final = 100  # 12 of header and 8 of its extension make 120
VIDEO_PAYLOAD: Final = 1_088
PIECE_BYTES_MAX: Final = 1_300
RECORDED_BPS: Final = 1_050_000  # the encoder exceeds it: five packets of 1,100 bytes
AUDIO_EVERY_NS: Final = 20_000_000
VIDEO_EVERY_NS: Final = 1_000_000_000 // 30
APART_NS: Final = 1_000_000
PIECES: Final = 5
NUMBER_BYTES: Final = 8
# VP8 (RFC 7741, 4.2): the first packet of a frame, and the others.
FIRST: Final = b"\x10"
FOLLOWING: Final = b"\x00"
WIDTH: Final = 1_280
HEIGHT: Final = 720
BLOCK: Final = 80  # pixels: of this grain a picture takes five packets
KEYFRAME: Final = b"\x50\x01\x00\x9d\x01\x2a" + pack("<HH", WIDTH, HEIGHT)
INTERFRAME: Final = b"\x51\x01\x00"
AT: Final = len(FIRST + KEYFRAME)  # where the number is in the first packet of a picture
# One-byte extension (RFC 8285, 4.2): a voice at -30 dBov, padded to a word.
LEVEL: Final = pack("!HHBBH", 0xBEDE, 1, AUDIO_LEVEL_ID << 4, 0x80 | 30, 0)


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One packet: when, from which leg, and what; `number` counts those of a window."""

    due_ns: int
    leg: int
    number: int
    datagram: bytes


class Sender(Protocol):
    """As much of a leg as its packets are made with; see `leg.Leg`."""

    own: Own
    srtp: SrtpPair | None
    sequences: list[int]
    frames: list[int]


class Content(Protocol):
    """What the packets carry."""

    def audio(self, frame: int, number: int) -> bytes:
        """Return the payload of one audio packet."""

    def video(self, frame: int, number: int, *, key: bool) -> list[bytes]:
        """Return the payloads of one picture, numbered from `number` on."""


class Shape:
    """Nothing but numbers, in packets as large as those of a call."""

    def audio(self, frame: int, number: int) -> bytes:
        """Return a number and zeros."""
        del frame
        return number.to_bytes(NUMBER_BYTES, "big") + bytes(AUDIO_PAYLOAD - NUMBER_BYTES)

    def video(self, frame: int, number: int, *, key: bool) -> list[bytes]:
        """Return five payloads with the header of such a picture."""
        del frame
        heads = [FIRST + (KEYFRAME if key else INTERFRAME)] + [FOLLOWING] * (PIECES - 1)
        return [
            (head.ljust(AT, b"\0") + (number + at).to_bytes(NUMBER_BYTES, "big")).ljust(
                VIDEO_PAYLOAD, b"\0"
            )
            for at, head in enumerate(heads)
        ]


def number_of(packet: bytes) -> int:
    """Return the number of a decrypted packet of `Shape`, whatever was done to its header."""
    extended = packet[0] & 0x10
    at = 12 + 4 * (packet[0] & 0x0F)
    if extended:
        at += 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
    if packet[1] & 0x7F == VIDEO_TYPE:
        at += AT
    return int.from_bytes(packet[at : at + NUMBER_BYTES], "big")


class Recorded:
    """Noise that can be heard and seen, encoded beforehand and repeated from a keyframe on."""

    def __init__(self, seed: int, pictures: int = 60) -> None:
        grain = random.Random(seed)
        self._audio = _sound(grain)
        self._video = _pictures(grain, pictures)

    def audio(self, frame: int, number: int) -> bytes:
        """Return the next 20 ms."""
        del number
        return self._audio[frame % len(self._audio)]

    def video(self, frame: int, number: int, *, key: bool) -> list[bytes]:
        """Return the next picture in five pieces; a keyframe has more."""
        del number, key
        data = self._video[frame % len(self._video)]
        size = min(-(-len(data) // PIECES), PIECE_BYTES_MAX)
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        return [(FOLLOWING if at else FIRST) + piece for at, piece in enumerate(pieces)]


def _sound(grain: random.Random) -> list[bytes]:
    encoder = OpusEncoder()
    found = []
    for at in range(100):
        samples = array("h", (grain.randrange(-3_000, 3_000) for _ in range(2 * 960)))
        frame = AudioFrame(format="s16", layout="stereo", samples=960)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = 48_000
        frame.pts = at * 960
        frame.time_base = Fraction(1, 48_000)
        found += encoder.encode(frame)[0]
    return found


def _pictures(grain: random.Random, count: int) -> list[bytes]:
    encoder = Vp8Encoder()
    encoder.target_bitrate = RECORDED_BPS
    found = []
    rows = [
        b"".join(bytes([one]) * BLOCK for one in grain.randbytes(WIDTH // BLOCK)) * BLOCK
        for _ in range(HEIGHT // BLOCK)
    ]
    still = b"".join(rows)
    for at in range(count):
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        moved = still[4 * at :] + still[: 4 * at]
        for plane in frame.planes:
            plane.update(moved[: plane.buffer_size])
        frame.pts = at * 3_000
        frame.time_base = Fraction(1, 90_000)
        payloads, _ = encoder.encode(frame, force_keyframe=at == 0)
        found.append(b"".join(_bare(one) for one in payloads))
    return found


def _bare(payload: bytes) -> bytes:
    """Return a payload of aiortc's encoder without its descriptor (RFC 7741, 4.2)."""
    at = 1
    if payload[0] & 0x80:
        extensions = payload[1]
        at = 2
        if extensions & 0x80:
            at += 2 if payload[2] & 0x80 else 1
        at += bool(extensions & 0x40) + bool(extensions & 0x30)
    return payload[at:]


def plan(legs: Sequence[Sender], seconds: float, content: Content, seed: int) -> list[Due]:
    """Return all packets of a window in the order they are due, encrypted.

    Each leg begins at another moment, as people do.
    """
    phases = random.Random(seed)
    found: list[Due] = []
    for at, leg in enumerate(legs):
        begin = phases.randrange(VIDEO_EVERY_NS)
        found += _audio(leg, at, begin, seconds, content, len(found))
        found += _video(leg, at, begin, seconds, content, len(found))
    return sorted(found)


def _audio(
    leg: Sender, at: int, begin: int, seconds: float, content: Content, number: int
) -> list[Due]:
    found = []
    for due in range(begin, begin + int(seconds * 1e9), AUDIO_EVERY_NS):
        frame = leg.frames[0]
        payload = LEVEL + content.audio(frame, number)
        head = _head(0x90, AUDIO_TYPE, leg.sequences[0], frame * 960, leg.own.audio)
        found.append(Due(due, at, number, _protected(leg, head + payload)))
        leg.sequences[0] = leg.sequences[0] + 1 & 0xFFFF
        leg.frames[0] += 1
        number += 1
    return found


def _video(
    leg: Sender, at: int, begin: int, seconds: float, content: Content, number: int
) -> list[Due]:
    found = []
    for due in range(begin, begin + int(seconds * 1e9), VIDEO_EVERY_NS):
        frame = leg.frames[1]
        payloads = content.video(frame, number, key=due == begin)
        for piece, payload in enumerate(payloads):
            kind = VIDEO_TYPE | (0x80 if piece == len(payloads) - 1 else 0)
            head = _head(0x80, kind, leg.sequences[1], frame * 3_000, leg.own.video)
            datagram = _protected(leg, head + payload)
            found.append(Due(due + piece * APART_NS, at, number, datagram))
            leg.sequences[1] = leg.sequences[1] + 1 & 0xFFFF
            number += 1
        leg.frames[1] += 1
    return found


def _head(first: int, kind: int, sequence: int, timestamp: int, ssrc: int) -> bytes:
    return pack("!BBHII", first, kind, sequence, timestamp & 0xFFFFFFFF, ssrc)


def _protected(leg: Sender, packet: bytes) -> bytes:
    if leg.srtp is None:
        raise ValueError("a leg that is not connected sends nothing")
    return leg.srtp.sending.protect(packet)

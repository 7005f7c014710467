"""What an authenticated browser that has gone mad may send: nothing raises, grows or leaks."""

import random
import struct
from collections.abc import Callable
from typing import Final

import pytest

from media.codecs import AUDIO_LEVEL_ID, BY_TYPE, Codec
from media.gate import Gate, is_rtcp
from media.keyframes import is_keyframe
from media.rewriting import REPORTS_REMEMBERED
from media.rtcp import fir, pli
from media.rtp import audio_level, payload_bounds
from tests.unit.media.call_pair import PATIENT, TO_PRACTITIONER, Pair, rtp

SEED: Final = 20_260_701
OURS: Final = frozenset(TO_PRACTITIONER.every())


def whole(random_: random.Random) -> bytes:
    ssrc = random_.choice([*PATIENT.every(), random_.getrandbits(32)])
    payload_type = random_.choice([96, 97, 98, 102, 104, 111, 127])
    payload = random_.randbytes(random_.randrange(64))
    transport = random_.choice([None, random_.getrandbits(16)])
    return bytes(
        rtp(
            ssrc,
            random_.getrandbits(16),
            random_.getrandbits(32),
            payload_type,
            payload,
            transport,
        )
    )


def reports(random_: random.Random) -> bytes:
    sender, media = (random_.choice([0x0A02, 0xE002, random_.getrandbits(32)]) for _ in "ab")
    blocks = random_.randbytes(24 * 2)
    count = random_.randrange(32)
    kinds: list[Callable[[], bytes]] = [
        lambda: pli(sender, media),
        lambda: fir(sender, media, 1),
        lambda: struct.pack("!BBHL", 0x80 | count, 201, 13, sender) + blocks,
        lambda: struct.pack("!BBHL", 0x80 | count, 200, 18, sender) + bytes(20) + blocks,
        lambda: struct.pack("!BBHL", 0x80 | count, 202, 13, sender) + blocks,
        lambda: struct.pack("!BBHLL", 0x80 | count, 205, 14, sender, media) + blocks,
        lambda: struct.pack("!BBHLL", 0x80 | count, 206, 14, sender, media) + blocks,
    ]
    return b"".join(random_.choice(kinds)() for _ in range(random_.randrange(1, 4)))


def damaged(random_: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random_.randrange(4)):
        changed[random_.randrange(len(changed))] = random_.getrandbits(8)
    return bytes(
        changed[: random_.randrange(len(changed) + 1)] if random_.random() < 0.3 else changed
    )


def noise(random_: random.Random) -> bytes:
    return random_.randbytes(random_.randrange(80))


def datagram(random_: random.Random) -> bytes:
    makers: list[Callable[[random.Random], bytes]] = [whole, reports, noise]
    data = random_.choice(makers)(random_)
    return damaged(random_, data) if data else data


def suffer(count: int) -> None:
    random_ = random.Random(SEED)
    pair, gate = Pair(), Gate(PATIENT.every())
    passed = 0
    for at in range(count):
        data = datagram(random_)
        if not gate.admits(data):
            continue
        if is_rtcp(data):
            gate.proved(data)
            assert len(pair.patient.translate(data, 0)) <= len(data)
            continue
        packet = bytearray(data)
        stream = pair.forth.rewrite(packet, at * 1_000)
        bounds = payload_bounds(packet)
        if bounds is not None:
            codec = (
                BY_TYPE[packet[1] & 0x7F].codec if packet[1] & 0x7F in BY_TYPE else Codec.VP8
            )
            is_keyframe(codec, packet, *bounds)
        level = audio_level(packet, AUDIO_LEVEL_ID)
        assert level is None or 0 <= level <= 127
        if stream is not None:
            passed += 1
            assert int.from_bytes(packet[8:12], "big") in OURS
            assert len(packet) == len(data)
    assert 0 < passed < count
    assert gate.strange > 0
    assert all(len(one.reports) <= REPORTS_REMEMBERED for one in pair.forth.streams)


@pytest.mark.safeguard("V17.2.4")
def test_five_thousand_mad_datagrams_change_nothing_but_counts() -> None:
    suffer(5_000)


@pytest.mark.safeguard("V17.2.4")
@pytest.mark.long
def test_a_hundred_thousand_mad_datagrams_change_nothing_but_counts() -> None:
    suffer(100_000)

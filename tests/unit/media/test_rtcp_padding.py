import struct
from typing import Final

import pytest

from media.rtcp import pli
from tests.unit.media.call_pair import Pair

# Version 2, padded, transport-wide feedback; words that follow; who tells, of whose packets.
HEAD: Final = struct.Struct("!BBHLL")


@pytest.mark.parametrize(
    "told",
    [
        # Of five packets as Chromium told, of three as Firefox did.
        "0164000501c0b84220056f2a2e1e3e01",
        "013700030010a8502003055021000003",
    ],
)
def test_transport_wide_feedback_that_ends_within_a_word_is_passed_on(told: str) -> None:
    body = bytes.fromhex(told)
    pair = Pair()
    passed = pair.patient.translate(
        HEAD.pack(0xAF, 205, 6, 0x0A02, 0xE002) + body + pli(0x0A02, 0xE002), 0
    )
    expected = HEAD.pack(0xAF, 205, 6, 0xD002, 0x0C02) + body
    assert passed == expected + pli(0xD002, 0x0C02)
    assert (pair.patient.counts.passed, pair.patient.counts.malformed) == (2, 0)


@pytest.mark.parametrize("octets", [0, 5, 7])
def test_padding_of_no_whole_words_that_is_longer_than_one_is_malformed(octets: int) -> None:
    body = bytes.fromhex("0164000501c0b84220056f2a2e1e3e") + bytes([octets])
    pair = Pair()
    assert pair.patient.translate(HEAD.pack(0xAF, 205, 6, 0x0A02, 0xE002) + body, 0) == b""
    assert pair.patient.counts.malformed == 1


def test_other_feedback_ends_with_a_word() -> None:
    lost = HEAD.pack(0xA1, 205, 4, 0x0A02, 0xE002) + b"\x07\xd1\x00\x00" + b"\x00\x00\x00\x01"
    pair = Pair()
    assert pair.patient.translate(lost, 0) == b""
    assert pair.patient.counts.malformed == 1

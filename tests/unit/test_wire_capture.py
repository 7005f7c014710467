"""A capture puts together again what crossed a wire, and says so when it is not whole."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.packet_filter import PORTS_MAX, program
from tests.tls_records import is_tls, kind_of
from tests.wire_capture import PCAP, Capture, Flow, NotWhole, read_pcap

HERE = "127.0.0.1"
START = 4_294_967_290  # numbers of TCP start again at 0 on their way
FLOW = Flow("tcp", (HERE, 50_000), (HERE, 443))


def tcp(
    number: int, payload: bytes, *, flags: int = 0x10, ports: tuple[int, int] = (50_000, 443)
) -> bytes:
    inner = struct.pack("!HHIIBBHHH", *ports, number % (1 << 32), 0, 5 << 4, flags, 0, 0, 0)
    return ethernet(6, inner + payload)


def ethernet(protocol: int, inner: bytes) -> bytes:
    address = socket.inet_aton(HERE)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(inner), 0, 0, 64, protocol, 0)
    return bytes(12) + b"\x08\x00" + head + address + address + inner + b"padding"


def shown(*frames: bytes) -> dict[Flow, bytes]:
    return Capture(list(frames)).flows()


def test_a_word_in_two_segments_is_one_word_again_whatever_their_order() -> None:
    begun = tcp(START - 1, b"", flags=0x02)
    first, second, third = (
        tcp(START, b"Zephyr"),
        tcp(START + 6, b"quill"),
        tcp(START + 11, b"!"),
    )
    assert shown(begun, first, second, third) == {FLOW: b"Zephyrquill!"}
    assert shown(begun, third, second, first) == {FLOW: b"Zephyrquill!"}


def test_what_is_sent_again_counts_once() -> None:
    again = tcp(START, b"Zephyrqu")
    frames = (tcp(START - 1, b"", flags=0x02), tcp(START, b"Zephyr"), again, again)
    assert shown(*frames) == {FLOW: b"Zephyrqu"}


def test_what_a_capture_lacks_hides_nothing_behind_it() -> None:
    assert shown(tcp(START, b"one"), tcp(START + 9, b"Zephyrquill")) == {
        FLOW: b"oneZephyrquill"
    }


def test_a_second_connection_of_the_same_ports_is_not_the_first() -> None:
    frames: list[bytes] = []
    for number, word in ((7, b"first"), (5_000_000, b"second")):
        frames += [tcp(number, b"", flags=0x02), tcp(number + 1, word)]
    assert shown(*frames) == {FLOW: b"firstsecond"}


def test_datagrams_stay_apart() -> None:
    frames = [
        ethernet(17, struct.pack("!HHHH", 1, 2, 11, 0) + word) for word in (b"abc", b"def")
    ]
    found = [word for _, word in Capture(frames).datagrams()]
    assert found == [b"abc", b"def"]


def test_a_file_is_read_as_it_was_written_and_not_if_it_is_cut_off(tmp_path: Path) -> None:
    file, frame = tmp_path / "x.pcap", tcp(1, b"Zephyrquill")
    head = struct.pack("<IHHIIII", PCAP, 2, 4, 0, 0, 262_144, 1)
    one = struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame
    file.write_bytes(head + one)
    assert read_pcap(file).flows() == {FLOW: b"Zephyrquill"}
    for spoilt in (head + one[:-1], head + struct.pack("<IIII", 0, 0, 4, 9) + b"four", one):
        file.write_bytes(spoilt)
        with pytest.raises(NotWhole):
            read_pcap(file)


def matched(ports: Sequence[int], frame: bytes) -> bool:
    """Run a program as the kernel does."""
    at, a, x = 0, 0, 0
    code = program(ports)
    while True:
        what, true, false, k = code[at]
        at += 1
        if what == 0x28:
            a = int.from_bytes(frame[k : k + 2], "big")
        elif what == 0x30:
            a = frame[k]
        elif what == 0x48:
            a = int.from_bytes(frame[x + k : x + k + 2], "big")
        elif what == 0xB1:
            x = 4 * (frame[k] & 0x0F)
        elif what == 0x01:
            x = k
        elif what == 0x15:
            at += true if a == k else false
        else:
            return bool(k)


def test_the_filter_looks_at_either_end_of_tcp_and_udp_over_both_versions_of_ip() -> None:
    ports = [443, 3_479, *range(60_000, 60_000 + PORTS_MAX - 2)]
    for port in (443, 60_000 + PORTS_MAX - 3):
        for ends in ((port, 9), (9, port)):
            inner = struct.pack("!HH", *ends) + bytes(16)
            six = bytes(12) + b"\x86\xdd" + bytes(6) + b"\x06" + bytes(33) + inner
            assert matched(ports, ethernet(6, inner))
            assert matched(ports, ethernet(17, inner))
            assert matched(ports, six)
            assert not matched(ports, ethernet(1, inner))
    assert not matched(ports, ethernet(6, struct.pack("!HH", 9, 10) + bytes(16)))
    assert not matched(ports, bytes(12) + b"\x08\x06" + bytes(40))
    with pytest.raises(ValueError, match="1 to 60 ports"):
        program(range(1, PORTS_MAX + 2))


@pytest.mark.parametrize(
    ("stream", "is_so"),
    [
        (b"\x16\x03\x01\x00\x02hi" + b"\x17\x03\x03\x00\x03abc", True),
        (b"\x16\x03\x01\x00\x02hi" + b"\x17\x03\x03\x00\x09cut", True),
        (b"GET / HTTP/1.1\r\n", False),
        (b"\x16\x03\x01\x00\x02hi" + b"GET / HTTP/1.1\r\n", False),
        (b"\x17\x03\x03\xff\xff" + bytes(70_000), False),
    ],
)
def test_tls_is_told_from_what_is_none(stream: bytes, is_so: bool) -> None:  # noqa: FBT001
    assert is_tls(stream) == is_so


def test_a_datagram_beside_media_is_known_by_its_first_byte() -> None:
    known = {b"\x00\x01": "STUN", b"\x16\xfe": "DTLS", b"\x80\x60": "SRTP"}
    assert {one: kind_of(one) for one in known} == known
    assert {kind_of(one) for one in (b"", b"GET", b"\xff")} == {"unknown"}

import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, pack_header_extensions
from hypothesis import given
from hypothesis import strategies as st

from media.rtp import RtpFault, audio_level, extension, fault_of, payload_bounds

ONE_BYTE = st.lists(
    st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16)),
    max_size=6,
    unique_by=lambda one: one[0],
)
TWO_BYTE = st.lists(
    st.tuples(st.integers(1, 255), st.binary(max_size=40)),
    max_size=6,
    unique_by=lambda one: one[0],
)


def packet(
    payload: bytes, extensions: list[tuple[int, bytes]], csrc: int = 0, padding: int = 0
) -> bytes:
    profile, value = pack_header_extensions(extensions)
    first = 0x80 | csrc | (0x10 if extensions else 0) | (0x20 if padding else 0)
    head = bytes([first, 0x60]) + bytes(10) + b"\xaa" * 4 * csrc
    if extensions:
        head += profile.to_bytes(2, "big") + (len(value) // 4).to_bytes(2, "big") + value
    tail = bytes(padding - 1) + bytes([padding]) if padding else b""
    return head + payload + tail


@given(st.binary(max_size=200), st.integers(0, 15), ONE_BYTE | TWO_BYTE, st.integers(0, 255))
def test_what_is_written_is_found(
    payload: bytes, csrc: int, extensions: list[tuple[int, bytes]], padding: int
) -> None:
    data = packet(payload, extensions, csrc, padding)
    bounds = payload_bounds(data)
    assert bounds is not None
    assert data[bounds[0] : bounds[1]] == payload
    assert fault_of(data) is None
    for identifier, value in extensions:
        found = extension(data, identifier)
        assert found is not None
        assert data[found[0] : found[0] + found[1]] == value


@given(st.binary(min_size=1, max_size=100), ONE_BYTE | TWO_BYTE, st.integers(0, 40))
def test_another_reader_finds_the_same(
    payload: bytes, extensions: list[tuple[int, bytes]], padding: int
) -> None:
    data = packet(payload, extensions, 2, padding)
    bounds = payload_bounds(data)
    assert bounds is not None
    assert RtpPacket.parse(data, HeaderExtensionsMap()).payload == data[slice(*bounds)]


@given(st.binary(max_size=300), st.integers(0, 255))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes, identifier: int) -> None:
    for form in (data, bytearray(data), memoryview(data)):
        bounds = payload_bounds(form)
        assert (bounds is None) == isinstance(fault_of(form), RtpFault)
        if bounds is not None:
            assert 12 <= bounds[0] <= bounds[1] <= len(data)
        found = extension(form, identifier)
        if found is not None:
            assert found[0] + found[1] <= len(data)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", RtpFault.TOO_SHORT),
        (b"\x80" + bytes(10), RtpFault.TOO_SHORT),
        (b"\x40" + bytes(11), RtpFault.VERSION),
        (b"\x81" + bytes(14), RtpFault.SOURCES),
        (b"\x90" + bytes(14), RtpFault.EXTENSION),
        (b"\x90" + bytes(11) + b"\xbe\xde\x00\x01\x00\x00\x00", RtpFault.EXTENSION),
        (b"\xa0" + bytes(11), RtpFault.PADDING),
        (b"\xa0" + bytes(12), RtpFault.PADDING),
        (b"\xa0" + bytes(11) + b"\x02", RtpFault.PADDING),
    ],
)
def test_each_fault_has_a_name(data: bytes, fault: RtpFault) -> None:
    assert payload_bounds(data) is None
    assert fault_of(data) is fault


def test_padding_alone_is_a_packet_without_payload() -> None:
    assert payload_bounds(b"\xa0" + bytes(11) + b"\x00\x02") == (12, 12)


def test_nothing_is_read_after_the_stop_id() -> None:
    # RFC 8285, 4.2: id 15 ends the extension, and so does id 0 with a length.
    head = b"\x90" + bytes(11) + b"\xbe\xde\x00\x01"
    assert extension(head + b"\xf0\x01\x10\x7f", 1) is None
    assert extension(head + b"\x01\x01\x10\x7f", 1) is None
    assert extension(head + b"\x00\x00\x10\x7f", 1) == (19, 1)


def test_an_extension_of_another_profile_is_not_read() -> None:
    assert extension(b"\x90" + bytes(11) + b"\x12\x34\x00\x01\x10\x7f\x00\x00", 1) is None


def test_the_lower_bits_of_the_two_byte_profile_are_the_applications() -> None:
    assert extension(b"\x90" + bytes(11) + b"\x10\x0f\x00\x01\x01\x02\x00\x00", 1) == (18, 2)


def test_loudness_is_read_without_the_voice_bit() -> None:
    assert audio_level(packet(b"x", [(4, b"\x80")]), 4) == 0
    assert audio_level(packet(b"x", [(4, b"\x7f")]), 4) == 127
    assert audio_level(packet(b"x", [(3, b"\x7f")]), 4) is None
    assert audio_level(packet(b"x", [(4, b""), (20, b"x")]), 4) is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.vp8 import NO_FRAME, first_partition


def tag(size: int, *, key: bool) -> bytes:
    return (size << 5 | 0x10 | (0 if key else 1)).to_bytes(3, "little")


@pytest.mark.parametrize(
    "descriptor",
    [
        b"\x10",  # nothing but the start
        b"\x90\x80\x11",  # picture id of 7 bits
        b"\x90\x80\x91\x22",  # of 15 bits
        b"\x90\xc0\x91\x22\x07",  # and the index of the temporal level
        b"\x90\xe0\x91\x22\x07\x40",  # and the layer
        b"\x90\x20\x40",  # the layer alone
        b"\x90\x10\x05",  # the key index alone
        b"\xb0\x00",  # extended, but with nothing
    ],
)
@pytest.mark.parametrize("key", [True, False])
def test_the_tag_is_found_behind_every_descriptor(descriptor: bytes, *, key: bool) -> None:
    assert first_partition(descriptor + tag(405, key=key) + b"rest") == 405 * 2 + key


def test_a_packet_in_the_middle_of_a_frame_is_none() -> None:
    assert first_partition(b"\x00" + tag(405, key=True)) == NO_FRAME


def test_a_later_partition_is_no_frame() -> None:
    assert first_partition(b"\x11" + tag(405, key=True)) == NO_FRAME


@pytest.mark.parametrize("payload", [b"", b"\x10", b"\x90", b"\x90\x80", b"\x90\xf0\x80\x01"])
def test_what_is_cut_short_is_none(payload: bytes) -> None:
    assert first_partition(payload) == NO_FRAME


@given(st.binary(max_size=12))
def test_noise_is_read_without_a_fault(payload: bytes) -> None:
    assert NO_FRAME <= first_partition(payload) < 2**20
    assert first_partition(memoryview(payload)) == first_partition(payload)

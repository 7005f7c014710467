import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.codecs import Codec
from media.keyframes import is_keyframe

HEAD = bytes(12)
SPS, PPS = b"\x67\x42\xe0\x1f", b"\x68\xce"
IDR, LATER_SLICE = b"\x65\x88\x84", b"\x65\x04\x84"


def stap_a(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(one).to_bytes(2, "big") + one for one in units)


@pytest.mark.parametrize(
    ("codec", "payload", "expected"),
    [
        (Codec.VP8, "10 00", True),
        (Codec.VP8, "10 01", False),
        (Codec.VP8, "00 00", False),  # a frame that began before
        (Codec.VP8, "11 00", False),  # a later partition
        (Codec.VP8, "90 80 05 00", True),  # picture id of 7 bits
        (Codec.VP8, "90 80 85 06 00", True),  # of 15 bits
        (Codec.VP8, "90 80 85 06 01", False),
        (Codec.VP8, "90 e0 85 06 01 20 10", True),  # with TL0PICIDX, TID
        (Codec.VP8, "90 e0 85 06 00 20 11", False),
        (Codec.VP8, "90 b0 85 06 20 11", False),
        (Codec.VP8, "90 80 85", False),
        (Codec.VP8, "90", False),
        (Codec.VP8, "10", False),
        (Codec.H264, IDR.hex(), True),
        (Codec.H264, LATER_SLICE.hex(), False),
        (Codec.H264, "65", False),
        (Codec.H264, SPS.hex(), False),  # a picture follows, in its own packet
        (Codec.H264, "41 9a", False),
        (Codec.H264, stap_a(SPS, PPS).hex(), False),
        (Codec.H264, stap_a(SPS, PPS, IDR).hex(), True),
        (Codec.H264, stap_a(SPS, PPS, IDR)[:-1].hex(), False),
        (Codec.H264, "7c 85 88", True),  # FU-A, start
        (Codec.H264, "7c 05 88", False),  # FU-A, middle
        (Codec.H264, "7c 85 08", False),  # start of a later slice
        (Codec.H264, "7c 81 88", False),  # of another picture
        (Codec.H264, "7c 85", False),
        (Codec.VP9, "88 05 00", True),
        (Codec.VP9, "88 85 05 00", True),
        (Codec.VP9, "c8 05 00", False),  # predicts
        (Codec.VP9, "80 05 00", False),  # in the middle
        (Codec.VP9, "a8 05 00 00", True),
        (Codec.VP9, "a8 05 02 00", False),  # a higher spatial layer
        (Codec.VP9, "a8 05", False),
        (Codec.AV1, "18 0a", True),
        (Codec.AV1, "10 0a", False),
        (Codec.AV1, "98 0a", False),
        (Codec.AV1, "18", False),
        (Codec.OPUS, "10 00", False),
    ],
)
def test_a_keyframe_is_told_by_its_first_packet(
    codec: Codec, payload: str, *, expected: bool
) -> None:
    packet = HEAD + bytes.fromhex(payload)
    assert is_keyframe(codec, packet, len(HEAD), len(packet)) is expected


@given(st.sampled_from(Codec), st.binary(max_size=64), st.data())
def test_any_payload_is_a_keyframe_or_not(
    codec: Codec, payload: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(payload)))
    end = data.draw(st.integers(start, len(payload)))
    seen = is_keyframe(codec, payload, start, end)
    # What lies outside the bounds is not looked at.
    assert seen == is_keyframe(codec, payload[start:end], 0, end - start)

"""The order of calls in which an adapter uses the pure parts, with SRTP between them.

datagram in   gate.admits -> unprotect -> (RTCP: gate.proved -> translate -> protect_rtcp)
                          -> bytearray -> rewrite -> protect
"""

from pathlib import Path
from typing import Final

from aiortc.rtp import HeaderExtensionsMap, RtcpPacket, RtcpRtpfbPacket, RtpPacket, unwrap_rtx
from pylibsrtp import Policy, Session

from media.answering import read_answer
from media.gate import is_rtcp
from media.negotiation import direction_to, gate_of
from media.rewriting import Direction, Sources
from media.rtcp import RtcpTranslator
from tests.unit.media.call_pair import numbers, rtp

ANSWERS: Final = Path(__file__).parent / "answers"
CHROMIUM: Final = (ANSWERS / "chromium.sdp").read_text()
PATIENT: Final = read_answer(CHROMIUM)
RELOADED: Final = read_answer(
    CHROMIUM.replace("2231627014", "77").replace("632943048", "78").replace("1986314213", "76")
)
PRACTITIONER: Final = read_answer((ANSWERS / "firefox.sdp").read_text())
TO_PRACTITIONER: Final = Sources(audio=11, video=12, rtx=13)
TO_PATIENT: Final = Sources(audio=21, video=22, rtx=23)
SECOND: Final = 1_000_000


def srtp(key: int, kind: int) -> Session:
    profile = Policy.SRTP_PROFILE_AEAD_AES_256_GCM
    policy = Policy(key=bytes([key]) * 44, ssrc_type=kind, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1_024
    return Session(policy)


class Wire:
    """One way of an encrypted connection."""

    def __init__(self, key: int) -> None:
        self.sender = srtp(key, Policy.SSRC_ANY_OUTBOUND)
        self.receiver = srtp(key, Policy.SSRC_ANY_INBOUND)


def forward(data: bytes, uplink: Wire, way: Direction, downlink: Wire, now_us: int) -> bytes:
    """Return what the receiving browser decrypts."""
    packet = bytearray(uplink.receiver.unprotect(uplink.sender.protect(data)))
    assert way.rewrite(packet, now_us)
    return bytes(downlink.receiver.unprotect(downlink.sender.protect(bytes(packet))))


def test_a_browser_decrypts_one_stream_through_roll_over_and_replaced_legs() -> None:
    way = direction_to(PRACTITIONER, TO_PRACTITIONER, (0, 0x7FF0, 0))
    down, expected, now_us = Wire(9), 0x7FF0, 0
    for key, leg in enumerate((PATIENT, RELOADED, PATIENT), start=1):
        up, video = Wire(key), leg.sources().video
        assert video is not None
        way.follow(leg.sources())
        for index in range(17_000):
            data = bytes(rtp(video, 60_000 + index, 3_000 * index, payload=b"x"))
            ssrc, sequence, _ = numbers(forward(data, up, way, down, now_us))
            assert (ssrc, sequence) == (12, expected & 0xFFFF)
            expected += 1
            now_us += SECOND // 90
    assert expected > 0x1_0000


def test_a_lost_picture_is_asked_for_and_comes_back_through_the_relay() -> None:
    forth = direction_to(PRACTITIONER, TO_PRACTITIONER, (1, 2, 3))
    back = direction_to(PATIENT, TO_PATIENT, (4, 5, 6))
    forth.follow(PATIENT.sources())
    back.follow(PRACTITIONER.sources())
    up, down = Wire(1), Wire(2)
    sent = [bytes(rtp(2231627014, one, 90, payload=b"picture")) for one in (900, 901, 902)]
    received = [forward(data, up, forth, down, 0) for data in sent]
    missing = numbers(received[1])[1]

    nack = RtcpRtpfbPacket(fmt=1, ssrc=1074182911, media_ssrc=12, lost=[missing])
    report = Wire(3)
    datagram = report.sender.protect_rtcp(bytes(nack))
    gate = gate_of(PRACTITIONER)
    assert gate.admits(datagram)
    assert is_rtcp(datagram)
    plain = report.receiver.unprotect_rtcp(datagram)
    gate.proved(datagram)
    (heard,) = RtcpPacket.parse(bytes(RtcpTranslator(back, forth).translate(plain, 0)))
    assert isinstance(heard, RtcpRtpfbPacket)
    assert (heard.ssrc, heard.media_ssrc, heard.lost) == (22, 2231627014, [901])

    again = rtp(632943048, 7, 90, 97, (901).to_bytes(2, "big") + b"picture")
    repeated = forward(bytes(again), up, forth, down, 1)
    read = RtpPacket.parse(repeated, HeaderExtensionsMap())
    original = unwrap_rtx(read, payload_type=96, ssrc=12)
    assert read.ssrc == 13
    assert (original.sequence_number, original.payload) == (missing, b"picture")


def test_invented_sources_never_reach_the_keys() -> None:
    up, gate = Wire(1), gate_of(PATIENT)
    for invented in range(100, 1_100):
        assert not gate.admits(up.sender.protect(bytes(rtp(invented, 1))))
    assert gate.admits(up.sender.protect(bytes(rtp(2231627014, 1))))
    assert gate.strange == 1_000

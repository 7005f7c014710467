"""A leg with real SRTP on both sides of it, and no socket."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from media.answering import read_answer
from media.codecs import MediaKind
from media.ice_effects import LegId
from media.offering import SdpOffer
from media.rates import TokenBucket
from media.relay_events import FirstMedia, KeyframeSeen, LegResumed, RelayEvent
from media.relay_leg import Dropped, RelayLeg
from media.rewriting import Sources
from media.sample import FIELDS
from media.srtp import Context, PacketBuffer, SrtpPair
from tests.unit.media.call_pair import numbers, rtp

ANSWERS: Final = Path(__file__).parent / "answers"
PATIENT: Final = read_answer((ANSWERS / "chromium.sdp").read_text())
PRACTITIONER: Final = read_answer((ANSWERS / "firefox.sdp").read_text())
VIDEO: Final = PATIENT.sources().video or 0
AUDIO: Final = PATIENT.sources().audio or 0
SECOND: Final = 1_000_000
PATIENCE: Final = 30 * SECOND
WAIT: Final = SECOND // 5
# A VP8 descriptor that begins a frame, and the tag of a keyframe, or of another one.
KEYFRAME: Final = b"\x10\x10\x02\x00" + bytes(100)
INTERFRAME: Final = b"\x10\x11\x02\x00" + bytes(100)


def session(key: int, kind: int) -> Session:
    profile = Policy.SRTP_PROFILE_AEAD_AES_256_GCM
    policy = Policy(key=bytes([key]) * 44, ssrc_type=kind, srtp_profile=profile)
    policy.allow_repeat_tx = True
    return Session(policy)


class Browser:
    """The other end of a leg."""

    def __init__(self, key: int) -> None:
        self.sending = session(key, Policy.SSRC_ANY_OUTBOUND)
        self.receiving = session(key + 1, Policy.SSRC_ANY_INBOUND)
        self.relays = SrtpPair(
            session(key, Policy.SSRC_ANY_INBOUND), session(key + 1, Policy.SSRC_ANY_OUTBOUND)
        )


def offer(first: int) -> SdpOffer:
    return SdpOffer(
        session_id=1,
        version=1,
        ice_ufrag="abcd",
        ice_pwd="p" * 22,
        fingerprints=("sha-256 " + ":".join(["AA"] * 32),),
        addresses=(("192.0.2.1", 3479),),
        announced=Sources(first, first + 1, first + 2),
        cname="relay",
    )


def rate(burst: int = 1_000) -> TokenBucket:
    return TokenBucket(1_000.0, burst, now=0)


class Call:
    """Two connected legs, linked unless said otherwise."""

    def __init__(self, *, linked: bool = True) -> None:
        self.told: list[RelayEvent] = []
        self.browser, self.other_browser = Browser(1), Browser(3)
        self.patient = RelayLeg(LegId("patient"), offer(21), rate(), self.told.append)
        self.practitioner = RelayLeg(LegId("practitioner"), offer(11), rate(), self.told.append)
        self.patient.answered(PATIENT, (1, 2, 3))
        self.practitioner.answered(PRACTITIONER, (4, 5, 6))
        self.patient.srtp = self.browser.relays
        self.practitioner.srtp = self.other_browser.relays
        self.patient.target = ("192.0.2.10", 1)
        self.practitioner.target = ("192.0.2.11", 2)
        if linked:
            self.patient.link(self.practitioner, now=0, patience_us=PATIENCE)
            self.practitioner.link(self.patient, now=0, patience_us=PATIENCE)

    def send(self, packet: bytearray, now: int = 0) -> bytes | None:
        """Return what the practitioner's browser decrypts of what the patient's sent."""
        out = self.patient.receive(self.browser.sending.protect(bytes(packet)), now)
        return None if out is None else bytes(self.other_browser.receiving.unprotect(out))


def test_a_packet_arrives_under_the_announced_source() -> None:
    call = Call()
    received = call.send(rtp(VIDEO, 60_000, 7, payload=KEYFRAME))
    assert received is not None
    assert numbers(received) == (12, 5, 7)
    assert received.endswith(KEYFRAME)
    assert call.patient.forwarded == 1


def test_the_first_of_each_kind_and_the_first_keyframe_are_told_once() -> None:
    call = Call()
    for number in range(3):
        call.send(rtp(VIDEO, number, number, payload=INTERFRAME))
        call.send(rtp(AUDIO, number, number, 111, b"sound"))
    call.send(rtp(VIDEO, 3, 3, payload=KEYFRAME))
    call.send(rtp(VIDEO, 4, 4, payload=KEYFRAME))
    leg = LegId("patient")
    assert call.told == [
        FirstMedia(leg, MediaKind.VIDEO),
        FirstMedia(leg, MediaKind.AUDIO),
        KeyframeSeen(leg),
    ]


def test_a_keyframe_is_asked_for_until_one_was_seen() -> None:
    call = Call()
    asked = call.patient.ask_keyframe(0, WAIT)
    assert asked is not None
    (request,) = RtcpPacket.parse(bytes(call.browser.receiving.unprotect_rtcp(asked)))
    assert isinstance(request, RtcpPsfbPacket)
    assert (request.fmt, request.ssrc, request.media_ssrc) == (1, 22, VIDEO)
    assert call.patient.ask_keyframe(WAIT - 1, WAIT) is None
    assert call.patient.ask_keyframe(WAIT, WAIT) is not None
    call.send(rtp(VIDEO, 1, payload=KEYFRAME))
    assert call.patient.ask_keyframe(2 * WAIT, WAIT) is None


def test_a_camera_that_never_sends_is_not_asked_for_ever() -> None:
    call = Call()
    assert call.patient.ask_keyframe(PATIENCE, WAIT) is not None
    assert call.patient.ask_keyframe(PATIENCE + WAIT, WAIT) is None
    assert call.patient.keyframe_due is None


def test_a_leg_that_waited_through_a_turn_of_the_numbers_is_heard_when_linked() -> None:
    call = Call(linked=False)
    for number in range(0, 0x1_0000 + 10, 100):
        assert call.send(rtp(AUDIO, number, number, 111, b"sound"), number * 20_000) is None
    assert call.patient.drops == {Dropped.UNLINKED: 656}
    call.patient.link(call.practitioner, now=0, patience_us=PATIENCE)
    call.practitioner.link(call.patient, now=0, patience_us=PATIENCE)
    later = 0x1_0000 * 20_000
    assert call.send(rtp(AUDIO, 0x1_0000 + 20, 0, 111, b"sound"), later) is not None


def test_a_leg_stalls_once_and_resumes() -> None:
    call = Call()
    assert not call.patient.stalls(SECOND, SECOND // 2)
    call.send(rtp(AUDIO, 1, 1, 111, b"sound"), SECOND)
    assert not call.patient.stalls(SECOND * 3 // 2, SECOND // 2)
    assert call.patient.stalls(SECOND * 3 // 2 + 1, SECOND // 2)
    assert not call.patient.stalls(2 * SECOND, SECOND // 2)
    call.send(rtp(AUDIO, 2, 2, 111, b"sound"), 2 * SECOND)
    assert call.told[-1] == LegResumed(LegId("patient"))


def test_what_flows_is_sampled_for_whoever_receives_it() -> None:
    call = Call()
    for number in range(10):
        call.send(rtp(VIDEO, number, 3_000 * number, payload=KEYFRAME), number * 30_000)
    (sample,) = call.practitioner.samples(SECOND)
    assert sample.leg == "patient"
    assert dict(zip(FIELDS, sample.figures, strict=True))["video_packets"] == 10
    assert call.patient.samples(0) == ()


def test_an_unlinked_pair_is_apart_both_ways() -> None:
    call = Call()
    call.practitioner.unlink()
    assert call.patient.peer is None
    assert call.send(rtp(VIDEO, 1)) is None
    assert call.patient.ask_keyframe(0, WAIT) is None


def test_nothing_is_sent_to_a_leg_without_an_address_or_without_keys() -> None:
    call = Call()
    call.practitioner.target = None
    assert call.send(rtp(VIDEO, 1)) is None
    call.practitioner.target = ("192.0.2.11", 2)
    call.practitioner.srtp = None
    assert call.send(rtp(VIDEO, 2)) is None
    assert call.patient.drops == {Dropped.UNREACHABLE: 2}


@pytest.mark.safeguard("V17.2.5")
def test_a_leg_may_send_only_so_much_and_others_cannot_use_that_up() -> None:
    call = Call()
    datagram = bytes(rtp(VIDEO, 1, payload=bytes(100)))
    for _ in range(2_000):
        assert call.patient.receive(datagram, 0) is None
    sent = [call.send(rtp(VIDEO, number), 0) for number in range(1_001)]
    assert all(sent[:1_000])
    assert sent[1_000] is None
    assert call.patient.drops == {Dropped.UNAUTHENTIC: 2_000, Dropped.TOO_MANY: 1}
    assert call.send(rtp(VIDEO, 1_001), 1_000) is not None


@pytest.mark.safeguard("V17.2.5")
def test_a_flood_of_authentic_packets_is_not_even_decrypted_and_others_go_on() -> None:
    call, quiet = Call(), Call()
    buffer = Counting()
    call.patient._buffer = quiet.patient._buffer = buffer
    sent = [bytes(rtp(VIDEO, number)) for number in range(10_000)]
    flood = [call.browser.sending.protect(one) for one in sent]
    passed = 0
    for number, datagram in enumerate(flood):
        passed += call.patient.receive(datagram, 0) is not None
        if number % 20 == 0:
            assert quiet.send(rtp(AUDIO, number // 20, 0, 111, b"sound"), 0) is not None
    assert passed == 1_000
    assert buffer.decrypted == 1_000 + 500
    assert call.patient.drops == {Dropped.TOO_MANY: 9_000}


class Counting(PacketBuffer):
    """Counts what costs most."""

    decrypted = 0

    def decrypt(self, context: Context, datagram: bytes) -> int:
        self.decrypted += 1
        return super().decrypt(context, datagram)


def test_legs_that_have_not_answered_cannot_be_linked() -> None:
    leg = RelayLeg(LegId("new"), offer(31), rate(), Call().told.append)
    with pytest.raises(ValueError, match="answered"):
        leg.link(Call().patient, now=0, patience_us=PATIENCE)


@given(st.binary(max_size=1_600))
def test_no_bytes_at_all_are_passed_on_or_raise(junk: bytes) -> None:
    assert Call().patient.receive(junk, 0) is None


@given(st.binary(max_size=1_300))
def test_what_an_authentic_browser_makes_up_never_raises(junk: bytes) -> None:
    call = Call()
    forger = call.browser.sending
    packet = bytes(rtp(VIDEO, 1, payload=junk))
    call.patient.receive(forger.protect(packet), 0)
    report = b"\x80\xc8\x00\x01" + AUDIO.to_bytes(4, "big") + junk
    call.patient.receive(forger.protect_rtcp(report), 0)
    assert not call.patient.drops[Dropped.UNAUTHENTIC]

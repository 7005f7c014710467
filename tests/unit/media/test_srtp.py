"""SRTP in place agrees with pylibsrtp's own methods, and uses of its insides what there is."""

from __future__ import annotations

import pylibsrtp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session
from pylibsrtp._binding import lib

from media.srtp import DATAGRAM_BYTES_MAX, PLAIN_BYTES_MAX, Context, PacketBuffer
from tests.unit.media.call_pair import rtp
from tests.unit.media.test_relay_leg import session

PROFILES = (
    Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
    Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
)


def of_profile(profile: int, kind: int) -> Session:
    return Session(Policy(key=bytes(44), ssrc_type=kind, srtp_profile=profile))


def test_pylibsrtp_still_has_what_is_used_of_it() -> None:
    assert pylibsrtp.Session()._srtp[0]
    assert callable(lib.srtp_protect)
    assert callable(lib.srtp_unprotect)


@settings(deadline=None)
@given(st.binary(max_size=1_300), st.sampled_from(PROFILES))
def test_what_is_encrypted_in_place_is_what_pylibsrtp_decrypts(
    payload: bytes, profile: int
) -> None:
    packet = bytes(rtp(5, 9, payload=payload))
    inbound = of_profile(profile, Policy.SSRC_ANY_INBOUND)
    outbound = of_profile(profile, Policy.SSRC_ANY_OUTBOUND)
    buffer = PacketBuffer()
    buffer.memory[: len(packet)] = packet
    encrypted = buffer.encrypt(Context(outbound), len(packet))
    assert encrypted is not None
    assert inbound.unprotect(encrypted) == packet


@settings(deadline=None)
@given(st.binary(max_size=1_300), st.sampled_from(PROFILES))
def test_what_pylibsrtp_encrypts_is_decrypted_in_place(payload: bytes, profile: int) -> None:
    packet = bytes(rtp(5, 9, payload=payload))
    inbound = of_profile(profile, Policy.SSRC_ANY_INBOUND)
    encrypted = of_profile(profile, Policy.SSRC_ANY_OUTBOUND).protect(packet)
    buffer = PacketBuffer()
    size = buffer.decrypt(Context(inbound), encrypted)
    assert buffer.memory[:size] == packet
    assert buffer.decrypt(Context(inbound), encrypted) == 0  # it was here before


@pytest.mark.safeguard("V17.2.3")
@pytest.mark.safeguard("164.312(e)(2)(i)")
@settings(deadline=None)
@given(st.binary(max_size=DATAGRAM_BYTES_MAX))
def test_what_is_not_authentic_is_none_whatever_was_there_before(junk: bytes) -> None:
    buffer = PacketBuffer()
    buffer.memory[:] = bytes([0x80]) * len(buffer.memory)
    assert buffer.decrypt(Context(session(1, Policy.SSRC_ANY_INBOUND)), junk) == 0


def test_the_largest_packet_fits_into_a_datagram() -> None:
    packet = bytes(rtp(5, 9, payload=bytes(PLAIN_BYTES_MAX - 12)))
    buffer = PacketBuffer()
    buffer.memory[: len(packet)] = packet
    encrypted = buffer.encrypt(Context(session(1, Policy.SSRC_ANY_OUTBOUND)), len(packet))
    assert encrypted is not None
    assert len(encrypted) == DATAGRAM_BYTES_MAX


def test_the_same_number_is_not_encrypted_twice_under_one_key() -> None:
    context = Context(of_profile(PROFILES[0], Policy.SSRC_ANY_OUTBOUND))
    buffer = PacketBuffer()
    for expected in (True, False):
        packet = bytes(rtp(5, 9))
        buffer.memory[: len(packet)] = packet
        assert (buffer.encrypt(context, len(packet)) is not None) is expected

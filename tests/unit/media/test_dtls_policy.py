"""What a leg agrees on with the other end, tried with OpenSSL itself and every suite it has.

All of it in memory: a handshake takes a millisecond or two here.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from struct import unpack_from
from typing import Final, NamedTuple

import pytest
from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import SRTP_PROFILES
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from media.answering import Fingerprint, SetupRole
from media.dtls import DTLS_1_2, SUITES, DtlsLeg, HandshakeFailed, LegCertificate
from media.dtls import relay_certificate as made_certificate

PATIENCE_S: Final = 10.0
STEPS_MAX: Final = 40
DTLS_1_0: Final = 0xFEFF
# RFC 5289, 2.2, RFC 7905, 2, RFC 5746, 3.3; RFC 5764, 4.1.2, RFC 7714, 14.2.
OFFERED_SUITES: Final = {0xC02B, 0xC02C, 0xCCA9}
SECURE_RENEGOTIATION: Final = 0x00FF
OFFERED_PROFILES: Final = [0x0008, 0x0007, 0x0001]
USE_SRTP: Final = 14
WEAK_PROFILES: Final = (
    b"SRTP_AES128_CM_SHA1_32",
    b"SRTP_ARIA_128_CTR_HMAC_SHA1_80",
    b"SRTP_ARIA_256_CTR_HMAC_SHA1_32",
    b"SRTP_AEAD_ARIA_128_GCM",
)


class Other(NamedTuple):
    """The certificate of the other end, as OpenSSL and as an answer has it."""

    certificate: RTCCertificate
    fingerprints: list[Fingerprint]


@pytest.fixture(scope="module")
def other() -> Other:
    own = RTCCertificate.generateCertificate()
    found = [Fingerprint(one.algorithm, one.value) for one in own.getFingerprints()]
    return Other(own, found)


@pytest.fixture(scope="module")
def relays() -> RTCCertificate:
    return made_certificate()[0]


def context_of(
    other: Other,
    *,
    suites: bytes = b"ALL:COMPLEMENTOFALL:@SECLEVEL=0",
    profiles: bytes = b"SRTP_AEAD_AES_256_GCM",
    newest: int = DTLS_1_2,
) -> SSL.Context:
    """Return what somebody else may do, which is everything unless said otherwise."""
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_min_proto_version(DTLS_1_0)
    context.set_max_proto_version(newest)
    context.set_cipher_list(suites)
    context.set_tlsext_use_srtp(profiles)
    context.use_certificate(other.certificate._cert)
    context.use_privatekey(other.certificate._key)
    return context


def carry(one: SSL.Connection, to: SSL.Connection) -> None:
    with suppress(SSL.WantReadError):
        while True:
            to.bio_write(one.bio_read(65_536))


def agreed(server: SSL.Context, client: SSL.Context) -> str | None:
    """Return the suite that both agreed on, None if there was no handshake."""
    ends = SSL.Connection(client, None), SSL.Connection(server, None)
    ends[0].set_connect_state()
    ends[1].set_accept_state()
    for _ in range(STEPS_MAX):
        done = 0
        for end, far in (ends, ends[::-1]):
            try:
                end.do_handshake()
                done += 1
            except SSL.WantReadError:
                pass
            except SSL.Error:
                return None
            finally:
                carry(end, far)
        if done == len(ends):
            return str(ends[1].get_cipher_name())
    return None


def of_leg(relays: RTCCertificate, other: Other) -> SSL.Context:
    return LegCertificate(relays, other.fingerprints)._create_ssl_context(SRTP_PROFILES)


def every_suite() -> list[str]:
    """Return all that this OpenSSL can do in DTLS 1.2, whatever it is worth."""
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_cipher_list(b"ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    names = SSL.Connection(context, None).get_cipher_list()
    return [name for name in names if not name.startswith("TLS_")]  # of TLS 1.3


@pytest.mark.safeguard("V17.2.2")
def test_v17_2_2_of_all_suites_three_are_agreed_on(
    relays: RTCCertificate, other: Other
) -> None:
    names = every_suite()
    assert len(names) > 40
    found = set()
    for name in names:
        client = context_of(other, suites=name.encode() + b":@SECLEVEL=0")
        suite = agreed(of_leg(relays, other), client)
        assert suite in {None, name}
        found |= {suite} - {None}
    assert found == {suite.decode() for suite in SUITES}


def test_somebody_less_careful_would_agree_on_more(other: Other) -> None:
    """The refusals above are those of the leg, and not of how they are tried."""
    weak = context_of(other, suites=b"ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    assert agreed(context_of(other), weak) == "ECDHE-ECDSA-AES128-SHA"
    old = context_of(other, newest=DTLS_1_0)
    assert agreed(context_of(other), old) is not None


@pytest.mark.safeguard("V17.2.2")
def test_v17_2_2_dtls_1_0_is_refused(relays: RTCCertificate, other: Other) -> None:
    client = context_of(other, newest=DTLS_1_0)
    assert agreed(of_leg(relays, other), client) is None


@pytest.mark.safeguard("V17.2.2")
@pytest.mark.parametrize("suite", SUITES)
def test_v17_2_2_as_a_client_it_agrees_on_the_same(
    relays: RTCCertificate, other: Other, suite: bytes
) -> None:
    assert agreed(context_of(other, suites=suite), of_leg(relays, other)) == suite.decode()


@pytest.mark.safeguard("V17.2.2")
def test_v17_2_2_what_it_offers_itself_is_that_and_no_more(
    relays: RTCCertificate, other: Other
) -> None:
    connection = SSL.Connection(of_leg(relays, other), None)
    connection.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        connection.do_handshake()
    version, suites, profiles = read_hello(connection.bio_read(65_536))
    assert version == DTLS_1_2
    assert suites - {SECURE_RENEGOTIATION} == OFFERED_SUITES
    assert profiles == OFFERED_PROFILES


def read_hello(datagram: bytes) -> tuple[int, set[int], list[int]]:
    """Return version, suites and SRTP profiles of a ClientHello (RFC 6347, 4.2; RFC 5764)."""
    body = datagram[13 + 12 :]  # behind the heads of record and message
    (version,) = unpack_from("!H", body)
    at = 2 + 32
    at += 1 + body[at]  # session
    at += 1 + body[at]  # cookie
    (size,) = unpack_from("!H", body, at)
    suites = set(unpack_from(f"!{size // 2}H", body, at + 2))
    at += 2 + size
    at += 1 + body[at] + 2  # compression; the length of all extensions
    while at < len(body):
        kind, size = unpack_from("!HH", body, at)
        if kind == USE_SRTP:
            (several,) = unpack_from("!H", body, at + 4)
            return version, suites, list(unpack_from(f"!{several // 2}H", body, at + 6))
        at += 4 + size
    return version, suites, []


class Wired:
    """A leg, and the other end as OpenSSL alone."""

    def __init__(self, relays: RTCCertificate, other: Other, context: SSL.Context) -> None:
        self.client = SSL.Connection(context, None)
        self.client.set_connect_state()
        self.left = asyncio.Event()
        self.leg = DtlsLeg(
            relays,
            other.fingerprints,
            SetupRole.ACTIVE,
            send=self._to_client,
            left=self.left.set,
            waiting_max=32,
        )

    def _to_client(self, datagram: bytes) -> None:
        self.client.bio_write(datagram)

    def speak(self) -> None:
        """Hand over what the other end has to say."""
        with suppress(SSL.WantReadError):
            while datagram := self.client.bio_read(1_500):
                assert self.leg.feed(datagram)

    async def shake(self) -> None:
        """Go through the other end's part of a handshake."""
        while True:
            try:
                self.client.do_handshake()
            except SSL.WantReadError:
                self.speak()
                await asyncio.sleep(0)
            else:
                self.speak()
                return


@pytest.mark.safeguard("V17.2.2")
@pytest.mark.parametrize("profile", WEAK_PROFILES)
async def test_v17_2_2_a_weak_profile_gets_no_keys(
    relays: RTCCertificate, other: Other, profile: bytes
) -> None:
    wired = Wired(relays, other, context_of(other, profiles=profile))
    async with asyncio.timeout(PATIENCE_S):
        failed, _ = await asyncio.gather(
            wired.leg.secure(), wired.shake(), return_exceptions=True
        )
    assert isinstance(failed, HandshakeFailed)
    assert not failed.mismatch
    await wired.leg.close()


@pytest.mark.safeguard("V17.2.2")
async def test_v17_2_2_nothing_is_negotiated_anew(relays: RTCCertificate, other: Other) -> None:
    wired = Wired(relays, other, context_of(other))
    async with asyncio.timeout(PATIENCE_S):
        keys, _ = await asyncio.gather(wired.leg.secure(), wired.shake())
        assert wired.client.renegotiate()
        with pytest.raises(SSL.Error) as refused:
            await wired.shake()
    assert "no renegotiation" in str(refused.value)
    assert keys.profile == "SRTP_AEAD_AES_256_GCM"
    assert not wired.left.is_set()
    await wired.leg.close()


@pytest.mark.safeguard("V17.2.1")
def test_v17_2_1_the_key_is_new_each_time_and_of_a_strong_curve() -> None:
    made = [made_certificate() for _ in range(3)]
    assert len({fingerprints for _, fingerprints in made}) == len(made)
    numbers = set()
    for certificate, _ in made:
        assert isinstance(certificate._key, ec.EllipticCurvePrivateKey)
        assert isinstance(certificate._key.curve, ec.SECP256R1)
        numbers.add(certificate._key.private_numbers().private_value)
    assert len(numbers) == len(made)

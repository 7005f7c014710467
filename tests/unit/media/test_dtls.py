"""The handshake of a leg against aiortc's own, in memory; and what of aiortc's is relied on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import (
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)

from media.answering import Fingerprint, SetupRole
from media.dtls import Datagrams, DtlsLeg, HandshakeFailed, relay_certificate

WAITING_MAX = 4
PATIENCE_S = 10.0


class Ends:
    """A relay's end and a browser's, connected by two queues."""

    def __init__(self, expected: Callable[[str], str] = lambda digest: digest) -> None:
        certificate, self.fingerprints = relay_certificate()
        own = RTCCertificate.generateCertificate()
        self.left = asyncio.Event()
        self._wire = Datagrams(self._to_leg, 32)
        self.browser = RTCDtlsTransport(self._wire, [own])  # type: ignore[arg-type]
        self.browser._set_role("client")
        shown = [
            Fingerprint(one.algorithm, expected(one.value)) for one in own.getFingerprints()
        ]
        self.leg = DtlsLeg(
            certificate,
            shown,
            SetupRole.ACTIVE,
            send=self._to_browser,
            left=self.left.set,
            waiting_max=32,
        )

    def _to_leg(self, data: bytes) -> None:
        assert self.leg.feed(data)

    def _to_browser(self, data: bytes) -> None:
        assert self._wire.feed(data)

    async def start_browser(self) -> None:
        algorithm, value = self.fingerprints[0].split(" ")
        await self.browser.start(RTCDtlsParameters([RTCDtlsFingerprint(algorithm, value)]))


@pytest.mark.safeguard("V17.2.2")
@pytest.mark.safeguard("164.312(e)(2)(ii)")
async def test_both_ends_hold_the_same_keys_by_the_strongest_profile() -> None:
    ends = Ends()
    async with asyncio.timeout(PATIENCE_S):
        keys, _ = await asyncio.gather(ends.leg.secure(), ends.start_browser())
    packet = b"\x80\x60\x00\x01" + bytes(40)
    assert keys.receiving.unprotect(ends.browser._tx_srtp.protect(packet)) == packet
    assert ends.browser._rx_srtp.unprotect(keys.sending.protect(packet)) == packet
    assert keys.profile == "SRTP_AEAD_AES_256_GCM"
    await ends.browser.stop()
    async with asyncio.timeout(PATIENCE_S):
        await ends.left.wait()
    await ends.leg.close()


@pytest.mark.safeguard("V17.2.8")
async def test_another_certificate_fails_at_both_ends() -> None:
    ends = Ends(lambda digest: digest[:-2] + ("00" if digest[-2:] != "00" else "01"))
    async with asyncio.timeout(PATIENCE_S):
        failed, _ = await asyncio.gather(
            ends.leg.secure(), ends.start_browser(), return_exceptions=True
        )
    assert isinstance(failed, HandshakeFailed)
    assert failed.mismatch
    assert ends.browser._state is State.FAILED
    await ends.leg.close()


def test_nothing_but_dtls_of_a_datagram_s_size_is_read_and_only_so_much() -> None:
    sent: list[bytes] = []
    wire = Datagrams(sent.append, WAITING_MAX)
    for refused in (b"", b"\x80" + bytes(20), b"\x00" + bytes(20), b"\x16" + bytes(1_500)):
        assert not wire.feed(refused)
    assert [wire.feed(b"\x16" + bytes(1_499)) for _ in range(WAITING_MAX + 1)] == [
        *[True] * WAITING_MAX,
        False,
    ]


@pytest.mark.parametrize(
    "name",
    ["_do_handshake", "_write_ssl", "_set_role", "_validate_peer_identity", "_setup_srtp"],
)
def test_aiortc_still_has_what_is_used_of_its_insides(name: str) -> None:
    assert callable(getattr(RTCDtlsTransport, name))


def test_aiortc_s_certificate_still_makes_its_context_in_the_place_we_override() -> None:
    certificate, _ = relay_certificate()
    assert callable(certificate._create_ssl_context)
    assert certificate._key is not None
    assert certificate._cert is not None

"""DTLS-SRTP of one leg, by aiortc's transport, over datagrams that somebody else receives.

aiortc expects an ICE transport below it; here stands a queue that is fed with DTLS alone, and
never with anything empty or too long: one such datagram would end aiortc 1.16's reading, and
with it the leg, whoever sent it. SRTP does not come this way at all (`relay_leg`).

The browser's certificate is compared while it is being shown, not afterwards (RFC 8122, 5;
RFC 8827, 5.1): the handshake with another one ends in an alert, so that both ends are told.

What may be agreed on is said here and not left to aiortc or OpenSSL (OWASP ASVS 5.0, 17.2.2):
DTLS 1.2, three suites that encrypt and authenticate in one, and once: nothing is renegotiated.

Not a policy: how many handshakes there may be at once and for how long is the caller's.
An edge of the core: it awaits datagrams. A test pins what is used of aiortc's insides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
    State,
    certificate_digest,
)
from OpenSSL import SSL, crypto

from media.answering import Fingerprint, SetupRole
from media.srtp import SrtpPair

DATAGRAM_BYTES_MAX: Final = 1_500
DTLS_FIRST: Final = 20  # RFC 7983, 7
DTLS_LAST: Final = 63
DTLS_1_2: Final = 0xFEFD  # RFC 6347, 4.1; pyOpenSSL has no name for it
SUITES: Final = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256",  # the one that every browser has (RFC 8827, 6.5)
    b"ECDHE-ECDSA-AES256-GCM-SHA384",
    b"ECDHE-ECDSA-CHACHA20-POLY1305",
)
PROFILES: Final = (
    b"SRTP_AEAD_AES_256_GCM",
    b"SRTP_AEAD_AES_128_GCM",
    b"SRTP_AES128_CM_SHA1_80",  # the one that every browser has (RFC 8827, 6.5)
)


class HandshakeFailed(Exception):
    """The leg has no keys and never will.

    Attributes:
        mismatch: whether the certificate was another than the answer had announced.
    """

    def __init__(self, *, mismatch: bool) -> None:
        super().__init__("fingerprint mismatch" if mismatch else "handshake failed")
        self.mismatch = mismatch


class Datagrams:
    """Stands in for an ICE transport: what was fed is received, what is sent is handed on."""

    role: Final = "controlled"

    def __init__(self, send: Callable[[bytes], None], waiting_max: int) -> None:
        self._send_now = send
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(waiting_max)

    def feed(self, datagram: bytes) -> bool:
        """Take a datagram in; False if it is no DTLS or too many wait already."""
        fits = 0 < len(datagram) <= DATAGRAM_BYTES_MAX
        if not fits or not DTLS_FIRST <= datagram[0] <= DTLS_LAST or self._waiting.full():
            return False
        self._waiting.put_nowait(datagram)
        return True

    async def _recv(self) -> bytes:
        return await self._waiting.get()

    async def _send(self, datagram: bytes) -> None:
        self._send_now(datagram)


class LegCertificate(RTCCertificate):
    """The relay's certificate, in a context that accepts one browser and no other."""

    def __init__(self, relays: RTCCertificate, expected: Sequence[Fingerprint]) -> None:
        super().__init__(key=relays._key, cert=relays._cert)
        self._expected = tuple(expected)
        self.mismatch = False

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_min_proto_version(DTLS_1_2)
        context.set_options(SSL.OP_NO_RENEGOTIATION)
        context.set_cipher_list(b":".join(SUITES))
        context.set_tlsext_use_srtp(b":".join(PROFILES))
        mode = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        context.set_verify(mode, self._verify)
        return context

    def _verify(
        self, _connection: SSL.Connection, shown: crypto.X509, _error: int, depth: int, _ok: int
    ) -> bool:
        # Everybody's certificate is their own: no chain, no date, only the digest counts.
        if depth != 0:
            return True
        certificate = shown.to_cryptography()
        matches = bool(self._expected) and all(
            certificate_digest(certificate, one.algorithm) == one.digest
            for one in self._expected
        )
        self.mismatch = not matches
        return matches


class _Transport(RTCDtlsTransport):
    """aiortc's, except that an alert which ends the handshake is sent, too."""

    async def _do_handshake(self) -> None:
        await super()._do_handshake()
        if self._state is State.FAILED:
            await self._write_ssl()


class DtlsLeg:
    """The handshake of one leg, and afterwards its close.

    Args:
        certificate: the relay's own.
        expected: fingerprints of the browser's, from its answer.
        setup: the part that the browser takes.
        send: sends a datagram to the leg, or drops it.
        left: called once if the other end closes an established association.
        waiting_max: DTLS datagrams that may wait to be read.
    """

    def __init__(
        self,
        certificate: RTCCertificate,
        expected: Sequence[Fingerprint],
        setup: SetupRole,
        *,
        send: Callable[[bytes], None],
        left: Callable[[], None],
        waiting_max: int,
    ) -> None:
        self._expected = tuple(expected)
        self._certificate = LegCertificate(certificate, expected)
        self._datagrams = Datagrams(send, waiting_max)
        self._transport = _Transport(self._datagrams, [self._certificate])  # type: ignore[arg-type]
        self._transport._set_role("server" if setup is SetupRole.ACTIVE else "client")
        self._left = left

    def feed(self, datagram: bytes) -> bool:
        """Take a DTLS datagram of the leg in; see `Datagrams.feed`."""
        return self._datagrams.feed(datagram)

    async def secure(self) -> SrtpPair:
        """Do the handshake and return the keys (RFC 5764).

        Raises:
            HandshakeFailed: nobody will be reached through this leg.
        """
        fingerprints = [RTCDtlsFingerprint(one.algorithm, one.digest) for one in self._expected]
        await self._transport.start(RTCDtlsParameters(fingerprints))
        transport = self._transport
        connection = transport._ssl
        if transport._state is not State.CONNECTED or connection is None:
            raise HandshakeFailed(mismatch=self._certificate.mismatch)
        transport.on("statechange", self._on_change)
        profile = bytes(connection.get_selected_srtp_profile()).decode()
        return SrtpPair(transport._rx_srtp, transport._tx_srtp, profile)

    async def close(self) -> None:
        """Tell the other end, and free what was held."""
        self._transport.remove_all_listeners()
        reading = self._transport._task
        await self._transport.stop()
        if reading is not None:
            await asyncio.gather(reading, return_exceptions=True)

    def _on_change(self) -> None:
        if self._transport._state is State.CLOSED:
            self._left()


def relay_certificate() -> tuple[RTCCertificate, tuple[str, ...]]:
    """Return a new certificate and its fingerprint, as an offer has it."""
    certificate = RTCCertificate.generateCertificate()
    found = certificate.getFingerprints()
    return certificate, tuple(
        f"{one.algorithm} {one.value}" for one in found if one.algorithm == "sha-256"
    )

"""One scripted leg: connectivity checks and a handshake once, afterwards a socket and its keys.

What a browser would do before its first packet, and nothing of what it does with one. The
socket is read by the loop only while the leg connects; then `pacer` has it.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from typing import Final

from aiortc.rtcdtlstransport import RTCCertificate

from media.addresses import endpoint
from media.dtls import DtlsLeg
from media.limits import Limits
from media.srtp import SrtpPair
from media.stun import Kind, Malformed, Message, read, write
from tests.bench.relay_load.description import Own, Remote

PRIORITY: Final = 1_845_501_695  # of a peer-reflexive candidate (RFC 8445, 5.1.2)
CHECK_S: Final = 0.2
CONNECT_S: Final = 15.0
DATAGRAM_BYTES: Final = 2_048
SOCKET_BYTES: Final = 8 * 1_048_576
DTLS: Final = range(20, 64)  # RFC 7983, 7
STUN: Final = range(4)
SO_TIMESTAMPNS: Final = 35  # socket(7); Python has no name for it
LIMITS: Final = Limits()


class Leg:
    """See the module.

    Attributes:
        own: what it tells of itself.
        sock: connected to the other end once `connect` has returned.
        srtp: its keys, from then on.
        profile: the SRTP protection profile that was agreed on.
        sequences: next sequence numbers, audio and video.
        frames: how many audio and video frames were made so far.
    """

    def __init__(self, certificate: RTCCertificate, digest: str, host: str) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.bind((host, 0))
        audio, video, rtx = (secrets.randbelow(2**31) + 1 for _ in range(3))
        self.own = Own(
            session=secrets.randbelow(2**31),
            host=host,
            port=self.sock.getsockname()[1],
            ufrag=secrets.token_hex(4),
            pwd=secrets.token_hex(16),
            digest=digest,
            audio=audio,
            video=video,
            rtx=rtx,
        )
        self.srtp: SrtpPair | None = None
        self.profile = ""
        self.sequences = [secrets.randbelow(2**15) for _ in range(2)]
        self.frames = [0, 0]
        self._certificate = certificate
        self._remote: Remote | None = None
        self._dtls: DtlsLeg | None = None
        self._heard = asyncio.Event()

    async def connect(self, remote: Remote) -> None:
        """Be let in and agree on keys.

        Raises:
            TimeoutError: the other end does not answer.
            media.dtls.HandshakeFailed: there are no keys.
        """
        self._remote = remote
        self.sock.connect(remote.address)
        self._dtls = dtls = DtlsLeg(
            self._certificate,
            remote.fingerprints,
            remote.setup,
            send=self._send,
            left=lambda: None,
            waiting_max=64,
        )
        loop = asyncio.get_running_loop()
        loop.add_reader(self.sock, self._on_readable)
        checking = loop.create_task(self._keep_checking())
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._heard.wait()
                self.srtp = await dtls.secure()
        finally:
            checking.cancel()
            await asyncio.gather(checking, return_exceptions=True)
            loop.remove_reader(self.sock)
        self.profile = self.srtp.profile

    def check(self) -> None:
        """Send a connectivity check, which is consent to go on, too (RFC 7675)."""
        if self._remote is None:
            return
        request = Message(
            Kind.REQUEST,
            secrets.token_bytes(12),
            username=f"{self._remote.ufrag}:{self.own.ufrag}".encode(),
            priority=PRIORITY,
            use_candidate=True,
            controlling=self.own.session + 1,
        )
        self._send(write(request, self._remote.pwd.encode()))

    async def close(self) -> None:
        """Leave without a word, as a tab that is closed."""
        self.sock.close()
        if self._dtls is not None:
            await self._dtls.close()

    async def _keep_checking(self) -> None:
        while True:
            self.check()
            await asyncio.sleep(CHECK_S)

    def _send(self, datagram: bytes) -> None:
        if self.sock.fileno() >= 0:
            self.sock.send(datagram)

    def _on_readable(self) -> None:
        try:
            datagram = self.sock.recv(DATAGRAM_BYTES)
        except (BlockingIOError, ConnectionRefusedError):
            return
        if datagram and datagram[0] in DTLS and self._dtls is not None:
            self._dtls.feed(datagram)
        elif datagram and datagram[0] in STUN:
            self.hear(datagram)

    def hear(self, datagram: bytes) -> None:
        """Take a STUN message: an answer lets us in, a check is answered."""
        message = read(datagram, LIMITS)
        if isinstance(message, Malformed) or self._remote is None:
            return
        if message.kind is Kind.RESPONSE:
            self._heard.set()
        elif message.kind is Kind.REQUEST:
            mapped = endpoint(self._remote.address)
            answer = Message(Kind.RESPONSE, message.transaction_id, mapped=mapped)
            self._send(write(answer, self.own.pwd.encode()))

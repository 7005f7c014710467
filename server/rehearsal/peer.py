"""One half of a direct call, in aiortc instead of a browser.

The impolite side (the practitioner) offers, the polite one answers: aiortc has no rollback, so
the polite side never offers by itself and there is nothing to collide with. Candidates travel
inside the descriptions; those of a browser at the other end may trickle in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Literal

from aioice import ice
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from server.clock import Clock
from server.rehearsal.decoding import Decoding
from server.rehearsal.leg_peer import configuration
from server.rehearsal.tracks import MovingPicture, Tone
from signaling import messages as wire

CLOSE_S: Final = 5.0
LOOPBACK: Final = "127.0.0.1"

Tell = Callable[[wire.SessionDescription], Awaitable[None]]


@contextmanager
def loopback_as_last_resort() -> Iterator[None]:
    """Let media use the loopback address on a machine that has no other."""
    found = ice.get_host_addresses

    def addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001 - as aioice has it
        return found(use_ipv4, use_ipv6) or [LOOPBACK]

    ice.get_host_addresses = addresses
    try:
        yield
    finally:
        ice.get_host_addresses = found


def named_once(sdp: str) -> str:
    """Return a description that names its certificate by SHA-256 alone, as browsers write it.

    Pages take no other (docs/decisions/0030-words-that-both-read-aloud.md).
    """
    return "".join(
        line
        for line in sdp.splitlines(keepends=True)
        if not line.startswith("a=fingerprint:") or line.startswith("a=fingerprint:sha-256 ")
    )


class Peer:
    """A connection with a test picture, a tone, and an eye on what arrives.

    Attributes:
        first_frame: done when the first remote video frame has been decoded.
        decoding: what arrives.
    """

    def __init__(self, setup: wire.CallSetup, clock: Clock, tell: Tell) -> None:
        """Build the connection that `setup` describes; `tell` sends a description."""
        self.setup = setup
        self.first_frame: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tell = tell
        self._clock = clock
        self._connection = RTCPeerConnection(configuration(setup.ice_servers))
        self.decoding = Decoding(self._connection, self._on_picture)

    async def start(self) -> None:
        """Add the tracks, and offer unless that is the other side's part."""
        self._connection.addTrack(Tone(self._clock))
        self._connection.addTrack(MovingPicture(self._clock))
        if not self.setup.polite:
            await self._connection.setLocalDescription(await self._connection.createOffer())
            await self._describe()

    async def receive(self, description: wire.SessionDescription) -> None:
        """Take the other side's description, and answer an offer."""
        if description.type == "rollback":
            return
        if description.type == "offer" and not self.setup.polite and self._is_offering():
            return  # the impolite side ignores what collides with its own offer
        await self._connection.setRemoteDescription(
            RTCSessionDescription(sdp=description.sdp, type=description.type)
        )
        if description.type == "offer":
            await self._connection.setLocalDescription(await self._connection.createAnswer())
            await self._describe()

    async def add_candidate(self, candidate: wire.IceCandidate) -> None:
        """Take a candidate that came by itself."""
        line = candidate.candidate.removeprefix("candidate:")
        if not line:
            return
        found = candidate_from_sdp(line)
        found.sdpMid = candidate.sdp_mid
        found.sdpMLineIndex = candidate.sdp_m_line_index
        with suppress(ValueError):  # one of a description that was ignored
            await self._connection.addIceCandidate(found)

    async def close(self) -> None:
        """End the connection and everything that reads from it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._connection.close()
        await self.decoding.close()
        self.first_frame.cancel()

    def _is_offering(self) -> bool:
        return str(self._connection.signalingState) == "have-local-offer"

    async def _describe(self) -> None:
        local = self._connection.localDescription
        kind: Literal["offer", "answer"] = "answer" if local.type == "answer" else "offer"
        await self._tell(wire.SessionDescription(type=kind, sdp=named_once(local.sdp)))

    def _on_picture(self) -> None:
        if not self.first_frame.done():
            self.first_frame.set_result(None)

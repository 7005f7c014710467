"""A page that answers the legs it is offered, and can be made to fail.

async with LegPage.open(ana.socket, ana.encounter_id, SystemClock()) as page:
    await page.socket.expect(wire.LegLinked)
    await page.seen(1, 5)       # pictures decoded on leg 1
"""

from __future__ import annotations

import asyncio
import re

from server.clock import Clock
from server.rehearsal import leg_page
from server.rehearsal.leg_peer import LegPeer
from server.rehearsal.live_socket import LiveSocket
from signaling import messages as wire


class LegPage(leg_page.LegPage):
    """One side's page. It sends from the start, which real pages do not: nothing has to start.

    Attributes:
        mute: it answers nothing any more.
        may_answer: until this is set its answers wait; it is, from the start.
        misread: the answer of this leg arrives with another fingerprint than that of its
            certificate, as if somebody in between had put in their own; it is its last one.
    """

    def __init__(self, socket: LiveSocket, encounter_id: str, clock: Clock) -> None:
        super().__init__(socket, encounter_id, clock)
        self.mute = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.misread: int | None = None
        self._in_call = True

    def answers(self, offered: wire.LegOffered) -> bool:
        return not self.mute and (self.misread is None or offered.leg <= self.misread)

    async def reply_of(self, peer: LegPeer) -> wire.LegReply:
        reply = await super().reply_of(peer)
        await self.may_answer.wait()
        if self.misread is None or peer is not self.peers.get(self.misread):
            return reply
        return wire.LegReply(type="answer", sdp=other(reply.sdp))

    async def goes_on(self, pictures: int) -> None:
        """Wait until so many more were decoded, over whichever leg carries the call."""
        before = {leg: peer.pictures for leg, peer in self.peers.items()}
        while pictures > sum(
            peer.pictures - before.get(leg, 0) for leg, peer in self.peers.items()
        ):
            await self._changed()

    async def break_off(self, leg: int) -> None:
        """Lose the network of a leg: nothing is sent any more, and nobody is told."""
        await self.peers[leg].silence()


def other(sdp: str) -> str:
    """Return a description with the fingerprint of somebody else's certificate."""
    return re.sub(
        r"(a=fingerprint:\S+ )(\S\S)",
        lambda found: found[1] + ("00" if found[2] != "00" else "01"),
        sdp,
    )

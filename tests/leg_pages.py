"""A page that answers the legs it is offered, and can be made to fail.

async with LegPage.open(ana.socket, ana.encounter_id, SystemClock()) as page:
    await page.socket.expect(wire.LegLinked)
    await page.seen(1, 5)       # pictures decoded on leg 1
"""

from __future__ import annotations

from server.clock import Clock
from server.rehearsal import leg_page
from server.rehearsal.live_socket import LiveSocket
from signaling import messages as wire


class LegPage(leg_page.LegPage):
    """One side's page. It sends from the start, which real pages do not: nothing has to start.

    Attributes:
        mute: it answers nothing any more.
    """

    def __init__(self, socket: LiveSocket, encounter_id: str, clock: Clock) -> None:
        super().__init__(socket, encounter_id, clock)
        self.mute = False
        self._in_call = True

    def answers(self, _offered: wire.LegOffered) -> bool:
        return not self.mute

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

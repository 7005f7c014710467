"""A page that answers the legs it is offered, and can be made to fail.

async with LegPage.open(ana.socket, ana.encounter_id, SystemClock()) as page:
    await page.socket.expect(wire.LegLinked)
    await page.seen(1, 5)       # pictures decoded on leg 1
"""

from __future__ import annotations

from server.rehearsal import leg_page
from signaling import messages as wire


class LegPage(leg_page.LegPage):
    """One side's page.

    Attributes:
        mute: it answers nothing any more.
    """

    mute = False

    def answers(self, _offered: wire.LegOffered) -> bool:
        return not self.mute

    async def break_off(self, leg: int) -> None:
        """Lose the network of a leg: nothing is sent any more, and nobody is told."""
        await self.peers[leg].silence()

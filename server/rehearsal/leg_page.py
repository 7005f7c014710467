"""A page that answers the legs it is offered in one encounter, with a real peer behind each.

Camera and microphone are attached when the call begins and not before, as pages do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Self

from server.clock import Clock
from server.rehearsal.leg_peer import LegPeer
from server.rehearsal.live_socket import LiveSocket
from signaling import messages as wire


class LegPage:
    """One side's legs.

    Attributes:
        peers: by the number of the leg; dropped when it closes.
        linked: the leg that carries the call; None before one does.
        acknowledged: what the server said to each answer.
    """

    def __init__(self, socket: LiveSocket, encounter_id: str, clock: Clock) -> None:
        """Begin without legs."""
        self.socket = socket
        self.peers: dict[int, LegPeer] = {}
        self.linked: int | None = None
        self.acknowledged: list[wire.Ack] = []
        self._encounter_id = encounter_id
        self._clock = clock
        self._in_call = False
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: list[asyncio.Task[None]] = []
        self._told = socket.subscribe(
            wire.LegOffered,
            wire.LegLinked,
            wire.LegClosed,
            wire.CallStarted,
            wire.PatientSync,
            wire.PractitionerSync,
        )
        self._spawn(self._follow())

    @classmethod
    @asynccontextmanager
    async def open(
        cls, socket: LiveSocket, encounter_id: str, clock: Clock
    ) -> AsyncIterator[Self]:
        """Answer what `socket` is offered until the block ends."""
        page = cls(socket, encounter_id, clock)
        try:
            yield page
        finally:
            await page.close()

    async def carried(self) -> None:
        """Wait until a picture has been decoded on a leg that is linked."""
        while self.linked not in self.peers or not self.peers[self.linked].pictures:
            await self._changed()

    async def seen(self, leg: int, pictures: int) -> None:
        """Wait until that many more were decoded on a leg, which may be yet to come."""
        known = self.peers.get(leg)
        wanted = (known.pictures if known else 0) + pictures
        while leg not in self.peers or self.peers[leg].pictures < wanted:
            await self._changed()

    async def connected(self, leg: int) -> None:
        """Wait until a leg is connected."""
        while leg not in self.peers or not self.peers[leg].is_connected:
            await self._changed()

    async def any_connected(self) -> None:
        """Wait until one of its legs is connected."""
        while not any(one.is_connected for one in self.peers.values()):
            await self._changed()

    async def close(self) -> None:
        """End every leg, and answer no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for leg in tuple(self.peers):
            self._close(leg)
        await asyncio.gather(*self._closing)

    def answers(self, _offered: wire.LegOffered) -> bool:
        """Tell whether an offer is to be answered."""
        return True

    async def reply_of(self, peer: LegPeer) -> wire.LegReply:
        """Return what is answered for a leg."""
        return await peer.answer()

    async def _changed(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(work))

    async def _follow(self) -> None:
        while True:
            event = await self._told.get()
            match event:
                case wire.CallStarted() | wire.PatientSync() | wire.PractitionerSync():
                    self._begin(event.setup)
                case _ if event.encounter_id == self._encounter_id:
                    self._take(event)
            self._news.set()

    def _begin(self, setup: wire.CallSetup | None) -> None:
        ours = setup is not None and setup.encounter_id == self._encounter_id
        if setup is not None and ours and setup.mode == "relay":
            self._in_call = True
            for peer in self.peers.values():
                peer.send()

    def _take(self, event: wire.LegOffered | wire.LegLinked | wire.LegClosed) -> None:
        match event:
            case wire.LegOffered(leg=leg, restart=0) if leg not in self.peers:
                if self.answers(event):
                    self._spawn(self._answer(event))
            case wire.LegLinked(leg=leg):
                self.linked = leg
            case wire.LegClosed(leg=leg) if leg in self.peers:
                self._close(leg)
            case _:
                pass  # an ICE restart, or what is known

    def _close(self, leg: int) -> None:
        closing = self.peers.pop(leg).close()  # broken off, it would never end
        self._closing.append(asyncio.get_running_loop().create_task(closing))

    async def _answer(self, offered: wire.LegOffered) -> None:
        leg = offered.leg
        peer = self.peers[leg] = LegPeer(offered, self._clock, self._news.set)
        if self._in_call:
            peer.send()
        reply = await self.reply_of(peer)
        head = {"encounter_id": offered.encounter_id, "leg": leg, "restart": offered.restart}
        self.acknowledged.append(
            await self.socket.command(
                "leg.answer", **head, description=reply.model_dump(mode="json")
            )
        )

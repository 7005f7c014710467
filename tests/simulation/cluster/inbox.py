"""A node's side of the bus: the real numbering (`server.cluster.links`), simulated messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from server.cluster import links
from tests.simulation.cluster.words import Message

LOOK_S: Final = links.GAP_S / 3
NETWORK: Final = "n"


class Inbox:
    """What comes from the homes, in the order of their numbers."""

    def __init__(
        self, deliver: Callable[[links.Message], None], missing: Callable[[], None]
    ) -> None:
        self._deliver = deliver
        self._missing = missing
        self._incoming = links.Incoming()
        self._looks = False

    def receive(self, message: Message) -> None:
        """Take a message: in order, early, or one that was there before."""
        if not message.seq:
            return  # a home that has told this node nothing yet
        known = links.Message.model_construct(
            network=NETWORK,
            epoch=message.epoch,
            seq=message.seq,
            items=list(message.items),
        )
        loop = asyncio.get_running_loop()
        for one in self._incoming.take(known, loop.time()):
            self._deliver(one)
        self._look_later()

    def _look_later(self) -> None:
        if self._incoming.has_gap() and not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(LOOK_S, self._look)

    def _look(self) -> None:
        self._looks = False
        if self._incoming.lost(asyncio.get_running_loop().time()):
            self._missing()
        self._look_later()

"""What homes tell this node's sockets, in order, handed to a line of its own.

A message that cannot be opened or read is counted and dropped, whoever published it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from pydantic import ValidationError

from server.clock import Clock
from server.cluster.links import GAP_S, Incoming, Message
from server.cluster.sealing import Sealer
from server.ending import end
from server.live.doors import Line
from server.logging import get_logger
from server.sealing import SealBroken

BUS: Final = "bus"
LOOK_S: Final = GAP_S / 3

log = get_logger("receiving")


class Receiving:
    """Takes messages of this node from whatever carried them.

    Args:
        node_id: this node.
        sealer: opens them.
        clock: what time it is.

    Attributes:
        incoming: what came, by numbers.
        refused: what could not be opened or read.
    """

    def __init__(self, node_id: str, sealer: Sealer, clock: Clock) -> None:
        self._node_id = node_id
        self._sealer = sealer
        self._clock = clock
        self._line: Line | None = None
        self._missed: list[Callable[[str], None]] = []
        self._networks: set[str] = set()
        self._gap = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.incoming = Incoming()
        self.refused = 0

    def attach(self, line: Line) -> None:
        """Hand what comes to a line of this node."""
        self._line = line

    def on_missed(self, callback: Callable[[str], None]) -> None:
        """Have somebody told of networks of which something was lost."""
        self._missed.append(callback)

    def know(self, network_id: str) -> None:
        """Remember a network whose home may be elsewhere."""
        self._networks.add(network_id)

    def missed_all(self) -> None:
        """Take it that something was lost of every network: this node was away."""
        for network_id in sorted(self._networks):
            self._say_missed(network_id)

    def superseded(self, network_id: str, epoch: int) -> None:
        """Drop what homes of older epochs say: there is a newer one."""
        self.incoming.superseded(network_id, epoch)

    def epoch(self, network_id: str) -> int:
        """Return of which epoch a home is, as far as is known; 0: nothing was heard of it."""
        return self.incoming.epoch(network_id)

    def start(self) -> None:
        """Begin to look for gaps."""
        self._task = asyncio.create_task(self._look())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            await end({self._task})

    def take(self, body: bytes) -> None:
        """Take a message; never raises."""
        try:
            opened = self._sealer.open(BUS, body, self._node_id)
            message = Message.model_validate_json(opened)
        except (SealBroken, ValidationError):
            self.refused += 1
            return
        self._networks.add(message.network)
        for one in self.incoming.take(message, self._clock.elapsed_s()):
            self._deliver(one)
        if self.incoming.has_gap():
            self._gap.set()

    def _deliver(self, message: Message) -> None:
        if self._line is None:
            return
        for item in message.items:
            try:
                if len(item) == 3:  # noqa: PLR2004 - with "bye"
                    self._line.hang_up(self._node_id, item[0], item[1])
                else:
                    self._line.deliver(self._node_id, item[0], item[1])
            except Exception:  # what follows is for others
                log.exception("delivery_failed")

    async def _look(self) -> None:
        while True:
            await self._gap.wait()
            self._gap.clear()
            while self.incoming.has_gap():
                await asyncio.sleep(LOOK_S)
                for network_id in self.incoming.lost(self._clock.elapsed_s()):
                    log.warning("words_missed", network_id=network_id)
                    self._say_missed(network_id)

    def _say_missed(self, network_id: str) -> None:
        for callback in self._missed:
            with suppress(Exception):
                callback(network_id)

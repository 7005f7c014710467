"""What a home tells the sockets of its network, on whichever node they are.

Those of its own node are told at once; what is told to others in one turn of the loop is one
message for each node. Never waits, never fails: what is lost on the way is noticed there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

from server.cluster.links import Outgoing, Told
from server.cluster.membership import Membership
from server.cluster.receiving import BUS
from server.cluster.sealing import Sealer
from server.ending import end
from server.live.doors import Line, Wire

BEAT_S: Final = 1.0


class HomeLine:
    """The line of one home: an asynchronous context manager, for its beats.

    Args:
        node_id: the home's own node.
        network_id: whose home.
        epoch: of its lease.
        local: the line to this node's sockets.
        publish: has a message carried.
        sealer: seals messages.
        membership: says who is gone; None: nobody ever.
    """

    def __init__(
        self,
        node_id: str,
        network_id: str,
        epoch: int,
        *,
        local: Line,
        publish: Callable[[Told], None],
        sealer: Sealer,
        membership: Membership | None = None,
    ) -> None:
        self._node_id = node_id
        self._local = local
        self._publish = publish
        self._sealer = sealer
        self._membership = membership
        self._outgoing = Outgoing(network_id, epoch)
        self._beating: asyncio.Task[None] | None = None
        self._ends: Callable[[], None] = lambda: None

    def deliver(self, node: str, sid: str, wire: Wire) -> None:
        """Send an event to a socket, after all that was delivered to it before."""
        if node == self._node_id:
            self._local.deliver(node, sid, wire)
        else:
            self._tell(node, sid, wire, bye=False)

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:
        """Send a last word to a socket, and close it."""
        if node == self._node_id:
            self._local.hang_up(node, sid, last_word)
        else:
            self._tell(node, sid, last_word, bye=True)

    async def __aenter__(self) -> Self:
        """Begin to beat."""
        if self._membership is not None:
            self._ends = self._membership.on_gone(self._outgoing.forget)
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Send what was told, and end."""
        self._ends()
        if self._beating is not None:
            await end({self._beating})
        self._flush()

    def _tell(self, node: str, sid: str, wire: Wire, *, bye: bool) -> None:
        if self._outgoing.tell(node, sid, wire, bye=bye):
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._send(self._outgoing.due())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._send(self._outgoing.beats())

    def _send(self, told: Iterable[Told]) -> None:
        for node, body in told:
            self._publish(Told(node, self._sealer.seal(BUS, body, node)))

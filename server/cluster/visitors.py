"""Sockets of other nodes that are registered with a home here, and what closes them.

opened --> registered --closed--> forgotten
                `--its node is gone--> closed at the home's door, forgotten
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from server.live.doors import Door, Visitor
from server.logging import get_logger

log = get_logger("visitors")


class Visitors:
    """Those of one home.

    Args:
        door: the home's own.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._of: defaultdict[str, dict[str, Visitor]] = defaultdict(dict)
        self._suspected: set[str] = set()

    async def opened(self, node_id: str, visitors: Sequence[Visitor]) -> None:
        """Register sockets, and tell the home."""
        self._suspected.discard(node_id)
        self._of[node_id].update({one.sid: one for one in visitors})
        await self._door.opened(visitors)

    async def closed(self, node_id: str, visitor: Visitor) -> None:
        """Forget a socket, and tell the home."""
        self._of[node_id].pop(visitor.sid, None)
        self._door.closed(visitor)

    def gone(self, node_id: str) -> None:
        """Close whatever a node that is gone had."""
        self._suspected.discard(node_id)
        visitors = self._of.pop(node_id, {})
        if visitors:
            log.warning("visitors_gone", node=node_id, count=len(visitors))
        for visitor in visitors.values():
            self._door.closed(visitor)

    def looked(self, gone: Collection[str]) -> None:
        """Close what was registered late for a node that was gone at two looks since.

        One look may be older than the registration of a node that came back.
        """
        lingering = {one for one in self._of if one in gone}
        for node_id in lingering & self._suspected:
            self.gone(node_id)
        self._suspected = lingering - self._suspected

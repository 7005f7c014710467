"""Sockets of other nodes that are registered with a home here, and what closes them.

opened --> registered --closed--> forgotten
                `--its node is gone--> closed at the home's door, forgotten

A look at who is there may be older than what a node that came back has registered meanwhile:
such sockets are closed only if its node is gone at the looks after that, too.
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
        self._young: set[str] = set()  # sids that were registered since the last look

    async def opened(self, node_id: str, visitors: Sequence[Visitor]) -> None:
        """Register sockets, and tell the home."""
        self._suspected.discard(node_id)
        self._of[node_id].update({one.sid: one for one in visitors})
        self._young.update(one.sid for one in visitors)
        await self._door.opened(visitors)

    async def closed(self, node_id: str, visitor: Visitor) -> None:
        """Forget a socket, and tell the home."""
        self._of[node_id].pop(visitor.sid, None)
        self._door.closed(visitor)

    def gone(self, node_id: str) -> None:
        """Close what a node that is gone had, except for what came since the last look."""
        self._suspected.discard(node_id)
        known = self._of.pop(node_id, {})
        young = {sid: one for sid, one in known.items() if sid in self._young}
        if young:
            self._of[node_id] = young
        visitors = [one for sid, one in known.items() if sid not in young]
        if visitors:
            log.warning("visitors_gone", node=node_id, count=len(visitors))
        for visitor in visitors:
            self._door.closed(visitor)

    def looked(self, gone: Collection[str]) -> None:
        """Close what was registered late for a node that was gone at two looks since.

        One look may be older than the registration of a node that came back.
        """
        lingering = {one for one in self._of if one in gone}
        for node_id in sorted(lingering & self._suspected):
            self.gone(node_id)
        self._suspected = lingering - self._suspected
        self._young.clear()

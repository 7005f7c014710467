"""A home that has just opened serves nobody before every node has said whom it has.

    opened --each node registers its sockets, and says "that is all"--> settled
                 `--a node is silent, or SETTLE_MAX_S pass--> settled

Else the first to be registered would be served first, whatever their place in line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Final

SETTLE_MAX_S: Final = 6.0
LOOK_S: Final = 0.05
SILENT_LOOKS: Final = 10  # one beat that is late is no silence

Nodes = Callable[[], Collection[str]]


class Settling:
    """That of one home.

    Args:
        nodes: those that were heard of just now, this one among them; none where there is one
            process only, to which its sockets come back one by one.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._said: set[str] = set()
        self._settled = asyncio.Event()
        if not nodes():
            self._settled.set()

    def registered(self, node: str) -> None:
        """A node has said of all its sockets that they are there."""
        self._said.add(node)

    async def run(self) -> None:
        """Settle, at last because enough time has passed.

        A node that comes later had no sockets before, and says of each that it is there.
        """
        awaited = dict.fromkeys(self._nodes(), 0)  # and for how many looks it was silent
        try:
            async with asyncio.timeout(SETTLE_MAX_S):
                while awaited.keys() - self._said:
                    await asyncio.sleep(LOOK_S)
                    heard = self._nodes()
                    looks = {one: 0 if one in heard else n + 1 for one, n in awaited.items()}
                    awaited = {one: n for one, n in looks.items() if n < SILENT_LOOKS}
        except TimeoutError:
            pass  # a node that hangs keeps nobody from being served
        finally:
            self._settled.set()

    async def wait(self) -> None:
        """Wait until it is settled."""
        await self._settled.wait()

"""Ends tasks, those included that lose a cancellation on the way.

A library's own timeout that strikes at the same moment may turn a cancellation into an error of
its own, which a loop that goes on after errors takes for one: so it is cancelled again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final

AGAIN_S: Final = 0.5


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)

"""Ends tasks, those included that lose a cancellation on the way.

A library's own timeout that strikes at the same moment may turn a cancellation into an error of
its own, which a loop that goes on after errors takes for one: so it is cancelled again.

What a task has to do at its end must be out of reach of that: `to_the_end`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any, Final

AGAIN_S: Final = 0.5


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Do something to its end, however often the task that waits for it is cancelled meanwhile.

    Raises:
        CancelledError: it was, and the work is done.
        Exception: whatever the work raises, unless it was cancelled.
    """
    doing = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait({doing})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    await doing

"""How a process that is told to stop sends everybody on without dropping anything.

    signal --> not ready ---------> not listening -----> steps, in order -----> closed
               /readyz: 503; all    a front finds no     waiting rooms given    requests end,
               goes on `quiet_s`    door, tries another  up, sockets told to go what is sent is
                                                                                settled

Why in this order: whoever is told to go comes back at once, and must not find this process
again. Calls between browsers are on relays, which know nothing of it.

What it is not: closing (each part closes itself, whether there was time to drain or not).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from server.logging import get_logger

STEP_S: Final = 70.0  # more than the longest farewell that can be set

Step = Callable[[], Awaitable[None]]

log = get_logger("draining")


class Drain:
    """What is done between the signal and the end.

    Attributes:
        begun: this process is about to stop.
    """

    def __init__(self) -> None:
        self.begun = False
        self._steps: list[Step] = []

    def then(self, step: Step) -> None:
        """Add what is done once nobody new can come, after the steps that were added before.

        A step that fails or takes longer than `STEP_S` is logged, and the next one is taken.
        """
        self._steps.append(step)

    async def run(self, runner: web.AppRunner, *, quiet_s: float) -> None:
        """Send everybody on.

        Args:
            runner: what listens.
            quiet_s: seconds until a front has surely seen that this process is not ready.
        """
        self.begun = True
        log.info("draining", seconds=quiet_s)
        await asyncio.sleep(quiet_s)
        for site in tuple(runner.sites):
            await site.stop()
        for step in self._steps:
            try:
                async with asyncio.timeout(STEP_S):
                    await step()
            except Exception as error:
                log.warning("drain_step_failed", exc_info=error)
        log.info("drained")


DRAIN: Final = web.AppKey("drain", Drain)

"""How a process that is told to stop sends everybody on without dropping anything.

    signal --> not ready ---------> not listening -----> steps, in order -----> nothing asked
               /readyz: 503; all    a front finds no     waiting rooms given    any more, or
               goes on `quiet_s`    door, tries another  up, sockets told to go `REQUESTS_S`

Why in this order: whoever is told to go comes back at once, and must not find this process
again. Calls between browsers are on relays, which know nothing of it.

What it is not: closing (each part closes itself, whether there was time to drain or not). The
wait for requests is here because a server of aiohttp that closes reads no more of a body that
is still on its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from server.logging import get_logger

STEP_S: Final = 70.0  # more than the longest farewell that can be set
REQUESTS_S: Final = 5.0

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
        self._asked = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

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
        with suppress(TimeoutError):
            async with asyncio.timeout(REQUESTS_S):
                await self._quiet.wait()
        log.info("drained", requests=self._asked)

    @web.middleware
    async def counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Know how many requests are being answered."""
        self._asked += 1
        self._quiet.clear()
        try:
            return await handler(request)
        finally:
            self._asked -= 1
            if not self._asked:
                self._quiet.set()


DRAIN: Final = web.AppKey("drain", Drain)

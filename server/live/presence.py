"""Connected or not, told to the waiting room with a short hesitation.

A reload closes one socket and opens the next within a second. Reporting that as an absence
would withdraw a ringing offer for nothing, so a loss is reported only after a hesitation (the
setting `away_after_s`, at most the 5 s in which a closed tab must show as away).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from server.ending import end

Report = Callable[[str, str], Awaitable[None]]


class PresenceReporter:
    """Remembers who was reported as there."""

    def __init__(self, seen: Report, lost: Report, *, hesitation_s: float) -> None:
        """Prepare.

        Args:
            seen: called with (recipient, network) when somebody is there.
            lost: called with (recipient, network) when their last connection is gone.
            hesitation_s: how long an absence must last to be reported.
        """
        self._seen = seen
        self._lost = lost
        self._hesitation_s = hesitation_s
        self._leaving: dict[str, asyncio.Task[None]] = {}

    def is_leaving(self, recipient: str) -> bool:
        """Tell whether somebody's departure is about to be reported."""
        return recipient in self._leaving

    async def arrived(self, recipient: str, network_id: str) -> None:
        """A connection of the recipient opened."""
        task = self._leaving.pop(recipient, None)
        if task is not None:
            task.cancel()
        await self._seen(recipient, network_id)

    def departed(self, recipient: str, network_id: str) -> None:
        """The last connection of the recipient closed."""
        if recipient not in self._leaving:
            self._leaving[recipient] = asyncio.create_task(self._later(recipient, network_id))

    async def _later(self, recipient: str, network_id: str) -> None:
        await asyncio.sleep(self._hesitation_s)
        self._leaving.pop(recipient, None)
        await self._lost(recipient, network_id)

    async def close(self) -> None:
        """Drop what has not been reported: the process ends."""
        await end(tuple(self._leaving.values()))
        self._leaving.clear()

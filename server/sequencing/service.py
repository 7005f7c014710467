"""Sequencer and publisher, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from server.ending import end
from server.sequencing.publishing import Publisher
from server.sequencing.sequencer import Sequencer
from server.sequencing.standing import LogStanding, WitnessStanding
from server.services import Core


class Sequencing:
    """The log of a running server.

    Args:
        core: what everything stands on.
        holder: name of this process.
    """

    def __init__(self, core: Core, holder: str) -> None:
        self._sequencer = Sequencer(core, holder)
        self._publisher = Publisher(core)
        self._sequencer.signed = self._publisher.signed
        self._witnessed = bool(core.settings.witnesses)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        self._tasks.append(asyncio.create_task(self._sequencer.run()))
        if self._witnessed:
            self._tasks.append(asyncio.create_task(self._publisher.run()))

    async def close(self) -> None:
        """Take in what was committed, and end."""
        await end(self._tasks)
        self._tasks.clear()
        await self._sequencer.close()

    def standing(self) -> tuple[LogStanding, Sequence[WitnessStanding]] | None:
        """Return how the log stands; None while another process sequences."""
        if not self._sequencer.holds:
            return None
        return self._sequencer.standing, self._publisher.standings

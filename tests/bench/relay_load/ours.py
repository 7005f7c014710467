"""This relay under load: its real process, told what to do over its control connection."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CreateLeg, Json, Link
from media.ice_effects import LegId
from tests.bench.relay_load.description import read_remote
from tests.bench.relay_load.leg import Leg
from tests.bench.relay_load.systems import LOOPBACK, Legs
from tests.relays import RunningRelay, running_relay, told

CONNECT_S: Final = 20.0


class Ours:
    """See the module and `System`."""

    name = "ours"
    waits = True

    def __init__(self, relay: RunningRelay, control: ControlClient) -> None:
        self.pid = relay.process.pid
        self.legs: list[Leg] = []
        self._control = control
        self._makes = Legs(LOOPBACK)
        self._numbers = itertools.count()
        self._waiting: list[tuple[LegId, LegId]] = []

    async def connect(self) -> None:
        """Connect two legs that wait."""
        pair = self._makes.pair()
        number = next(self._numbers)
        names = (LegId(f"e{number}.p"), LegId(f"e{number}.c"))
        for name, leg in zip(names, pair, strict=True):
            made = await self._control.ask(CreateLeg(name))
            await self._control.ask(AnswerLeg(name, 0, leg.own.text("active")))
            await leg.connect(read_remote(str(made["sdp"])))
            async with asyncio.timeout(CONNECT_S):
                await told(self._control, "leg_connected", name)
        self.legs += pair
        self._waiting.append(names)

    async def link(self) -> None:
        """Link the legs of every encounter that waits."""
        for one, other in self._waiting:
            await self._control.ask(Link(one, other))
        self._waiting.clear()

    async def counts(self) -> Json:
        """Return what the relay itself counted: of its socket, and what it dropped."""
        stats = await self._control.ask(AskStats())
        return {name: stats[name] for name in ("socket", "drops", "tables")}


@asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[Ours]:
    """Run the relay."""
    with running_relay(folder) as relay:
        async with relay.controlling() as control:
            system = Ours(relay, control)
            try:
                yield system
            finally:
                for leg in system.legs:
                    await leg.close()

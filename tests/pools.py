"""Pools of real relay processes for tests, and an ear on what they tell.

async with pool_over([home]) as (pool, ear):
    relay = await ear.next("up")
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from media.relay_events import RelayEvent
from server.clock import SystemClock
from server.relays.embedded import EmbeddedRelay
from server.relays.folder import Place, Plan, RelayFolder
from server.relays.home import Home
from server.relays.pool import RelayPool
from server.relays.port import RelayId, Standing

PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.02
PLAN: Final = Plan("127.0.0.1", 0, ("127.0.0.1",), "test")


@dataclass
class Ear:
    """What a pool told, in order."""

    changes: list[tuple[RelayId, Standing]] = field(default_factory=list)
    events: list[tuple[RelayId, RelayEvent]] = field(default_factory=list)
    _waiting: asyncio.Queue[tuple[RelayId, Standing]] = field(default_factory=asyncio.Queue)

    def changed(self, relay: RelayId, standing: Standing) -> None:
        self.changes.append((relay, standing))
        self._waiting.put_nowait((relay, standing))

    def heard(self, relay: RelayId, event: RelayEvent) -> None:
        self.events.append((relay, event))

    async def next(self, standing: Standing) -> RelayId:
        """Return the next relay that stands so; other changes before it are a failure."""
        relay, found = await self.later()
        assert found == standing
        return relay

    async def later(self) -> tuple[RelayId, Standing]:
        """Return the next change."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._waiting.get()


@asynccontextmanager
async def pool_over(
    homes: Iterable[Home], *, lost_s: float = 3.0
) -> AsyncIterator[tuple[RelayPool, Ear]]:
    """Open a pool, and close it; the relays go on."""
    pool = RelayPool(
        homes,
        lost_s=lost_s,
        clock=SystemClock(),
        entropy=secrets.token_bytes,
        chance=random.random,
    )
    ear = Ear()
    pool.changes.append(ear.changed)
    pool.hearers.append(ear.heard)
    await pool.open()
    try:
        yield pool, ear
    finally:
        await pool.close()


@dataclass(frozen=True, slots=True)
class Nest:
    """The folder of a server's own relay; whatever lives there ends with the test."""

    path: Path

    def home(self, plan: Plan = PLAN) -> EmbeddedRelay:
        return EmbeddedRelay(
            self.path,
            plan,
            clock=SystemClock(),
            entropy=secrets.token_bytes,
            chance=random.random,
        )

    @property
    def folder(self) -> RelayFolder:
        return RelayFolder(self.path)

    @property
    def place(self) -> Place:
        found = self.folder.place()
        assert found is not None, self.log
        return found

    @property
    def log(self) -> str:
        return self.folder.log.read_text() if self.folder.log.exists() else ""

    async def deserted(self) -> None:
        """Wait until nobody lives here."""
        async with asyncio.timeout(PATIENCE_S):
            while self.folder.occupied():  # noqa: ASYNC110 - a process of nobody's cannot tell
                await asyncio.sleep(LOOK_S)


@contextmanager
def nest_in(path: Path) -> Iterator[Nest]:
    nest = Nest(path)
    try:
        yield nest
    finally:
        end_relay(path)


def end_relay(path: Path) -> None:
    """End the relay that lives in a folder, if one does."""
    folder = RelayFolder(path)
    place = folder.place()
    if place is not None and folder.occupied():
        with suppress(ProcessLookupError):
            os.kill(place.pid, signal.SIGKILL)

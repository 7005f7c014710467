"""A chart, relays that witness, and the book between them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from media.control_messages import SealCall
from server import charting
from server.chart.entries import AnyEntry
from server.chart.media import MediaRecord
from server.chart.media_entries import MediaEvidence, MediaEvidenceIncomplete
from server.chart.reading import read
from server.clock import ManualClock
from server.live.evidence import EvidenceBook
from server.live.evidence_keeper import Patience
from server.relays.port import RelayId
from server.services import Core
from tests.witnessing_relays import LONG_S, WitnessingPool, observe

ANA = "encounter-1"
CALL = f"{ANA}.1"
QUICK = Patience(seal_s=0.3, look_s=0.01, again_first_s=0.001, again_last_s=0.01, away_s=60.0)


@dataclass
class Scene:
    """A chart, relays, and the book between them."""

    core: Core
    pool: WitnessingPool
    book: EvidenceBook
    clock: ManualClock
    relay: RelayId

    async def begin(self, call: str = CALL, relay: RelayId | None = None) -> None:
        at = relay or self.relay
        await self.pool.ask(at, observe(call))
        self.book.begin(ANA, at, call)

    def play(self, seconds: int, letters: str = "tt", call: str = CALL) -> None:
        self.pool.play(self.relay, call, letters[0] * seconds, letters[1] * seconds)

    async def end(self) -> None:
        """End the call, as whoever holds its legs does, and let the relay seal it."""
        self.book.ended(ANA)
        for call in list(self.pool.calls):
            if self.pool.standing(call) != "lost":
                await self.pool.ask(call, SealCall(CALL))
        for _ in range(4):
            self.clock.advance(1.0)
            self.pool.tick()
        await self.book.settled(ANA)

    async def restart(self) -> None:
        """Let this process end, and another begin."""
        await self.book.close()
        self.book = EvidenceBook(self.core, self.pool, QUICK)

    async def chart(self) -> list[AnyEntry]:
        async with self.core.database.read() as tx:
            _, entries = await charting.read(tx, self.core.keyring, ANA)
        return entries

    async def record(self) -> MediaRecord:
        return read(await self.chart()).media

    async def numbers(self) -> list[int]:
        return [one.number for one in await self.chart() if isinstance(one, MediaEvidence)]

    async def why(self) -> list[str]:
        entries = await self.chart()
        return [one.why for one in entries if isinstance(one, MediaEvidenceIncomplete)]

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something holds, asking the database again and again."""
        async with asyncio.timeout(LONG_S):
            while not await holds():
                await self.chart()

    async def write(self, *entries: AnyEntry) -> None:
        async with self.core.database.write() as tx:
            await charting.write(
                tx, self.core.keyring, ANA, "system", entries, now=self.clock.now()
            )

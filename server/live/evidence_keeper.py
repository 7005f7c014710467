"""One ledger on its way into the chart, by one task.

    collect -> commit -> collect -> ... -> seal committed -> let go of

Whoever has the parts may be away: it is asked again, for so long as there is patience. After
that, and when it will never have what is missing, the chart says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from media.call import Side
from media.declaration import Declared
from media.ledger import Part
from server.chart.media_entries import Why
from server.clock import Clock
from server.live.evidence_log import EvidenceLog, Kept, is_seal
from server.live.evidence_shelves import Refused, Shelf, ShelfError, Unfounded, Unkept
from server.logging import get_logger
from server.relays.port import RelayLost
from server.storage.errors import ChartBroken, KeyringError, RowMissing, StorageError

SEAL_WAIT_S: Final = 4.0  # a relay seals two seconds after it was asked to, and a tick later
CLOSING: Final = frozenset({"chart_full", "unreadable"})
CHARTLESS: Final = (RowMissing, KeyringError, ChartBroken)

log = get_logger("evidence")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what.

    Attributes:
        seal_s: for the seal, before a chart is signed.
        look_s: until a seal that was asked for is looked for; the word of it may be lost.
        again_first_s: after a failure; doubled with each further one.
        again_last_s: the most of that.
        away_s: for a relay that does not answer, before the chart says so.
        close_s: for what waits in this process, before the process ends.
    """

    seal_s: float = SEAL_WAIT_S
    look_s: float = 0.5
    again_first_s: float = 0.25
    again_last_s: float = 10.0
    away_s: float = 120.0
    close_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Means:
    """What keeping takes.

    Attributes:
        log: the chart.
        clock: for patience.
        patience: see there.
        held: gives all that the browsers of an encounter declared, side by side.
        changed: is told the encounter and the number of its entries, when people should look.
        dropped: is told how many parts found no place.
    """

    log: EvidenceLog
    clock: Clock
    patience: Patience
    held: Callable[[str], Mapping[Side, frozenset[Declared]]]
    changed: Callable[[str, int], None]
    dropped: Callable[[int], None]


@dataclass(slots=True, eq=False)
class Keeper:
    """See the module.

    Attributes:
        encounter_id: whose call.
        ledger: its number among those of the encounter.
        shelf: where its parts wait.
        ended: its call is over, or goes on elsewhere.
        over: nothing more comes.
    """

    encounter_id: str
    ledger: int
    shelf: Shelf
    means: Means
    ended: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _committed: int | None = None  # None: the chart is to be asked
    _asked: bool = False  # for the seal
    _closed: bool = False  # what comes now is dropped
    _told: dict[tuple[Side, Declared], bool] = field(default_factory=dict)
    _failing_at: float | None = None

    def end(self) -> None:
        """Ask for the seal."""
        self.ended = True
        self.wake.set()

    async def run(self) -> None:
        """Fetch until nothing more comes."""
        patience = self.means.patience
        again_s = patience.again_first_s
        while not self.over.is_set():
            self.wake.clear()
            if await self._try():
                again_s = patience.again_first_s
                wait_s = patience.look_s if self.ended else None
            else:
                wait_s = again_s
                again_s = min(2 * again_s, patience.again_last_s)
            if not self.over.is_set():
                await _woken(self.wake, wait_s)

    async def _try(self) -> bool:
        """Fetch what there is; False when it is to be tried again, after a pause."""
        try:
            await self._turn()
        except RelayLost:
            return await self._without("relay_lost")
        except CHARTLESS as error:
            log.warning("evidence_unwanted", exc_info=error)
            self.over.set()
        except StorageError as error:
            log.warning("evidence_not_written", exc_info=error)
            self._committed = None  # whether it was committed, the chart knows
            return False
        except Unfounded:
            # Asked for before the relay began, or after it forgot.
            begun = self.ended or bool(self._committed)
            return await self._without("relay_lost", at_once=begun)
        except Unkept:
            return await self._without("part_missing", at_once=True)
        else:
            self._failing_at = None
        return True

    async def _without(self, why: Why, *, at_once: bool = False) -> bool:
        """Have patience, and at its end say in the chart that the rest cannot be had."""
        now_s = self.means.clock.elapsed_s()
        self._failing_at = now_s if self._failing_at is None else self._failing_at
        if not at_once and now_s - self._failing_at < self.means.patience.away_s:
            return False
        try:
            missing = [(self.ledger, why)]
            await self.means.log.give_up(self.encounter_id, missing, and_others=False)
        except CHARTLESS as error:
            log.warning("evidence_unwanted", exc_info=error)
        except StorageError as error:
            log.warning("evidence_not_written", exc_info=error)
            return False
        self.over.set()
        return True

    async def _turn(self) -> None:
        if self._committed is None:
            await self._read_back()
        if self.over.is_set():
            return
        await self._declare()
        if self.ended and not self._asked:
            await self.shelf.seal()
            self._asked = True
        committed = self._committed or 0
        while parts := await self.shelf.after(committed):
            kept = await self._keep(committed, parts)
            if kept.number == committed:
                raise Unkept  # it skips a part: nothing that follows can be taken
            self._committed = committed = kept.number
            self._closed = self._closed or kept.closed
            if kept.dropped:
                log.info("evidence_dropped", count=kept.dropped)
                self.means.dropped(kept.dropped)
            if kept.entries is not None:
                self.means.changed(self.encounter_id, kept.entries)
            if kept.sealed:
                await self._let_go(committed)
                return

    async def _read_back(self) -> None:
        known = (await self.means.log.record(self.encounter_id)).ledger(self.ledger)
        self._committed = known.receipt.number if known else 0
        self._closed = known is not None and not CLOSING.isdisjoint(known.faults)
        if known is not None and known.seal is not None:
            await self._let_go(self._committed)

    async def _keep(self, committed: int, parts: tuple[Part, ...]) -> Kept:
        if self._closed:
            last = parts[-1]
            return Kept(last.number, sealed=is_seal(last), dropped=len(parts))
        return await self.means.log.keep(
            self.encounter_id, self.ledger, self.shelf.source, parts, committed=committed
        )

    async def _let_go(self, committed: int) -> None:
        """Acknowledge the last part, so that the relay may forget the call."""
        self.over.set()
        try:
            await self.shelf.after(committed)
        except (ShelfError, RelayLost) as error:
            # It offers the same parts again, and is told again.
            log.info("evidence_not_acknowledged", exc_info=error)

    async def _declare(self) -> None:
        held = self.means.held(self.encounter_id)
        for side, what in product(held, Declared):
            holds = what in held[side]
            if self.ended or self._told.get((side, what)) == holds:
                continue
            try:
                await self.shelf.declare(side, what, holds=holds)
            except Refused as refused:
                log.info("declaration_refused", code=str(refused))
            self._told[side, what] = holds


async def _woken(wake: asyncio.Event, within_s: float | None) -> None:
    try:
        async with asyncio.timeout(within_s):
            await wake.wait()
    except TimeoutError:
        return

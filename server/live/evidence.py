"""The evidence of all calls: fetched from where it waits, committed, let go of.

    begin --> [keeping] --EvidenceReady--> collect -> commit -> collect -> ... --seal--> [over]
                 |  relay away: again, with patience; away for too long: incomplete
    ended -------+  the ledger is asked for its seal
    settled      the seal is waited for, but not for ever: before a chart is signed

One task for each ledger, and nothing of one waits for another. A ledger that is not known here
(the process began anew) is taken up when its relay says that it has parts. What cannot be had
is said in the chart; after the signature nothing is.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from media.call import Side
from media.declaration import Declared
from media.ledger import Part
from media.relay_events import EvidenceReady, RelayEvent
from server.chart.media_entries import Why
from server.live.evidence_log import EvidenceLog, Kept, is_seal
from server.live.evidence_shelves import (
    Refused,
    RelayShelf,
    Shelf,
    ShelfError,
    Unfounded,
    Unkept,
)
from server.logging import get_logger
from server.relays.port import RelayId, RelayLost, Relays, Standing
from server.services import Core
from server.storage.errors import ChartBroken, KeyringError, RowMissing, StorageError

SEAL_WAIT_S: Final = 4.0  # a relay seals two seconds after it was asked to, and a tick later
LEDGERS_OPEN_MAX: Final = 10_000
REPORTED_FROM: Final = 501  # relays' ledgers are numbered below, browsers' from here on
NAME: Final = re.compile(r"(?P<encounter>[A-Za-z0-9_-]{1,64})\.(?P<ledger>[0-9]{1,3})")
CLOSING: Final = frozenset({"chart_full", "unreadable"})

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
    """

    seal_s: float = SEAL_WAIT_S
    look_s: float = 0.5
    again_first_s: float = 0.25
    again_last_s: float = 10.0
    away_s: float = 120.0


@dataclass(slots=True, eq=False)
class Keeping:
    """One ledger whose parts are fetched.

    Attributes:
        encounter_id: whose call.
        ledger: its number among those of the encounter.
        shelf: where its parts wait.
        committed: the last part that is settled; None: the chart is to be asked.
        ended: its call is over, or it goes on elsewhere.
        asked: the shelf knows that.
        closed: what comes now is dropped.
        told: what the shelf knows of the browsers' declarations.
        failing_at: since when nothing was to be had, seconds of the clock's own.
    """

    encounter_id: str
    ledger: int
    shelf: Shelf
    committed: int | None = None
    ended: bool = False
    asked: bool = False
    closed: bool = False
    told: dict[tuple[Side, Declared], bool] = field(default_factory=dict)
    failing_at: float | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Return what names it."""
        return self.encounter_id, self.ledger


class EvidenceBook:
    """See the module.

    Attributes:
        changed: is told the encounter, and the number of its entries, when its chart has
            something new about the media that people read.
        dropped: parts that came too late for a chart, or found no room in it.
    """

    def __init__(
        self,
        core: Core,
        relays: Relays,
        patience: Patience = Patience(),
    ) -> None:
        """Listen to what the relays say."""
        self.changed: Callable[[str, int], None] = lambda _encounter_id, _entries: None
        self.dropped = 0
        self._core = core
        self._patience = patience
        self._relays = relays
        self._log = EvidenceLog(core)
        self._open: dict[tuple[str, int], Keeping] = {}
        self._held: dict[str, Mapping[Side, frozenset[Declared]]] = {}
        relays.hearers.append(self._hear)
        relays.changes.append(self._relay_changed)

    # ---------------------------------------------------------------- what happens to a call

    def begin(self, encounter_id: str, relay: RelayId, call_name: str) -> None:
        """A relay witnesses this call from now on, under this name: `"{encounter_id}.{k}"`.

        A ledger of the same call on another relay, or of its browsers, ends by it.
        """
        named = named_ledger(call_name)
        if named is None or named[0] != encounter_id:
            log.error("evidence_misnamed")
            return
        self._keep(encounter_id, named[1], RelayShelf(self._relays, relay, call_name))

    def begin_reported(self, encounter_id: str, ledger: int, shelf: Shelf) -> None:
        """The browsers report this call from now on."""
        self._keep(encounter_id, ledger, shelf)

    def _keep(self, encounter_id: str, ledger: int, shelf: Shelf) -> None:
        for one in self.of(encounter_id):
            if one.ledger != ledger:
                self._end(one)
        self._take_up(encounter_id, ledger, shelf)

    def declared(self, encounter_id: str, side: Side, what: frozenset[Declared]) -> None:
        """A browser says all that holds of it now."""
        self._held[encounter_id] = {**self._held.get(encounter_id, {}), side: what}
        self.look(encounter_id)

    def look(self, encounter_id: str) -> None:
        """There may be something new for the chart of this encounter."""
        for one in self.of(encounter_id):
            one.wake.set()

    def ended(self, encounter_id: str) -> None:
        """The call is over: its ledgers are sealed. Again: nothing."""
        self._held.pop(encounter_id, None)
        for one in self.of(encounter_id):
            self._end(one)

    async def settled(self, encounter_id: str) -> None:
        """Wait until all of it is in the chart; what is not by then, the chart says.

        Raises:
            StorageError: the chart could not be asked, or could not be told.
        """
        self.ended(encounter_id)
        open_ = self.of(encounter_id)
        if open_:
            waits = [asyncio.ensure_future(one.over.wait()) for one in open_]
            _, late = await asyncio.wait(waits, timeout=self._patience.seal_s)
            for wait in late:
                wait.cancel()
        missing: list[tuple[int, Why]] = [
            (one.ledger, "seal_missing") for one in self.of(encounter_id)
        ]
        await self._log.give_up(encounter_id, missing, and_others=True)

    def of(self, encounter_id: str) -> list[Keeping]:
        """Return the ledgers of an encounter from which more is to come."""
        return [one for one in self._open.values() if one.encounter_id == encounter_id]

    async def close(self) -> None:
        """Stop fetching: the process ends, what waits on relays does not."""
        self._relays.hearers.remove(self._hear)
        self._relays.changes.remove(self._relay_changed)
        tasks = [one.task for one in self._open.values() if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---------------------------------------------------------------- what relays say

    def _hear(self, relay: RelayId, event: RelayEvent) -> None:
        if not isinstance(event, EvidenceReady):
            return
        named = named_ledger(event.call)
        if named is None:
            return
        known = self._open.get(named)
        if known is None:
            shelf = RelayShelf(self._relays, relay, event.call)
            self._take_up(*named, shelf)
        else:
            known.wake.set()

    def _relay_changed(self, relay: RelayId, standing: Standing) -> None:
        if standing == "lost":
            return
        for one in self._open.values():
            if isinstance(one.shelf, RelayShelf) and one.shelf.relay == relay:
                one.wake.set()

    def _take_up(self, encounter_id: str, ledger: int, shelf: Shelf) -> None:
        one = self._open.get((encounter_id, ledger))
        if one is not None:
            one.wake.set()
            return
        if len(self._open) >= LEDGERS_OPEN_MAX:
            log.error("evidence_full")
            return
        one = Keeping(encounter_id, ledger, shelf)
        self._open[one.key] = one
        one.task = asyncio.get_running_loop().create_task(self._run(one))

    def _end(self, one: Keeping) -> None:
        one.ended = True
        one.wake.set()

    # ---------------------------------------------------------------- one ledger

    async def _run(self, one: Keeping) -> None:
        patience = self._patience
        again_s = patience.again_first_s
        try:
            while not one.over.is_set():
                one.wake.clear()
                if await self._try(one):
                    again_s = patience.again_first_s
                    wait_s = patience.look_s if one.ended else None
                else:
                    wait_s = again_s
                    again_s = min(2 * again_s, patience.again_last_s)
                if not one.over.is_set():
                    await _woken(one.wake, wait_s)
        finally:
            self._open.pop(one.key, None)
            one.over.set()

    async def _try(self, one: Keeping) -> bool:
        """Fetch what there is; False when it is to be tried again, after a pause."""
        try:
            await self._turn(one)
        except RelayLost:
            return await self._without(one, "relay_lost")
        except (RowMissing, KeyringError, ChartBroken) as error:
            log.warning("evidence_unwanted", exc_info=error)
            one.over.set()
        except StorageError as error:
            log.warning("evidence_not_written", exc_info=error)
            one.committed = None  # whether it was committed, the chart knows
            return False
        except Unfounded:
            # Asked for before the relay began, or after it forgot.
            begun = one.ended or bool(one.committed)
            return await self._without(one, "relay_lost", at_once=begun)
        except Unkept:
            return await self._without(one, "part_missing", at_once=True)
        else:
            one.failing_at = None
        return True

    async def _without(self, one: Keeping, why: Why, *, at_once: bool = False) -> bool:
        """Have patience, and at its end say in the chart that the rest cannot be had."""
        now_s = self._core.clock.elapsed_s()
        one.failing_at = now_s if one.failing_at is None else one.failing_at
        if not at_once and now_s - one.failing_at < self._patience.away_s:
            return False
        try:
            await self._log.give_up(one.encounter_id, [(one.ledger, why)], and_others=False)
        except (RowMissing, KeyringError, ChartBroken):
            pass  # there is no chart to say it in
        except StorageError as error:
            log.warning("evidence_not_written", exc_info=error)
            return False
        one.over.set()
        return True

    async def _turn(self, one: Keeping) -> None:
        if one.committed is None:
            await self._read_back(one)
        if one.over.is_set():
            return
        await self._declare(one)
        if one.ended and not one.asked:
            await one.shelf.seal()
            one.asked = True
        committed = one.committed or 0
        while parts := await one.shelf.after(committed):
            kept = await self._kept(one, committed, parts)
            if kept.number == committed:
                raise Unkept  # it skips a part: nothing that follows can be taken
            one.committed = committed = kept.number
            one.closed = one.closed or kept.closed
            self.dropped += kept.dropped
            if kept.entries is not None:
                self.changed(one.encounter_id, kept.entries)
            if kept.sealed:
                await self._let_go(one, committed)
                return

    async def _read_back(self, one: Keeping) -> None:
        record = await self._log.record(one.encounter_id)
        known = record.ledger(one.ledger)
        one.committed = known.receipt.number if known else 0
        if known is not None and known.seal is not None:
            await self._let_go(one, one.committed)
        one.closed = known is not None and not CLOSING.isdisjoint(known.faults)

    async def _kept(self, one: Keeping, committed: int, parts: tuple[Part, ...]) -> Kept:
        if one.closed:
            last = parts[-1]
            return Kept(last.number, sealed=is_seal(last), dropped=len(parts))
        return await self._log.keep(
            one.encounter_id, one.ledger, one.shelf.source, parts, committed=committed
        )

    async def _let_go(self, one: Keeping, committed: int) -> None:
        """Acknowledge the last part, so that the relay may forget the call."""
        one.over.set()
        try:
            await one.shelf.after(committed)
        except (ShelfError, RelayLost) as error:
            # It offers the same parts again, and is told again.
            log.info("evidence_not_acknowledged", exc_info=error)

    async def _declare(self, one: Keeping) -> None:
        held = self._held.get(one.encounter_id, {})
        for side, what in product(held, Declared):
            holds = what in held[side]
            if one.ended or one.told.get((side, what)) == holds:
                continue
            try:
                await one.shelf.declare(side, what, holds=holds)
            except Refused as refused:
                log.info("declaration_refused", code=str(refused))
            one.told[side, what] = holds


def named_ledger(call_name: str) -> tuple[str, int] | None:
    """Return the encounter and the number of the ledger of a call's name on its relay."""
    found = NAME.fullmatch(call_name)
    ledger = int(found["ledger"]) if found else 0
    return (found["encounter"], ledger) if found and 1 <= ledger < REPORTED_FROM else None


async def _woken(wake: asyncio.Event, within_s: float | None) -> None:
    try:
        async with asyncio.timeout(within_s):
            await wake.wait()
    except TimeoutError:
        return

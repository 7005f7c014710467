"""The evidence of all calls: whose ledgers are fetched into which chart.

    begin --> [kept] --EvidenceReady--> collect -> commit -> ... --seal--> [over]
    ended      asks for the seal
    settled    waits for it, but not for ever: before a chart is signed

One task for each ledger, and nothing of one waits for another. A ledger that is not known here
(the process began anew) is taken up when its relay says that it has parts. What cannot be had
is said in the chart; after the signature nothing is.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from media.call import Side
from media.control_messages import AskEvidence, ControlRefused
from media.declaration import Declared
from media.relay_events import EvidenceReady, RelayEvent
from server.chart.media_entries import LEDGERS_MAX, Why
from server.live.evidence_keeper import Keeper, Means, Patience
from server.live.evidence_log import Elsewhere, EvidenceLog
from server.live.evidence_shelves import RelayShelf, Shelf, ShelfError, WitnessShelf
from server.logging import get_logger
from server.relays.port import RelayId, RelayLost, Relays, Standing
from server.services import Core

LEDGERS_OPEN_MAX: Final = 10_000
ELSEWHERE_MAX: Final = 20_000
REPORTED_FROM: Final = 501  # relays' ledgers are numbered below, browsers' from here on
PATIENCE: Final = Patience()
NAME: Final = re.compile(r"(?P<encounter>[A-Za-z0-9_-]{1,64})\.(?P<ledger>[0-9]{1,3})")

log = get_logger("evidence")


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
        relays: Relays | None,
        patience: Patience = PATIENCE,
        network_id: str | None = None,
    ) -> None:
        """Listen to what the relays say, where there are any.

        Args:
            core: what everything stands on.
            relays: they witness.
            patience: with them.
            network_id: whose encounters these are; relays speak of all. None: all are ours.
        """
        self.changed: Callable[[str, int], None] = lambda _encounter_id, _entries: None
        self.dropped = 0
        self._relays = relays
        self._patience = patience
        self._log = EvidenceLog(core, network_id)
        self._elsewhere: OrderedDict[str, None] = OrderedDict()
        self._kept: dict[tuple[str, int], Keeper] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[str, Mapping[Side, frozenset[Declared]]] = {}
        self._means = Means(
            log=self._log,
            clock=core.clock,
            patience=patience,
            held=lambda encounter_id: self._held.get(encounter_id, {}),
            changed=self._tell,
            dropped=self._drop,
        )
        if relays is not None:
            relays.hearers.append(self._hear)
            relays.changes.append(self._relay_changed)

    async def open(self) -> None:
        """Ask the relays that are there what waits for its chart."""
        relays = self._relays
        for relay in relays.up() if relays is not None else ():
            assert relays is not None
            try:
                await relays.ask(relay, AskEvidence())
            except (RelayLost, ControlRefused) as error:
                log.warning("evidence_not_asked_for", exc_info=error)

    # ---------------------------------------------------------------- what happens to a call

    def begin(self, encounter_id: str, relay: RelayId, call_name: str) -> None:
        """A relay witnesses this call from now on, under this name: `"{encounter_id}.{k}"`.

        Another ledger of the same call, on another relay or of its browsers, ends by it.
        """
        named = named_ledger(call_name)
        if self._relays is None or named is None or named[0] != encounter_id:
            log.error("evidence_misnamed")
            return
        self._go_on(encounter_id, named[1], RelayShelf(self._relays, relay, call_name))

    def begin_reported(self, encounter_id: str, ledger: int, shelf: Shelf) -> None:
        """The browsers report this call from now on; other ledgers of it end by it."""
        self._go_on(encounter_id, ledger, shelf)

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
            one.end()

    async def settled(self, encounter_id: str) -> None:
        """Wait until all of it is in the chart; what is not by then, the chart says.

        Raises:
            StorageError: the chart could not be asked, or could not be told.
        """
        await self._find_others(encounter_id)
        self.ended(encounter_id)
        await self._over(self.of(encounter_id), self._patience.seal_s)
        missing: list[tuple[int, Why]] = [
            (one.ledger, "seal_missing") for one in self.of(encounter_id)
        ]
        await self._log.give_up(encounter_id, missing, and_others=True)

    async def _find_others(self, encounter_id: str) -> None:
        """Take up what another home fetched: a relay tells of no call that lacks only its seal.

        Raises:
            StorageError: the chart could not be asked.
        """
        relays = self._relays
        if relays is None:
            return
        ledgers = (await self._log.record(encounter_id)).ledgers
        known = [one.number for one in ledgers if one.number < REPORTED_FROM]
        lacking = {one.number for one in ledgers if not one.settled} & {*known}
        lacking.add(max(known, default=0) + 1)  # of which not one part was fetched
        for number in sorted(lacking - {one.ledger for one in self.of(encounter_id)}):
            for relay in relays.up():
                shelf = RelayShelf(relays, relay, f"{encounter_id}.{number}")
                with suppress(ShelfError, RelayLost):  # another one has it
                    await shelf.seal()
                    self._take_up(encounter_id, number, shelf)
                    break

    # ---------------------------------------------------------------- what is kept

    def of(self, encounter_id: str) -> list[Keeper]:
        """Return the ledgers of an encounter from which more is to come."""
        return [one for one in self._kept.values() if one.encounter_id == encounter_id]

    async def next_ledger(
        self, encounter_id: str, least: int = 1, most: int = REPORTED_FROM - 1
    ) -> int | None:
        """Return a number above those of all ledgers that the encounter ever had in a range.

        Raises:
            StorageError: the chart could not be read.
        """
        record = await self._log.record(encounter_id)
        taken = [one.number for one in record.ledgers]
        taken += [one.ledger for one in self.of(encounter_id)]
        highest = max((one for one in taken if least <= one <= most), default=least - 1)
        return highest + 1 if highest < most else None

    async def close(self) -> None:
        """Stop fetching: the process ends, and what waits on relays goes on waiting.

        What waits in this process is sealed and committed first, if that goes quickly.
        """
        if self._relays is not None and self._hear in self._relays.hearers:
            self._relays.hearers.remove(self._hear)
            self._relays.changes.remove(self._relay_changed)
        ours = [one for one in self._kept.values() if isinstance(one.shelf, WitnessShelf)]
        for one in ours:
            one.end()
        await self._over(ours, self._patience.close_s)
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _over(self, kept: Sequence[Keeper], within_s: float) -> None:
        """Wait until nothing more comes from any of these, or the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                for one in kept:
                    await one.over.wait()

    def _go_on(self, encounter_id: str, ledger: int, shelf: Shelf) -> None:
        for one in self.of(encounter_id):
            if one.ledger != ledger:
                one.end()
        self._take_up(encounter_id, ledger, shelf)

    def _take_up(self, encounter_id: str, ledger: int, shelf: Shelf) -> None:
        known = self._kept.get((encounter_id, ledger))
        if known is not None:
            known.wake.set()
            return
        if len(self._kept) >= LEDGERS_OPEN_MAX:
            log.error("evidence_full")
            return
        one = Keeper(encounter_id, ledger, shelf, self._means)
        self._kept[encounter_id, ledger] = one
        task = asyncio.get_running_loop().create_task(self._run(one))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, one: Keeper) -> None:
        try:
            await one.run()
        except Elsewhere:
            self._elsewhere[one.encounter_id] = None
            if len(self._elsewhere) > ELSEWHERE_MAX:
                self._elsewhere.popitem(last=False)
        finally:
            self._kept.pop((one.encounter_id, one.ledger), None)
            one.over.set()

    def _tell(self, encounter_id: str, entries: int) -> None:
        self.changed(encounter_id, entries)

    def _drop(self, count: int) -> None:
        self.dropped += count

    # ---------------------------------------------------------------- what relays say

    def _hear(self, relay: RelayId, event: RelayEvent) -> None:
        if self._relays is None or not isinstance(event, EvidenceReady):
            return
        named = named_ledger(event.call)
        if named is not None and named[0] not in self._elsewhere:
            self._take_up(*named, RelayShelf(self._relays, relay, event.call))

    def _relay_changed(self, relay: RelayId, standing: Standing) -> None:
        for one in self._kept.values():
            on_it = isinstance(one.shelf, RelayShelf) and one.shelf.relay == relay
            if on_it and standing != "lost":
                one.wake.set()


def named_ledger(call_name: str) -> tuple[str, int] | None:
    """Return the encounter and the number of the ledger of a call's name on its relay."""
    found = NAME.fullmatch(call_name)
    ledger = int(found["ledger"]) if found else 0
    return (found["encounter"], ledger) if found and 1 <= ledger < REPORTED_FROM else None


def reported_ledgers() -> tuple[int, int]:
    """Return the first and the last number that a ledger of browsers may have."""
    return REPORTED_FROM, LEDGERS_MAX

"""Evidence on its way into the chart: in order, each part once, never after a signature.

Thin: one transaction for what came together. What is there already is read back from the chart,
which is the only place that knows it after a restart of this process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from media.ledger import Part
from media.sample import EvidenceError, Source
from server import charting
from server.chart.entries import AnyEntry
from server.chart.media import LedgerRecord, MediaRecord
from server.chart.media_entries import (
    MediaEvidenceIncomplete,
    Why,
    evidence_entry,
    measured,
)
from server.chart.reading import read
from server.logging import get_logger
from server.services import Core
from server.storage import encounters

ROOM_NUMERATOR: Final = 4  # of the entries that a chart may have; the rest is for people
ROOM_DENOMINATOR: Final = 5

log = get_logger("evidence")


class Elsewhere(Exception):
    """The encounter is of another network: its own home keeps its evidence."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of parts.

    Attributes:
        number: the last part that is settled: committed, or dropped for good.
        sealed: that is the seal: nothing follows.
        closed: nothing of this ledger is wanted any more.
        dropped: parts that were not committed.
        entries: of the whole chart now, if something was committed that people read.
    """

    number: int
    sealed: bool = False
    closed: bool = False
    dropped: int = 0
    entries: int | None = None


class EvidenceLog:
    """Commits parts, and says which are committed."""

    def __init__(self, core: Core, network_id: str | None = None) -> None:
        """Nothing is read yet.

        Args:
            core: what everything stands on.
            network_id: whose encounters these are; None: all are ours.
        """
        self._core = core
        self._network_id = network_id

    async def record(self, encounter_id: str) -> MediaRecord:
        """Return what the chart of an encounter has.

        Raises:
            StorageError: it cannot be read; RowMissing: there is no such encounter.
            Elsewhere: it is another network's.
        """
        async with self._core.database.read() as tx:
            if self._network_id is not None:
                encounter = await encounters.get(tx, encounter_id)
                if encounter.network_id != self._network_id:
                    raise Elsewhere
            stored, entries = await charting.read(tx, self._core.keyring, encounter_id)
        return read(entries, [one.at for one in stored]).media

    async def keep(
        self,
        encounter_id: str,
        ledger: int,
        source: Source,
        parts: Sequence[Part],
        *,
        committed: int,
    ) -> Kept:
        """Commit the parts that follow on `committed`, in one transaction.

        A part that is committed is passed over, and one behind a gap is not taken. After the
        signature, and when the chart is full, all are dropped: that is the answer, no error.

        Raises:
            StorageError: nothing is known to be committed.
        """
        new = tuple(_following(parts, committed))
        if not new:
            return Kept(committed)
        last, sealed = new[-1].number, is_seal(new[-1])
        async with self._core.database.write() as tx:
            encounter = await encounters.get(tx, encounter_id, lock=True)
            if encounter.visit == "signed":
                return Kept(last, sealed=sealed, closed=True, dropped=len(new))
            most = self._core.settings.entries_per_encounter_max
            room = most * ROOM_NUMERATOR // ROOM_DENOMINATOR - encounter.chart_seq
            entries, why = _entries(ledger, source, new, room)
            count = len(entries)
            if why is not None:
                entries.append(
                    MediaEvidenceIncomplete(ledger=ledger, why=why, parts=committed + count)
                )
            now = self._core.clock.now()
            appended = await charting.append(
                tx, self._core.keyring, encounter_id, charting.SYSTEM, entries, now=now
            )
        return Kept(
            last,
            sealed=sealed,
            closed=why is not None,
            dropped=len(new) - count,
            entries=appended.last if any(not measured(one) for one in entries) else None,
        )

    async def give_up(
        self, encounter_id: str, ledgers: Iterable[tuple[int, Why]], *, and_others: bool
    ) -> None:
        """Write which ledgers are not whole, those of which it is not known yet.

        Args:
            encounter_id: whose chart.
            ledgers: numbers of ledgers, each with the reason.
            and_others: and every other one in the chart whose seal is not there.

        Raises:
            StorageError: nothing is known to be committed.
        """
        reasons = dict(ledgers)
        async with self._core.database.write() as tx:
            encounter = await encounters.get(tx, encounter_id, lock=True)
            if encounter.visit == "signed":
                return
            _, written = await charting.read(tx, self._core.keyring, encounter_id)
            record = read(written).media
            if and_others:
                for one in record.ledgers:
                    reasons.setdefault(one.number, "restarted")
            entries: list[AnyEntry] = [
                MediaEvidenceIncomplete(ledger=number, why=why, parts=_parts(known))
                for number, why in sorted(reasons.items())
                if (known := record.ledger(number)) is None or not known.settled
            ]
            if entries:
                await charting.write(
                    tx,
                    self._core.keyring,
                    encounter_id,
                    charting.SYSTEM,
                    entries,
                    now=self._core.clock.now(),
                )


def _following(parts: Iterable[Part], committed: int) -> Iterable[Part]:
    for part in sorted(parts, key=_number):
        if part.number == committed + 1:
            committed = part.number
            yield part


def _entries(
    ledger: int, source: Source, parts: Sequence[Part], room: int
) -> tuple[list[AnyEntry], Why | None]:
    """Return the entries of the parts that may be kept, and why the rest may not."""
    entries: list[AnyEntry] = []
    for part in parts:
        if len(entries) >= room and not is_seal(part):
            return entries, "chart_full"
        try:
            entries.append(evidence_entry(ledger, part, source))
        except EvidenceError as error:
            log.warning("evidence_unreadable", code=error.code)
            return entries, "unreadable"
    return entries, None


def _parts(ledger: LedgerRecord | None) -> int:
    return ledger.receipt.number if ledger else 0


def _number(part: Part) -> int:
    return part.number


def is_seal(part: Part) -> bool:
    """Tell whether a part is the last one."""
    return '"type":"seal"' in part.text

"""What the chart keeps of legs, written after the fact and in order.

Media waits for no transaction. What is noted at about the same time is written together; when
the chart is full, or the visit over, it is not written at all. While the database is away it
waits in the spool (`server.live.afterwards`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from media.leg_effects import NoteInChart, Step
from media.leg_parties import Legs
from server import charting
from server.chart import entries as chart
from server.chart.entry import SideName
from server.errors import ChartFull
from server.live.afterwards import as_told, record_of, write_down
from server.live.lanes import Lanes
from server.logging import get_logger
from server.services import Core
from server.storage.errors import StorageError
from signaling.messages import LegEnd

CHART_LANE: Final = "chart"
PlainStep: TypeAlias = (
    type[chart.LegOffered]
    | type[chart.LegConnected]
    | type[chart.LegStalled]
    | type[chart.LegRestarted]
    | type[chart.LegReplaced]
)
WRITTEN_IN: Final = ("waiting", "in_progress")
PLAIN: Final[Mapping[Step, PlainStep]] = {
    Step.OFFERED: chart.LegOffered,
    Step.CONNECTED: chart.LegConnected,
    Step.STALLED: chart.LegStalled,
    Step.RESTARTED: chart.LegRestarted,
    Step.REPLACED: chart.LegReplaced,
}

log = get_logger("legs")


class LegNotes:
    """Writes the steps of legs into charts."""

    def __init__(self, core: Core, lanes: Lanes) -> None:
        """Prepare."""
        self._core = core
        self._lanes = lanes
        self._pending: dict[str, list[chart.AnyEntry]] = {}

    def keep(self, encounter_id: str, note: NoteInChart) -> None:
        """Have a step written soon."""
        pending = self._pending.setdefault(encounter_id, [])
        pending.append(entry_of(note))
        if len(pending) == 1:
            self._lanes.put((encounter_id, CHART_LANE), lambda: self._write(encounter_id))

    def is_busy(self, encounter_id: str) -> bool:
        """Tell whether something of an encounter is not written yet."""
        return self._lanes.is_busy((encounter_id, CHART_LANE))

    async def _write(self, encounter_id: str) -> None:
        entries = self._pending.pop(encounter_id, [])
        core = self._core
        told = [as_told(charting.SYSTEM, one) for one in entries]
        try:
            record = record_of(core, encounter_id, core.clock.now(), WRITTEN_IN, told)
            await write_down(core, record)
        except (ChartFull, StorageError) as error:
            log.warning("leg_steps_not_written", exc_info=error, encounter_id=encounter_id)

    async def numbers(self, encounter_id: str) -> Legs:
        """Return the numbers that legs and ledgers of an encounter have reached."""
        async with self._core.database.read() as tx:
            _, entries = await charting.read(tx, self._core.keyring, encounter_id)
        return numbers_in(entries)


def numbers_in(entries: Iterable[chart.AnyEntry]) -> Legs:
    """Return legs that go on with the numbers that a chart has reached."""
    used = {"patient": 0, "practitioner": 0}
    ledger = 0
    for entry in entries:
        if isinstance(entry, chart.LegOffered):
            used[entry.side] = max(used[entry.side], entry.leg)
        elif isinstance(entry, chart.LegLinked):
            ledger = max(ledger, entry.ledger)
    return Legs(
        patient_number=used["patient"],
        practitioner_number=used["practitioner"],
        ledger=ledger,
    )


def entry_of(note: NoteInChart) -> chart.AnyEntry:
    """Return the chart's words for a step."""
    side: SideName = note.side.value
    leg, relay = note.number, note.relay
    match note.step:
        case Step.LINKED:
            return chart.LegLinked(side=side, leg=leg, relay=relay, ledger=note.ledger or 1)
        case Step.CLOSED:
            reason: LegEnd = note.reason.value if note.reason else "failed"
            return chart.LegClosed(side=side, leg=leg, relay=relay, reason=reason)
        case _:
            return PLAIN[note.step](side=side, leg=leg, relay=relay)

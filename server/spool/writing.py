"""A record written into the database: once, in order, and only where it still belongs.

A record that may have been committed before is looked for by its id, among what was answered
to commands. These are forgotten after a day: one that is older is looked for in the chart, by
its instant, which a chart's entry keeps for ever.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from media.call import CallState
from server.errors import ChartFull
from server.keyring import Keyring
from server.spool.record import CallRow, Record
from server.storage import chart_log, commands, encounters
from server.storage.statements import Tx, upsert
from server.storage.tables import calls, chart_entries

ACTOR: Final = "spool"
REMEMBERED_US: Final = 12 * 3_600 * 1_000_000  # ids are remembered for at least twice as long
BEFORE: Final = frozenset({None, CallState.IDLE, CallState.CONNECTING})
FLOWED: Final = frozenset({CallState.CONNECTED, CallState.INTERRUPTED})  # back and forth
INSTANTS: Final = (
    "patient_first_frame_at",
    "practitioner_first_frame_at",
    "connected_at",
    "ended_at",
)


class Fate(StrEnum):
    """What became of a record."""

    WRITTEN = "written"
    KNOWN = "known"  # a COMMIT whose answer was lost had written it
    OVER = "over"  # the visit was signed or ended meanwhile
    FULL = "full"  # the chart takes no more of these


async def write(tx: Tx, keyring: Keyring, record: Record, *, now: int, again: bool) -> Fate:
    """Write a record.

    Args:
        tx: the transaction.
        keyring: seals the entries.
        record: what is to be written.
        now: microseconds UTC.
        again: it waited, and may have been committed before.

    Raises:
        ChartFull: nothing is written; of a record that waited this is its fate instead.
        RowMissing: there is no such encounter.
        KeyringError: its key was destroyed.
        StorageError: it cannot be written now.
    """
    encounter = await encounters.get(tx, record.encounter_id, lock=True)
    if again and await _is_known(tx, record, now):
        return Fate.KNOWN
    fate = _fate(encounter, record)
    if fate is Fate.FULL and not again:
        raise ChartFull
    if record.call is not None and encounter.visit != "signed":
        await _write_call(tx, record.encounter_id, record.call)
    if fate is Fate.WRITTEN and record.entries:
        entries = [(kind, actor, text.encode()) for kind, actor, text in record.entries]
        await chart_log.append(tx, record.encounter_id, entries, keyring=keyring, now=record.at)
    await commands.record(tx, ACTOR, record.record_id, f'{{"fate":"{fate}"}}', now)
    return fate


async def _is_known(tx: Tx, record: Record, now: int) -> bool:
    if await commands.recorded(tx, ACTOR, record.record_id) is not None:
        return True
    if now - record.at < REMEMBERED_US or not record.entries:
        return False
    kind, actor, _ = record.entries[0]
    same = select(chart_entries.c.seq).where(
        chart_entries.c.encounter_id == record.encounter_id,
        chart_entries.c.at == record.at,
        chart_entries.c.kind == kind,
        chart_entries.c.actor == actor,
    )
    return (await tx.execute(same)).first() is not None


def _fate(encounter: encounters.Encounter, record: Record) -> Fate:
    if not record.entries:
        return Fate.WRITTEN
    if encounter.visit not in record.written_in:
        return Fate.OVER
    if record.entries_max is not None and encounter.chart_seq >= record.entries_max:
        return Fate.FULL
    return Fate.WRITTEN


async def _write_call(tx: Tx, encounter_id: str, row: CallRow) -> None:
    """Write a generation, unless more is known of it, or somebody else began it differently.

    What waited may be from a home before this one: what another has written since stays.
    """
    stored = select(calls).where(
        calls.c.encounter_id == encounter_id, calls.c.generation == row.generation
    )
    found = (await tx.execute(stored)).mappings().one_or_none()
    if found is not None:
        known = CallRow(**{one.name: found[one.name] for one in fields(CallRow)})
        if known.started_at != row.started_at or _goes_back(known, row):
            return
    await upsert(tx, calls, {"encounter_id": encounter_id, **asdict(row)})


def _goes_back(known: CallRow, row: CallRow) -> bool:
    """Tell whether a row lacks an instant that is known, or stands before where the call is."""
    if _reached(row.outcome) < _reached(known.outcome):
        return True
    return any(
        getattr(known, one) is not None and getattr(row, one) is None for one in INSTANTS
    )


def _reached(outcome: str | None) -> int:
    return 0 if outcome in BEFORE else 1 if outcome in FLOWED else 2

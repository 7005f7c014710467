"""What happens in a call in progress, written after the fact, however late.

    write_down --> database --> written
                       `--away--> the spool, behind whatever of this encounter waits there

A call does not wait for a database and does not end with it. What decides something (an accept,
a first connection, a signature) never comes here: it is refused while the database is away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from media.call import Call
from server.chart.entries import AnyEntry, encode
from server.services import Core
from server.spool.record import CallRow, Entry, Record
from server.spool.writing import write
from server.storage.errors import (
    CommitFailed,
    CommitOutcomeUnknown,
    ConstraintBroken,
    ReadFailed,
)
from server.unreachable import DatabaseAway
from signaling.messages import CommandBase

AWAY: Final = (CommitFailed, CommitOutcomeUnknown, ReadFailed)
ID_BYTES: Final = 16
SETTLE_S: Final = 3.0


async def write_down(core: Core, record: Record, *, may_wait: bool = True) -> None:
    """Write a record, or have it wait for the database.

    Raises:
        ChartFull: the chart takes no more of these.
        StorageError: it is written nowhere.
    """
    spool = core.spool
    if spool is not None and may_wait:
        if spool.away or spool.holds(record.encounter_id):
            await spool.keep(record)
            return
        try:
            await _write(core, record)
        except ConstraintBroken:
            raise
        except AWAY:
            await spool.keep(record)
        return
    require_nothing_waits(core, record.encounter_id)
    await _write(core, record)


def require_nothing_waits(core: Core, encounter_id: str) -> None:
    """Refuse what must come behind something that waits for the database.

    Raises:
        DatabaseAway: something of this encounter does.
    """
    if core.spool is not None and core.spool.holds(encounter_id):
        raise DatabaseAway


async def _write(core: Core, record: Record) -> None:
    async with core.database.write() as tx:
        await write(tx, core.keyring, record, now=core.clock.now(), again=False)


async def what_waits_first(core: Core, command: CommandBase) -> None:
    """Let a command that writes into a chart come behind what waits for the database.

    Raises:
        DatabaseAway: that still waits.
    """
    named = getattr(command, "encounter_id", None)
    if core.spool is not None and isinstance(named, str) and core.spool.holds(named):
        await core.spool.settled(named, SETTLE_S)
        require_nothing_waits(core, named)


def record_of(
    core: Core,
    encounter_id: str,
    at: int,
    written_in: tuple[str, ...],
    entries: Iterable[Entry],
    *,
    call: CallRow | None = None,
    endless: bool = True,
) -> Record:
    """Return a record with an id of its own; `endless` entries stop when a chart is full."""
    return Record(
        record_id=core.random_bytes(ID_BYTES).hex(),
        encounter_id=encounter_id,
        at=at,
        written_in=written_in,
        entries=tuple(entries),
        call=call,
        entries_max=core.settings.entries_per_encounter_max if endless else None,
    )


def as_told(actor: str, one: AnyEntry) -> Entry:
    """Return an entry as a record has it."""
    return one.kind, actor, encode(one).decode()


def row_of(call: Call, outcome: str, mode: str) -> CallRow:
    """Return a generation as a record has it."""
    return CallRow(
        generation=call.generation,
        mode=mode,
        started_at=call.started_at or 0,
        patient_first_frame_at=call.patient_first_frame_at,
        practitioner_first_frame_at=call.practitioner_first_frame_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        outcome=outcome,
    )

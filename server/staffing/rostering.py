"""Changing one shift: within the rules, in one transaction, locked against a second hand."""

from __future__ import annotations

from typing import Final

from server.accounts import new_id
from server.services import Core
from server.staffing.refusals import ShiftOverlaps, ShiftsFull
from server.staffing.shift_rules import OF_NETWORK_MAX, OF_PRACTITIONER_MAX, fault_of
from server.staffing.spans import DAY_US, Span, end_of_stretch
from server.storage import shifts
from server.storage.database import Tx
from server.storage.directory import Practitioner
from server.storage.shifts import Shift, ShiftSource
from signaling.identifiers import Instant

FOR_EVER: Final = 2**62


async def add(
    tx: Tx, core: Core, who: Practitioner, span: Span, *, source: ShiftSource
) -> Shift:
    """Plan a shift.

    Raises:
        ShiftTooShort, ShiftTooLong, ShiftTooFar, ShiftOver: it may not be so.
        ShiftOverlaps: there is another one at that time.
        ShiftsFull: there are too many.
    """
    now = core.clock.now()
    await _check(tx, who.practitioner_id, span, now, besides=None)
    mine = await shifts.of_practitioner(tx, who.practitioner_id, now, FOR_EVER)
    if (
        len(mine) >= OF_PRACTITIONER_MAX
        or await shifts.count_since(tx, who.network_id, now) >= OF_NETWORK_MAX
    ):
        raise ShiftsFull
    planned = Shift(
        shift_id=new_id(core),
        network_id=who.network_id,
        practitioner_id=who.practitioner_id,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        source=source,
        changed_at=now,
    )
    await shifts.add(tx, [planned])
    return planned


async def change(
    tx: Tx, core: Core, shift_id: str, span: Span, *, source: ShiftSource
) -> Shift:
    """Move a shift.

    Raises:
        RowMissing: there is none.
        As `add`.
    """
    now = core.clock.now()
    before = await shifts.get(tx, shift_id)
    await _check(tx, before.practitioner_id, span, now, besides=shift_id)
    await shifts.change(
        tx, shift_id, starts_at=span.starts_at, ends_at=span.ends_at, source=source, now=now
    )
    return await shifts.get(tx, shift_id)


async def remove(tx: Tx, shift_id: str) -> Shift:
    """Take a shift out of the plan. Whoever is on duty by it stays until its end.

    Raises:
        RowMissing: there is none.
    """
    gone = await shifts.get(tx, shift_id)
    await shifts.remove(tx, [shift_id])
    return gone


async def shift_end(tx: Tx, practitioner_id: str, now: int) -> Instant | None:
    """Return when the shift that runs now ends; None when none does: overtime has no end.

    Shifts back to back are one.
    """
    planned = await shifts.of_practitioner(tx, practitioner_id, now, now + 2 * DAY_US)
    spans = (Span(one.starts_at, one.ends_at) for one in planned)
    ends_at = end_of_stretch(spans, now)
    return None if ends_at is None else Instant(ends_at)


async def _check(
    tx: Tx, practitioner_id: str, span: Span, now: int, *, besides: str | None
) -> None:
    fault = fault_of(span, now=now)
    if fault is not None:
        raise fault
    await shifts.lock_of(tx, [practitioner_id])
    near = await shifts.of_practitioner(
        tx, practitioner_id, span.starts_at - DAY_US, span.ends_at
    )
    if any(
        span.overlaps(Span(one.starts_at, one.ends_at))
        for one in near
        if one.shift_id != besides
    ):
        raise ShiftOverlaps

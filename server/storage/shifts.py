"""Shifts: when each practitioner is planned to be on duty. Plans, not duty itself.

A shift is from `starts_at` until just before `ends_at`, microseconds UTC. That shifts of one
practitioner do not overlap, and how long they may be, is held by `server.staffing`; whoever
writes locks the practitioner first (`lock_of`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from sqlalchemy import delete, func, insert, select, update

from server.storage.errors import RowMissing
from server.storage.statements import Query, Tx
from server.storage.tables import practitioners, shifts

ShiftSource = Literal["csv", "console", "ops", "demo"]
ROWS_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A row of `shifts`; instants in microseconds UTC.

    Attributes:
        source: how it came in.
        changed_at: when it was written last.
    """

    shift_id: str
    network_id: str
    practitioner_id: str
    starts_at: int
    ends_at: int
    source: ShiftSource
    changed_at: int


async def lock_of(tx: Tx, practitioner_ids: Collection[str]) -> None:
    """Keep everybody else from changing these practitioners' shifts until the commit."""
    await tx.execute(
        select(practitioners.c.id)
        .where(practitioners.c.id.in_(practitioner_ids))
        .order_by(practitioners.c.id)
        .with_for_update(key_share=True)
    )


async def add(tx: Tx, added: Sequence[Shift]) -> None:
    """Insert shifts."""
    if added:
        await tx.execute(insert(shifts), [_row(one) for one in added])


async def change(
    tx: Tx, shift_id: str, *, starts_at: int, ends_at: int, source: ShiftSource, now: int
) -> None:
    """Write when a shift is. Raises RowMissing."""
    changed = await tx.execute(
        update(shifts)
        .where(shifts.c.id == shift_id)
        .values(starts_at=starts_at, ends_at=ends_at, source=source, changed_at=now)
    )
    if changed.rowcount != 1:
        raise RowMissing("shifts", shift_id)


async def remove(tx: Tx, shift_ids: Collection[str]) -> int:
    """Delete shifts; return how many there were."""
    if not shift_ids:
        return 0
    deleted = await tx.execute(delete(shifts).where(shifts.c.id.in_(shift_ids)))
    return deleted.rowcount


async def get(tx: Tx, shift_id: str) -> Shift:
    """Give a shift, or raise RowMissing."""
    found = await _all(tx, select(shifts).where(shifts.c.id == shift_id))
    if not found:
        raise RowMissing("shifts", shift_id)
    return found[0]


async def between(tx: Tx, network_id: str, start: int, end: int) -> list[Shift]:
    """Give who is on shift in a network at some time from `start` until just before `end`.

    The earliest shift comes first, and there are at most `ROWS_MAX`.
    """
    query = (
        select(shifts)
        .where(
            shifts.c.network_id == network_id,
            shifts.c.ends_at > start,
            shifts.c.starts_at < end,
        )
        .order_by(shifts.c.starts_at, shifts.c.practitioner_id)
        .limit(ROWS_MAX)
    )
    return await _all(tx, query)


async def of_practitioner(tx: Tx, practitioner_id: str, start: int, end: int) -> list[Shift]:
    """Give a practitioner's shifts between two instants, the earliest first."""
    query = (
        select(shifts)
        .where(
            shifts.c.practitioner_id == practitioner_id,
            shifts.c.ends_at > start,
            shifts.c.starts_at < end,
        )
        .order_by(shifts.c.starts_at)
        .limit(ROWS_MAX)
    )
    return await _all(tx, query)


async def upcoming(
    tx: Tx, practitioner_ids: Collection[str], after: int, *, limit: int, offset: int = 0
) -> list[Shift]:
    """Give shifts that end after an instant, page by page, the earliest first."""
    query = (
        select(shifts)
        .where(shifts.c.practitioner_id.in_(practitioner_ids), shifts.c.ends_at > after)
        .order_by(shifts.c.starts_at, shifts.c.id)
        .limit(limit)
        .offset(offset)
    )
    return await _all(tx, query)


async def any_since(tx: Tx, network_id: str, instant: int) -> bool:
    """Tell whether a network has a shift that ends after an instant."""
    query = (
        select(shifts.c.id)
        .where(shifts.c.network_id == network_id, shifts.c.ends_at > instant)
        .limit(1)
    )
    return (await tx.execute(query)).first() is not None


async def count_since(tx: Tx, network_id: str, instant: int) -> int:
    """Count a network's shifts that end after an instant."""
    query = select(func.count()).where(
        shifts.c.network_id == network_id, shifts.c.ends_at > instant
    )
    return int((await tx.execute(query)).scalar_one())


async def forget_before(tx: Tx, instant: int, limit: int) -> int:
    """Delete shifts that ended before an instant; return how many."""
    old = select(shifts.c.id).where(shifts.c.ends_at < instant).limit(limit)
    deleted = await tx.execute(delete(shifts).where(shifts.c.id.in_(old)))
    return deleted.rowcount


def _row(one: Shift) -> dict[str, object]:
    values = asdict(one)
    return {"id": values.pop("shift_id"), **values}


async def _all(tx: Tx, query: Query) -> list[Shift]:
    rows = (dict(row) for row in (await tx.execute(query)).mappings())
    return [Shift(shift_id=row.pop("id"), **row) for row in rows]

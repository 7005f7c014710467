"""Patients who asked to be called back when somebody who may see them is there.

One row per encounter, replaced by a new request; the chart keeps every step. A callback is
open until it has ended, and due once somebody is there for the patient.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import select, update

from server.storage.statements import Query, Tx, upsert
from server.storage.tables import callbacks, encounters

OPEN_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Callback:
    """A row of `callbacks`; instants in microseconds UTC.

    Attributes:
        opens_at: when somebody was planned to be there, as the patient was told.
        due_at: since when somebody is there.
        ended_at: when the patient took a place in line, or the visit was over.
    """

    encounter_id: str
    requested_at: int
    opens_at: int | None
    due_at: int | None = None
    ended_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the patient still waits to be called."""
        return self.ended_at is None


async def save(tx: Tx, callback: Callback) -> None:
    """Write a callback; an earlier one of the encounter is replaced."""
    await upsert(tx, callbacks, asdict(callback))


async def of(tx: Tx, encounter_id: str) -> Callback | None:
    """Give an encounter's last callback, open or not."""
    found = await _all(tx, select(callbacks).where(callbacks.c.encounter_id == encounter_id))
    return found[0] if found else None


async def of_several(tx: Tx, encounter_ids: Collection[str]) -> dict[str, Callback]:
    """Give the open callbacks of these encounters, by encounter."""
    query = select(callbacks).where(
        callbacks.c.encounter_id.in_(encounter_ids), callbacks.c.ended_at.is_(None)
    )
    return {one.encounter_id: one for one in await _all(tx, query)}


async def not_yet_due(tx: Tx, network_id: str) -> list[Callback]:
    """Give a network's open callbacks that are not due, the oldest first (`OPEN_MAX`)."""
    query = (
        select(callbacks)
        .join(encounters, encounters.c.id == callbacks.c.encounter_id)
        .where(
            callbacks.c.ended_at.is_(None),
            callbacks.c.due_at.is_(None),
            encounters.c.network_id == network_id,
        )
        .order_by(callbacks.c.requested_at)
        .limit(OPEN_MAX)
    )
    return await _all(tx, query)


async def set_due(tx: Tx, encounter_id: str, now: int) -> bool:
    """Write that somebody is there; False when it was due, or over, before."""
    changed = await tx.execute(
        update(callbacks)
        .where(
            callbacks.c.encounter_id == encounter_id,
            callbacks.c.ended_at.is_(None),
            callbacks.c.due_at.is_(None),
        )
        .values(due_at=now)
    )
    return changed.rowcount == 1


async def end(tx: Tx, encounter_id: str, now: int) -> bool:
    """Write that it is over; False when there is no open one."""
    changed = await tx.execute(
        update(callbacks)
        .where(callbacks.c.encounter_id == encounter_id, callbacks.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    return changed.rowcount == 1


async def _all(tx: Tx, query: Query) -> list[Callback]:
    return [Callback(**row) for row in (await tx.execute(query)).mappings()]

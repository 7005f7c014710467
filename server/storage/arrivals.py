"""How many patients became ready, per jurisdiction and half hour: counts, nobody in particular.

The question goes through the index on (network, changed_at): a patient who became ready since
an instant also changed their row since then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from server.storage.statements import Tx
from server.storage.tables import encounters

HALF_HOUR_US: Final = 1_800_000_000
ROWS_MAX: Final = 200_000


@dataclass(frozen=True, slots=True)
class Arrived:
    """Patients of one jurisdiction who became ready in one half hour (microseconds UTC)."""

    starts_at: int
    jurisdiction: str
    patients: int


async def half_hours(tx: Tx, network_id: str, since: int, until: int) -> list[Arrived]:
    """Count a network's arrivals from `since` until just before `until`, the earliest first."""
    ready_at = encounters.c.ready_at
    starts_at = (ready_at - ready_at % HALF_HOUR_US).label("starts_at")
    query = (
        select(starts_at, encounters.c.jurisdiction, func.count().label("patients"))
        .where(
            encounters.c.network_id == network_id,
            encounters.c.changed_at >= since,
            ready_at >= since,
            ready_at < until,
            encounters.c.jurisdiction.is_not(None),
        )
        .group_by(starts_at, encounters.c.jurisdiction)
        .order_by(starts_at, encounters.c.jurisdiction)
        .limit(ROWS_MAX)
    )
    return [Arrived(**row) for row in (await tx.execute(query)).mappings()]

"""Which encounters nobody can begin any more: their last link has run out."""

from __future__ import annotations

from sqlalchemy import func, select

from server.storage.statements import Tx
from server.storage.tables import encounters, links

EXPIRABLE = ("requested", "intake", "left")


async def expired(tx: Tx, *, now: int, limit: int) -> list[str]:
    """Give ids of encounters that are not under way and have no link that still opens."""
    open_until = (
        select(func.max(links.c.expires_at))
        .where(links.c.encounter_id == encounters.c.id)
        .scalar_subquery()
    )
    query = (
        select(encounters.c.id)
        .where(encounters.c.visit.in_(EXPIRABLE), open_until <= now)
        .order_by(encounters.c.changed_at)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())

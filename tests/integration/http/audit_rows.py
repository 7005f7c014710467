"""What stands in the audit log of a world."""

from __future__ import annotations

from sqlalchemy import select

from server.storage import audit
from server.storage.audit import AuditRow
from server.storage.audit_tables import audit_entries
from tests.integration.http.browsing import World


async def log_of(world: World) -> list[AuditRow]:
    """Give all entries, the oldest first; what was counted of floods included."""
    async with world.services.database.read() as tx:
        found = (await tx.execute(select(audit_entries).order_by("at"))).mappings().all()
    return [audit.row_of(one) for one in found]


async def entries(world: World, **wanted: object) -> list[AuditRow]:
    return [
        one
        for one in await log_of(world)
        if all(getattr(one, name) == value for name, value in wanted.items())
    ]

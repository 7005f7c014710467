"""Which encounters were joined on a site's tablet, so that it can remember its device test."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from server.storage.statements import Tx
from server.storage.tables import chart_entries, sessions

DEVICE_TEST: Final = "intake.device_test"


async def tested_on(tx: Tx, tablet: str, *, since: int, limit: int) -> list[str]:
    """Give the encounters with a device test on a tablet, the latest first.

    Args:
        tx: reads.
        tablet: the name of the tablet's session, the `device` of its patients' sessions.
        since: microseconds UTC; older tests do not count.
        limit: how many encounters at most.
    """
    query = (
        select(sessions.c.encounter_id)
        .join(chart_entries, chart_entries.c.encounter_id == sessions.c.encounter_id)
        .where(
            sessions.c.audience == "patient",
            sessions.c.kiosk.is_(True),
            sessions.c.device == tablet,
            sessions.c.auth_time >= since,
            chart_entries.c.kind == DEVICE_TEST,
            chart_entries.c.at >= sessions.c.auth_time,
        )
        .group_by(sessions.c.encounter_id)
        .order_by(func.max(chart_entries.c.at).desc())
        .limit(limit)
    )
    return [str(one) for one in (await tx.execute(query)).scalars()]

"""Numbers that grow whenever rows change of which somebody keeps a copy in memory.

Grown in the transaction that changes the rows, so a reader who sees the old number sees the
old rows. Read the number first, then the rows: what changes in between is read again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from server.storage.statements import Tx, insert_into
from server.storage.tables import counters

DIRECTORY: Final = "directory_version"  # practitioners, authorities, collaborations
COMPLIANCE: Final = "compliance_version"  # openings, sign-offs, policies, published rules


async def version(tx: Tx, name: str, *, lock: bool = False) -> int:
    """Give the number; 0 before the first change. A `lock` keeps it until the commit."""
    query = select(counters.c.value).where(counters.c.name == name)
    if lock:
        query = query.with_for_update(read=True)
    return int((await tx.execute(query)).scalar_one_or_none() or 0)


async def grow(tx: Tx, name: str) -> None:
    """Let everybody who keeps a copy know, once this is committed, that it is out of date."""
    statement = insert_into(tx, counters).values(name=name, value=1)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": counters.c.value + 1}
        )
    )

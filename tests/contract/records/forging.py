"""A chain made anew by somebody who knows the format and has no key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert, select, update

from server.chart.leaf import GENESIS, Leaf, leaf_hash
from server.storage.database import Tx
from server.storage.tables import chart_entries, encounters

Rows = list[dict[str, Any]]


async def rehashed(tx: Tx, encounter_id: str, alter: Callable[[Rows], Rows]) -> None:
    """Alter the rows of a chart, number them anew, and hash all of it again."""
    mine = chart_entries.c.encounter_id == encounter_id
    query = select(chart_entries).where(mine).order_by(chart_entries.c.seq)
    rows = [dict(one) for one in (await tx.execute(query)).mappings()]
    await tx.execute(delete(chart_entries).where(mine))
    head = GENESIS
    altered = alter(rows)
    for seq, row in enumerate(altered, start=1):
        leaf = Leaf(
            encounter=encounter_id,
            seq=seq,
            kind=row["kind"],
            at=row["at"],
            actor=row["actor"],
            previous_hash=head,
            ciphertext_hash=row["ciphertext_hash"],
            commitment=row["commitment"],
        )
        anew = {"seq": seq, "previous_hash": head, "leaf_hash": leaf_hash(leaf)}
        head = leaf_hash(leaf)
        await tx.execute(insert(chart_entries).values({**row, **anew}))
    await tx.execute(
        update(encounters)
        .where(encounters.c.id == encounter_id)
        .values(chart_seq=len(altered), chart_head=head)
    )

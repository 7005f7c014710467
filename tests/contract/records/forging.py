"""A chain or a signature made anew by somebody who knows the format and has no key of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select, update

from server.chart.canonical import canonical
from server.chart.leaf import GENESIS, Leaf, leaf_hash
from server.records.gathering import gather
from server.services import Core
from server.signing import CONTEXTS
from server.storage.database import Tx
from server.storage.tables import chart_entries, encounters, signatures
from tests.contract.records.charts import FIRST, SIGNED_SEQ, change
from tests.contract.storage.rows import NOW

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


async def signed_with(
    tx: Tx, core: Core, key: Ed25519PrivateKey, seq: int = SIGNED_SEQ, **changed: str | int
) -> None:
    """Have an entry of the first exam signed by a key: that signature holds.

    What is changed of its row is changed of what is signed, too, where that names it.
    """
    record = await gather(tx, core, FIRST, now=NOW)
    (own,) = [one for one in record.signatures if one.seq == seq]
    facts = {name: changed.get(name, value) for name, value in own.facts.items()}
    message = CONTEXTS[own.context] + canonical(facts)
    forged = {
        "public_key": key.public_key().public_bytes_raw(),
        "signature": key.sign(message),
        **changed,
    }
    await change(tx, seq, forged, signatures)

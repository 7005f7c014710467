"""Signatures over chart heads."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from server.storage.statements import Tx
from server.storage.tables import signatures


@dataclass(frozen=True, slots=True)
class Signature:
    """A row of `signatures`.

    Attributes:
        seq: the entry whose leaf hash is the head that was signed.
        chart_head: that head, hex.
        public_key: Ed25519, 32 bytes.
        signature: 64 bytes.
        signed_at: microseconds UTC.
    """

    encounter_id: str
    seq: int
    chart_head: str
    practitioner_id: str
    public_key: bytes
    signature: bytes
    signed_at: int


async def add(tx: Tx, signature: Signature) -> None:
    """Insert a signature. A second one over the same entry ends as ConstraintBroken."""
    await tx.execute(insert(signatures).values(asdict(signature)))


async def of_encounter(tx: Tx, encounter_id: str) -> list[Signature]:
    """Give the signatures of a chart, the first one first."""
    query = (
        select(signatures)
        .where(signatures.c.encounter_id == encounter_id)
        .order_by(signatures.c.seq)
    )
    return [Signature(**row) for row in (await tx.execute(query)).mappings()]

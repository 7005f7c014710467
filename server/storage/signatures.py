"""Signatures over chart heads: of the exam, then of each addendum."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert, literal, select, tuple_, update

from server.signing import Context
from server.storage.statements import Tx
from server.storage.tables import signatures


@dataclass(frozen=True, slots=True)
class Signature:
    """A row of `signatures`.

    Attributes:
        seq: the entry whose leaf hash is the head that was signed.
        chart_head: that head, hex.
        practitioner_id: whose key signed; None: the network's own.
        public_key: Ed25519, 32 bytes.
        signature: 64 bytes.
        signed_at: microseconds UTC.
        context: what kind of signature it is.
        attestation_sha256, authority_sha256, rules_version: what an exam's of version 2 is
            bound to, and no leaf shows; None for others. The two hashes of one of version 1
            are kept when its chart is about to be destroyed (`server.records.lasting`).
    """

    encounter_id: str
    seq: int
    chart_head: str
    practitioner_id: str | None
    public_key: bytes
    signature: bytes
    signed_at: int
    context: Context = "exam_v1"
    attestation_sha256: str | None = None
    authority_sha256: str | None = None
    rules_version: str | None = None


async def add(tx: Tx, signature: Signature) -> None:
    """Insert a signature. A second one over the same entry ends as ConstraintBroken."""
    await tx.execute(insert(signatures).values(asdict(signature)))


async def keep_bound(
    tx: Tx, signature: Signature, attestation_sha256: str, authority_sha256: str
) -> None:
    """Keep what an exam's signature of version 1 is bound to, for when its chart is gone."""
    own = signatures.c.encounter_id == signature.encounter_id
    await tx.execute(
        update(signatures)
        .where(own, signatures.c.seq == signature.seq)
        .values(attestation_sha256=attestation_sha256, authority_sha256=authority_sha256)
    )


async def of_encounter(tx: Tx, encounter_id: str) -> list[Signature]:
    """Give the signatures of a chart, in order: the exam's, then those of its addenda."""
    query = (
        select(signatures)
        .where(signatures.c.encounter_id == encounter_id)
        .order_by(signatures.c.seq)
    )
    return [Signature(**row) for row in (await tx.execute(query)).mappings()]


async def exams_after(tx: Tx, after: tuple[str, int], limit: int) -> list[Signature]:
    """Give signatures of exams, not of addenda, by encounter and entry: those behind a place.

    Args:
        tx: the transaction.
        after: encounter and entry of the last one that was given; `("", 0)` to begin.
        limit: how many at most.
    """
    place = tuple_(signatures.c.encounter_id, signatures.c.seq)
    query = (
        select(signatures)
        .where(place > tuple_(*map(literal, after)), signatures.c.context != "addendum_v1")
        .order_by(signatures.c.encounter_id, signatures.c.seq)
        .limit(limit)
    )
    return [Signature(**row) for row in (await tx.execute(query)).mappings()]

"""Documents made from a chart, sealed with the encounter's key."""

from __future__ import annotations

import hashlib
from typing import Literal

from sqlalchemy import exists, select

from server.keyring import Keyring
from server.sealing import Place, SealBroken, unseal
from server.storage.errors import KeyShredded
from server.storage.statements import Insertion, Tx, insert_rows
from server.storage.tables import chart_entries, documents, encounters

DocumentKind = Literal["exam", "patient_copy", "spa_copy"]


async def put(
    tx: Tx,
    encounter_id: str,
    kind: DocumentKind,
    pdf: bytes,
    *,
    keyring: Keyring,
    now: int,
    chart_seq: int = 0,
) -> str:
    """Seal and store a document, in place of an older one; return its SHA-256 in hex.

    `chart_seq` is the number of the last entry that it shows. One that shows more entries
    stays: who set theirs longer may have read the chart earlier.
    """
    network_id = await _network(tx, encounter_id)
    key = await keyring.encounter_key(tx, encounter_id, network_id)
    digest = hashlib.sha256(pdf).hexdigest()
    row = {
        "encounter_id": encounter_id,
        "kind": kind,
        "sha256": digest,
        "sealed_pdf": keyring.seal(key, pdf, _place(encounter_id, kind, network_id)),
        "created_at": now,
        "chart_seq": chart_seq,
    }
    await insert_rows(tx, documents, [row], _unless_it_shows_more)
    return digest


def _unless_it_shows_more(statement: Insertion) -> Insertion:
    keys = [column.name for column in documents.primary_key]
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={one.name: new[one.name] for one in documents.columns if one.name not in keys},
        where=documents.c.chart_seq <= new["chart_seq"],
    )


async def get(
    tx: Tx, encounter_id: str, kind: DocumentKind, *, keyring: Keyring
) -> bytes | None:
    """Give a document, or None before it was made.

    One that an addendum came after is not given: the papers show both.

    Raises:
        SealBroken: it, or its digest, was altered.
        KeyShredded: it was destroyed.
    """
    query = select(documents.c.sealed_pdf, documents.c.sha256).where(
        documents.c.encounter_id == encounter_id,
        documents.c.kind == kind,
        ~exists().where(
            chart_entries.c.encounter_id == encounter_id,
            chart_entries.c.kind == "addendum",
            chart_entries.c.seq > documents.c.chart_seq,
        ),
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    sealed, expected = row
    network_id = await _network(tx, encounter_id)
    key = await keyring.encounter_key(tx, encounter_id, network_id)
    if not sealed:
        raise KeyShredded(f"the documents of {encounter_id} were erased")
    pdf = unseal(key, sealed, place=_place(encounter_id, kind, network_id))
    if hashlib.sha256(pdf).hexdigest() != expected:
        raise SealBroken
    return pdf


async def digest(tx: Tx, encounter_id: str, kind: DocumentKind) -> str | None:
    """Give a document's SHA-256 in hex, or None before it was made."""
    query = select(documents.c.sha256).where(
        documents.c.encounter_id == encounter_id, documents.c.kind == kind
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def _network(tx: Tx, encounter_id: str) -> str:
    query = select(encounters.c.network_id).where(encounters.c.id == encounter_id)
    return str((await tx.execute(query)).scalar_one())


def _place(encounter_id: str, kind: str, network_id: str) -> Place:
    return Place("documents", "sealed_pdf", f"{encounter_id}:{kind}", network_id)

"""Gathering the network's record of an exam from the database: one snapshot, nothing checked.

Rows are taken as they are; what is wrong with them is found by whoever checks the record. Only
what no record shows is looked at here: that the encounter's own head is that of its last
entry, and, where that is asked for, that no leaf of the tree has lost its entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, RowMapping, exists, func, literal, or_, select

from server.chart.leaf import FIRST_SEQ, GENESIS, Leaf, split_payload
from server.documents.signers import by_its_signer
from server.records.entry_checks import ReadEntry
from server.records.record import EarlierTree, EntryRecord, Record, SignatureRecord, TreeRecord
from server.records.refusals import ExportRefused
from server.records.signature_checks import BOUND, NETWORK, Unreadable, bound_to
from server.sealing import SealBroken, unseal
from server.sequencing.batches import signer_of
from server.services import Core
from server.signing import AddendumFacts, Bound, Facts, SignedFacts
from server.storage import encounters, signatures, tlog
from server.storage.chart_log import entry_place
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import KeyShredded
from server.storage.signatures import Signature
from server.storage.tables import chart_entries
from server.storage.tlog import SOURCES, Checkpoint
from server.tlog.checkpoints import parse_text
from server.tlog.merkle import TreeTooSmall
from server.tlog.signed_notes import NoteRefused, VerifierKey, taken_apart


class NotInTheTreeYet(ExportRefused):
    """The newest entries wait for the sequencer, which takes a second."""


async def gather(
    tx: Tx,
    core: Core,
    encounter_id: str,
    *,
    now: int,
    since: str | None = None,
    whole: bool = False,
) -> Record:
    """Return the network's record of an exam, unchecked.

    Args:
        tx: reads.
        core: keys and settings.
        encounter_id: of the exam.
        now: microseconds UTC.
        since: an older checkpoint, which the tree is to be shown to continue.
        whole: no leaf of the tree may have lost its entry, of whatever chart. It takes longer
            the larger the tree is: not for everybody who asks for a record.

    Raises:
        RowMissing: there is no such encounter.
        NotInTheTreeYet: ask again in a second.
        ExportRefused: the head, the key or the tree is not as it must be.
    """
    encounter = await encounters.get(tx, encounter_id)
    rows = await _rows(tx, encounter_id)
    _require_whole(encounter, rows)
    key = await _key(tx, core, encounter) if rows else None
    entries = [_entry(row) for row in rows]
    tree, proven = await _in_tree(tx, core, entries, [row["log_index"] for row in rows], since)
    if whole:
        await require_every_leaf(tx)
    read = [_read(one, key, encounter) for one in proven]
    signed = await signatures.of_encounter(tx, encounter_id)
    for one in signed:
        if not await by_its_signer(tx, core.keyring, one, encounter.network_id):
            raise ExportRefused(
                f"the signature of entry {one.seq} is by another key than its signer's"
            )
    return Record(
        encounter_id=encounter_id,
        network_id=encounter.network_id,
        spa_id=encounter.spa_id,
        visit=encounter.visit,
        holder="network",
        made_at=now,
        key=key,
        entries=tuple(proven),
        signatures=tuple(_signature(one, read) for one in signed),
        tree=tree,
    )


async def read_of(tx: Tx, core: Core, encounter_id: str) -> list[ReadEntry]:
    """Return the entries of an exam, opened as far as they open, unchecked.

    Raises:
        RowMissing: there is no such encounter.
        KeyMissing: its key is not there, and was not destroyed either.
    """
    encounter = await encounters.get(tx, encounter_id)
    rows = await _rows(tx, encounter_id)
    key = await _key(tx, core, encounter) if rows else None
    return [_read(_entry(row), key, encounter) for row in rows]


async def _rows(tx: Tx, encounter_id: str) -> Sequence[RowMapping]:
    query = (
        select(chart_entries)
        .where(chart_entries.c.encounter_id == encounter_id)
        .order_by(chart_entries.c.seq)
    )
    return (await tx.execute(query)).mappings().all()


def _require_whole(encounter: Encounter, rows: Sequence[RowMapping]) -> None:
    for expected, row in enumerate(rows, start=FIRST_SEQ):
        if row["seq"] != expected:
            raise ExportRefused(f"entry {expected} is missing from the chart")
    seq, head = (rows[-1]["seq"], rows[-1]["leaf_hash"]) if rows else (0, GENESIS)
    if (encounter.chart_seq, encounter.chart_head) != (seq, head):
        raise ExportRefused(
            f"the chart ends with entry {seq}, and its encounter says that it ends with entry "
            f"{encounter.chart_seq}, or with another one"
        )


async def _key(tx: Tx, core: Core, encounter: Encounter) -> bytes | None:
    """Return the key of the exam; None: it was destroyed, and the proofs stay."""
    try:
        return await core.keyring.encounter_key(
            tx, encounter.encounter_id, encounter.network_id
        )
    except KeyShredded:
        return None


def _entry(row: RowMapping) -> EntryRecord:
    leaf = Leaf(
        encounter=row["encounter_id"],
        seq=row["seq"],
        kind=row["kind"],
        at=row["at"],
        actor=row["actor"],
        previous_hash=row["previous_hash"],
        ciphertext_hash=row["ciphertext_hash"],
        commitment=row["commitment"],
        version=row["leaf_version"],
    )
    return EntryRecord(leaf, row["leaf_hash"], bytes(row["sealed_entry"]), None)


def _read(entry: EntryRecord, key: bytes | None, encounter: Encounter) -> ReadEntry:
    """Open an entry to see what its chart was signed upon; one that does not stays closed."""
    place = entry_place(encounter.encounter_id, entry.leaf.seq, encounter.network_id)
    try:
        opened = unseal(key or b"", entry.sealed or b"", place=place)
    except SealBroken:
        return ReadEntry(entry, None)
    return ReadEntry(entry, split_payload(opened)[1])


# ------------------------------------------------------------------ the signatures


def _signature(one: Signature, read: Sequence[ReadEntry]) -> SignatureRecord:
    facts = _addendum(one, read) if one.context == "addendum_v1" else exam_facts(one, read)
    name = one.practitioner_id
    return SignatureRecord(
        context=one.context,
        facts=facts.members(),
        signer=NETWORK if name is None else f"practitioner:{name}",
        public_key=one.public_key,
        signature=one.signature,
    )


def exam_facts(one: Signature, read: Sequence[ReadEntry]) -> SignedFacts:
    """Return what the signature of an exam should be over, of what is read of its chart."""
    before = read[: one.seq]
    said = {name: _said(name, before) for name in BOUND}
    newer = one.context == "exam_v2"
    return SignedFacts(
        encounter_id=one.encounter_id,
        chart_head=one.chart_head,
        seq=one.seq,
        practitioner_id=one.practitioner_id or "",
        signed_at=one.signed_at,
        attestation_sha256=one.attestation_sha256 or said["attestation_sha256"],
        authority_sha256=one.authority_sha256 or said["authority_sha256"],
        bound=Bound(
            evidence_sha256=said["evidence_sha256"],
            rules_version=one.rules_version,
            consents_sha256=said["consents_sha256"],
        )
        if newer
        else None,
    )


def _said(name: str, before: Sequence[ReadEntry]) -> str:
    """Return what the chart says that it is bound to; empty where it says nothing readable."""
    try:
        return (bound_to(BOUND[name], before) or "") if before else ""
    except Unreadable:
        return ""


def _addendum(one: Signature, read: Sequence[ReadEntry]) -> Facts:
    signed = read[one.seq - 1].entry.leaf if 0 < one.seq <= len(read) else None
    return AddendumFacts(
        encounter_id=one.encounter_id,
        chart_head=one.chart_head,
        seq=one.seq,
        author=signed.actor if signed is not None else "",
        signed_at=one.signed_at,
        addendum_sha256=signed.commitment if signed is not None else "",
    )


# ------------------------------------------------------------------ the tree


async def _in_tree(
    tx: Tx,
    core: Core,
    entries: Sequence[EntryRecord],
    indexes: Sequence[int | None],
    since: str | None,
) -> tuple[TreeRecord | None, list[EntryRecord]]:
    if not entries:
        return None, []
    newest = await tlog.latest(tx)
    size = newest.size if newest is not None else 0
    placed = [one for one in indexes if one is not None and one < size]
    if newest is None or len(placed) < len(entries):
        late = next(seq for seq, one in enumerate(indexes, 1) if one is None or one >= size)
        raise NotInTheTreeYet(f"entry {late} is not in the tree yet")
    least = max(max(placed) + 1, _size_of(since) if since is not None else 0)
    if least > newest.size:
        raise ExportRefused(
            f"the tree was rolled back: it had {least} leaves, and has {newest.size}"
        )
    cosigned = await tlog.latest_cosigned(tx)
    shown = cosigned if cosigned is not None and least <= cosigned.size else newest
    try:
        proofs = await tlog.inclusions(tx, placed, shown.size)
        earlier = await _earlier(tx, shown, since) if since is not None else None
    except TreeTooSmall as error:
        raise ExportRefused(f"the tree is not as large as was signed: {error}") from None
    proven = [
        replace(one, log_index=index, proof=tuple(proofs[index]))
        for one, index in zip(entries, placed, strict=True)
    ]
    signer = await signer_of(tx, core, shown)
    # Under the name that the note was signed with: the log may have been renamed since.
    signed_as = parse_text(taken_apart(shown.note)[0]).origin
    log_key = VerifierKey(signed_as, signer.verifier_key.public_key)
    keys = tuple(str(one.key) for one in core.settings.log_witnesses)
    return TreeRecord(shown.note, str(log_key), keys, earlier), proven


async def is_in_tree(tx: Tx, encounter_id: str) -> bool:
    """Tell whether the tree has every entry of an exam."""
    newest = await tlog.latest(tx)
    place = chart_entries.c.log_index
    late = exists().where(
        chart_entries.c.encounter_id == encounter_id,
        or_(place.is_(None), place >= (newest.size if newest is not None else 0)),
    )
    return not (await tx.execute(select(late))).scalar_one()


def _size_of(since: str) -> int:
    try:
        return parse_text(taken_apart(since)[0]).size
    except NoteRefused as error:
        raise ExportRefused(f"what was kept is no checkpoint: {error}") from None


async def _earlier(tx: Tx, shown: Checkpoint, since: str) -> EarlierTree:
    proof = await tlog.consistency(tx, _size_of(since), shown.size)
    return EarlierTree(since, tuple(proof))


async def require_every_leaf(tx: Tx) -> None:
    """Refuse where an entry of any chart is gone that is a leaf of the tree."""
    newest = await tlog.latest(tx)
    size = newest.size if newest is not None else 0
    count = 0
    for source in SOURCES:
        place = source.table.c.log_index
        query = select(func.count(place)).where(place < size)
        count += (await tx.execute(query)).scalar_one()
    if count != size:
        raise ExportRefused(
            f"leaf {await _first_lost(tx, size)} of the tree has lost its entry: something was "
            "removed from a chart"
        )


async def _first_lost(tx: Tx, size: int) -> int:
    """Return the first place below a size that no entry has; the database looks, row by row."""
    if not (await tx.execute(select(_taken(literal(0))))).scalar_one():
        return 0
    ends = [size]
    for source in SOURCES:
        after = source.table.c.log_index + 1
        query = select(func.min(after)).where(after < size, ~_taken(after))
        found = (await tx.execute(query)).scalar_one()
        ends += [] if found is None else [found]
    return min(ends)


def _taken(place: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that an entry has this place."""
    tables = [source.table.alias() for source in SOURCES]
    return or_(*(exists().where(one.c.log_index == place) for one in tables))

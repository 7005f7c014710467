"""Each entry of a record: in its place in the chain, its text the one that was committed to.

leaf -> leaf hash -> next leaf            the chain: nothing changed, moved, added, removed
ciphertext -> its hash in the leaf        what was sealed is what is here
salt | text -> commitment in the leaf     and it opens in one way only
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from server.chart.leaf import (
    FIRST_SEQ,
    leaf_hash,
    matches_ciphertext,
    opens_as,
    split_payload,
)
from server.records.record import EntryRecord, Record
from server.records.refusals import CheckFailed
from server.sealing import Place, SealBroken, unseal


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry that holds.

    Attributes:
        entry: as the record has it.
        text: what was written; None: it is withheld from this holder.
    """

    entry: EntryRecord
    text: bytes | None

    def member(self, name: str) -> object:
        """Return a member of the text; None where there is none, or it is withheld."""
        said = json.loads(self.text) if self.text is not None else {}
        return said.get(name) if isinstance(said, Mapping) else None


def named(entry: EntryRecord) -> str:
    """Return how a reader names an entry."""
    return f"entry {entry.leaf.seq} ({entry.leaf.kind})"


def check_entry(record: Record, place: int) -> ReadEntry:
    """Check the entry at a place of the record, from 0, and return it with its text.

    Raises:
        CheckFailed: it does not hold.
    """
    entry = record.entries[place]
    leaf, where = entry.leaf, named(entry)
    expected = FIRST_SEQ + place
    if leaf.seq != expected:
        what = f"entry {expected} is not where it must be: something is missing or moved"
        raise CheckFailed(where, what, expected)
    try:
        hashed = leaf_hash(leaf)
    except (ValueError, OverflowError):
        hashed = ""
    if hashed != entry.leaf_hash:
        what = (
            "it is not the entry that its hash stands for, or not the next after the one before"
        )
        raise CheckFailed(where, what, leaf.seq)
    opened = _opened(record, entry, where)
    if opened is None:
        return ReadEntry(entry, None)
    if not opens_as(leaf, opened):
        raise CheckFailed(where, "it opens as another text than the one written", leaf.seq)
    text = split_payload(opened)[1]
    read = ReadEntry(entry, text)
    _require_kind(read, where)
    return read


def _opened(record: Record, entry: EntryRecord, where: str) -> bytes | None:
    leaf = entry.leaf
    if record.holder != "network":
        if entry.sealed is not None:
            raise CheckFailed(where, "a ciphertext is in the record of another", leaf.seq)
        return entry.payload
    if entry.sealed is None or entry.payload is not None:
        raise CheckFailed(where, "its ciphertext is not in the record", leaf.seq)
    if not matches_ciphertext(leaf, entry.sealed):
        raise CheckFailed(where, "its ciphertext was altered", leaf.seq)
    if record.key is None:  # destroyed: the proofs stay
        return None
    row = f"{leaf.encounter}:{leaf.seq}"
    at = Place("chart_entries", "sealed_entry", row, record.network_id)
    try:
        return unseal(record.key, entry.sealed, place=at)
    except SealBroken:
        what = "it does not open with the key of this record"
        raise CheckFailed(where, what, leaf.seq) from None


def _require_kind(read: ReadEntry, where: str) -> None:
    try:
        kind = read.member("kind")
    except (ValueError, RecursionError):
        kind = None
    if kind != read.entry.leaf.kind:
        raise CheckFailed(where, "its text is of another kind", read.entry.leaf.seq)
